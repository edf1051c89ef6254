import { open, readlink, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { WslogError } from '../errors.ts'
import { draftFor, removeOldDrafts } from './drafts.ts'
import { errnoOf } from './state-error.ts'
import { writePipe } from './write-pipe.ts'

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is no folder',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the limit of file sizes is reached (ulimit -f)',
  EISDIR: 'is a folder; name a file in it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'is a socket or a device that takes nothing; name a file',
  EMFILE: 'too many open files; raise ulimit -n',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reported an error',
}

/**
 * Writes a file whole or not at all: into a draft beside it, flushed, then renamed over it. What stood there
 * before stays until then. A device or a pipe is written to as it is. `mode`: of the file, whatever the umask; undefined
 * keeps the mode of what stood there.
 * @throws WslogError `output`
 */
export const writeAtomically = async (path: string, content: string, { mode }: { mode: number | undefined }): Promise<void> => {
  try {
    const old = await stat(path).catch(unlessMissing)
    if (old === undefined || old.isFile()) await replace(await targetOf(path), content, { mode, oldMode: old?.mode })
    else if (old.isFIFO()) await writePipe(path, content)
    else await writeFile(path, content)
  } catch (error) {
    const code = errnoOf(error)
    throw new WslogError('output', `${path}: ${HINTS[code ?? ''] ?? `cannot be written (${code ?? String(error)})`}; nothing was written`, { cause: error })
  }
}

const replace = async (target: string, content: string, { mode, oldMode }: { readonly mode: number | undefined; readonly oldMode: number | undefined }): Promise<void> => {
  const draft = draftFor(target)
  try {
    // Never one that is there: in a folder of all it might be somebody's link to elsewhere.
    const wanted = mode ?? oldMode
    const handle = await open(draft.path, 'wx', wanted === undefined ? 0o666 : wanted & 0o777)
    let atMs: number
    try {
      // What the umask took off.
      if (wanted !== undefined) await handle.chmod(wanted & 0o777)
      await handle.writeFile(content)
      await handle.sync()
      atMs = (await handle.stat()).mtimeMs
    } finally {
      await handle.close()
    }
    await rename(draft.path, target)
    await removeOldDrafts(target, atMs)
  } finally {
    draft.forget()
  }
}

/** A link stays one, also when what it leads to is not there yet. Circles were seen before. */
const targetOf = async (path: string): Promise<string> => {
  const target = await realpath(path).catch(unlessMissing)
  if (target !== undefined) return target
  const link = await readlink(path).catch(() => undefined)
  return link === undefined ? path : targetOf(resolve(dirname(path), link))
}

const unlessMissing = (error: unknown): undefined => {
  if (errnoOf(error) !== 'ENOENT') throw error
}
