import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CLI, type Run } from '../helpers/cli.ts'
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
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', ['-rm', process.execPath, FUSE, mount, JSON.stringify(onDisk), 'sh', '-c', `wslog() { $WSLOG "$@"; }; cd "${mount}"; ${script}`], { env: { ...process.env, WSLOG: `${process.execPath} ${CLI}` }, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Whether a process may mount a file system of its own here. */
export const canFail = (): boolean => spawnSync('unshare', ['-rm', 'sh', '-c', 'test -r /dev/fuse && mount -t tmpfs tmpfs /mnt']).status === 0
