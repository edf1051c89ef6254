import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CLI, outcomeOf, type Run } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'

const FUSE = fileURLToPath(new URL('fuse.mjs', import.meta.url))

/** A file on a disk that fails. */
export interface FailingFile {
  readonly name: string
  /** What is in it. */
  readonly content: string | Buffer
  /** The byte from which on reading it fails. */
  readonly failAt?: number
  /** Once so many bytes were read of it, it holds what `becomes` says, or cannot be read at all. */
  readonly armAfter?: number
  readonly becomes?: string | Buffer | 'EIO'
}

/** Runs a line of `sh` in which `wslog` is the built one (`$WSLOG` where its pid is wanted), in the folder of these files: what fails is a real read of a real file system. */
export const onFailingDisk = (files: readonly FailingFile[], script: string): Promise<Run> => {
  const room = temporaryFolder()
  const mount = join(room, 'mount')
  mkdirSync(mount)
  const onDisk = files.map(({ content, becomes, ...file }, index) => ({
    ...file,
    content: temporaryFile(`content-${index}`, content, room),
    becomes: becomes === undefined || becomes === 'EIO' ? becomes : temporaryFile(`becomes-${index}`, becomes, room),
  }))
  return outcomeOf(spawn('unshare', ['-rm', process.execPath, FUSE, mount, JSON.stringify(onDisk), 'sh', '-c', `wslog() { $WSLOG "$@"; }; cd "${mount}"; ${script}`], { env: { ...process.env, WSLOG: `${process.execPath} ${CLI}` }, stdio: ['ignore', 'pipe', 'pipe'] }))
}
