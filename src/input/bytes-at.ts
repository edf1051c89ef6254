import { readSync } from 'node:fs'

/** Up to `length` bytes from a place in an open file; fewer at its end only. Throws what the system says: a disk that fails in the middle gives what is before, and says so when it is asked again. */
export const bytesAt = (fd: number, from: number, length: number): Buffer => {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, from + filled)
    if (count === 0) break
    filled += count
  }
  return buffer.subarray(0, filled)
}
