import { createReadStream, type Stats } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { closeFile } from './file.ts'

/** The bytes of what was opened without waiting, as they come. */
export const streamOf = async (path: string, { fd, stats }: { readonly fd: number; readonly stats: Stats }): Promise<Readable> => {
  // Waits without a thread, which nothing could call back from a read that blocks.
  if (stats.isFIFO()) return new Socket({ fd, writable: false })
  if (stats.isFile()) return createReadStream(path, { fd })
  // A terminal that does not wait would say that there is nothing.
  await closeFile(fd)
  return createReadStream(path)
}
