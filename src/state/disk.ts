import { constants } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { errnoOf } from './state-error.ts'

/** File systems that cannot flush a folder say so by these. */
const CANNOT_FLUSH = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR'])

/** Makes names that were given or taken in a folder outlive a loss of power. */
export const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } catch (error) {
    if (!CANNOT_FLUSH.has(errnoOf(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/** Writes a file that is not there yet, for its owner alone, and flushes it; when that fails, it is gone again. */
export const writeFlushed = async (path: string, bytes: Buffer): Promise<void> => {
  const handle = await open(path, 'wx', 0o600)
  try {
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await unlink(path).catch(() => {}) // the next run that opens the state removes what is left of it
    throw error
  }
}

/**
 * The bytes of a regular file; undefined: it is not one (a link, a FIFO), or larger than `maxBytes`. Never waits.
 * Throws what the system says.
 */
export const readRegular = async (path: string, maxBytes: number): Promise<Buffer | undefined> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENXIO') return undefined
    throw error
  })
  if (handle === undefined) return undefined
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > maxBytes) return undefined
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
