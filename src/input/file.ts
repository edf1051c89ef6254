import { close, constants, open, read } from 'node:fs'
import { promisify } from 'node:util'
import type { Compression } from './decompress.ts'

const openFd = promisify(open)
const closeFd = promisify(close)
const readFd = promisify(read)

/**
 * An open file by its number, which worker threads share: every part of a log is read from the very file
 * that was opened, whatever happens to its name meanwhile.
 */
export interface OpenFile {
  readonly fd: number
  /** Bytes when it was opened; what is written later is not read. */
  readonly size: number
}

/** From the first to behind the last. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/** All there is. */
export const WHOLE: ByteRange = { from: 0, to: Number.POSITIVE_INFINITY }

/** The lines of a file that start in `[from, to)`; a compressed file has but one part. Plain data: it goes to worker threads. */
export interface FilePart extends OpenFile {
  readonly path: string
  readonly compression: Compression
  readonly from: number
  readonly to: number
  /** Of a compressed file: its lines that start in this range of its uncompressed bytes. */
  readonly uncompressed: ByteRange
}

/** Never waits: a FIFO is open before anybody writes to it. A thread that waited could not be called back, and would keep the process from ending. */
export const openForReading = (path: string): Promise<number> => openFd(path, constants.O_RDONLY | constants.O_NONBLOCK)

export const closeFile = (fd: number): Promise<void> => closeFd(fd)

/** Fills `buffer` from `offset` with up to `length` bytes at `position`; gives their number, 0 at the end. */
export const readAt = async (fd: number, { buffer, offset, length, position }: { buffer: Buffer; offset: number; length: number; position: number }): Promise<number> =>
  (await readFd(fd, buffer, offset, length, position)).bytesRead
