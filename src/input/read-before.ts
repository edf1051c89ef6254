import { closeSync, openSync, readSync } from 'node:fs'
import { inputError } from './input-error.ts'
import { type BlockReader, LineBlocks } from './line-blocks.ts'

const PIECE = 1 << 19

/** Reads the whole lines of a file that start within the last `maxBytes` before `position`. Errors end it: it is only a look back. */
export const readBefore = (path: string, { position, maxBytes, reader }: { readonly position: number; readonly maxBytes: number; readonly reader: BlockReader }): void => {
  if (position === 0) return
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    const blocks = new LineBlocks(reader)
    const buffer = LineBlocks.allocate(PIECE)
    let at = Math.max(0, position - maxBytes)
    if (at > 0) blocks.dropUntilLine()
    while (at < position) {
      const length = readSync(fd, buffer, LineBlocks.dataFrom, Math.min(PIECE, position - at), at)
      if (length === 0) break
      blocks.take(buffer, length)
      at += length
    }
    blocks.end()
  } catch (error) {
    inputError(path, error) // what the system refuses is said when the file is followed; a bug is thrown on
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
