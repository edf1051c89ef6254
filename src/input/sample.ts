import { LF } from '../log-format/chars.ts'
import { wholeLines } from './chunks.ts'
import { readAt } from './file.ts'

/** Bytes: enough to see the format, and to guess which lines are handshakes. */
export const SAMPLE = 1 << 20
/** Enough for the last lines. */
const TAIL = 1 << 16

/** The last whole lines before `size`, as many as have room. */
export const tailOf = async (fd: number, size: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(Math.min(size, TAIL))
  const { length } = buffer
  const read = await readAt(fd, { buffer, offset: 0, length, position: size - length })
  const tail = buffer.subarray(0, read)
  return wholeLines(size > length ? tail.subarray(tail.indexOf(LF) + 1) : tail)
}
