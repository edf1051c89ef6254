import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { type FileId, idOf } from './file-id.ts'

/** A file just opened: `size` and `id` are those of what was opened, whatever has its name by now. */
export interface Opened {
  readonly fd: number
  readonly id: FileId
  readonly size: number
  readonly mtimeNs: bigint
}

/** Opens a regular file; undefined: it is something else. Never waits, as for a FIFO. Throws what the system says. */
export const openRegular = (path: string): Opened | undefined => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(fd, { bigint: true })
    if (stats.isFile()) return { fd, id: idOf(stats), size: Number(stats.size), mtimeNs: stats.mtimeNs }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  closeSync(fd)
  return undefined
}

/** What is made of a file just opened; when that throws, the file is closed. */
export const orClosed = <T>(fd: number, make: () => T): T => {
  try {
    return make()
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
