import { readSync } from 'node:fs'

/** Up to `length` bytes from a place in an open file; fewer at its end. Throws what the system says. */
export const bytesAt = (fd: number, from: number, length: number): Buffer => {
  const buffer = Buffer.allocUnsafe(length)
  return buffer.subarray(0, readSync(fd, buffer, 0, length, from))
}
