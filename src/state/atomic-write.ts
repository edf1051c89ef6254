import { open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { WslogError } from '../errors.ts'

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'is a folder; name a file in it',
}

/**
 * Writes a file whole or not at all: into a file beside it, flushed, then renamed over it. What stood there
 * before stays until then. A device or a pipe is written to as it is. `mode`: of the file, whatever the umask; undefined
 * keeps the mode of what stood there.
 * @throws WslogError `output`
 */
export const writeAtomically = async (path: string, content: string, { mode }: { mode: number | undefined }): Promise<void> => {
  const old = await stat(path).catch(() => undefined)
  if (old !== undefined && !old.isFile()) {
    await writeFile(path, content).catch((error: unknown) => fail(path, error))
    return
  }
  const target = await realpath(path).catch(() => path) // a link stays one
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  try {
    const handle = await open(temporary, 'w', mode ?? old?.mode ?? 0o666)
    try {
      if (mode !== undefined) await handle.chmod(mode)
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await unlink(temporary).catch(() => {}) // it may never have been made
    fail(path, error)
  }
}

const fail = (path: string, error: unknown): never => {
  const code = String((error as { code?: unknown } | null)?.code)
  throw new WslogError('output', `${path}: ${HINTS[code] ?? `cannot be written (${code})`}; nothing was written`, { cause: error })
}
