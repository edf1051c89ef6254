import type { WslogError } from '../errors.ts'
import type { LineBlocks } from './line-blocks.ts'
import type { FilePart } from './file.ts'

/** One log as the user named it. */
export interface LogSource {
  /** `-` for standard input. */
  readonly path: string
  /** Bytes to read, as they lie on disk; undefined for a pipe. */
  readonly size: number | undefined
  /** The whole file, to be read in parts; undefined for a pipe. */
  readonly part: FilePart | undefined
  /** A file, or a pipe that is held whole. Any other pipe comes once. */
  readonly canReadAgain: boolean
  /** The first whole lines, uncompressed. Reading afterwards still starts at the beginning. */
  readonly sample: Buffer
  /** The last whole lines of a plain file; nothing of a pipe or a compressed one. */
  readonly tail: Buffer
  /**
   * Reads all lines. Stops early, without an error, when the signal is aborted.
   * @throws WslogError `input` when the log cannot be read to its end; the lines before it were read.
   */
  read(blocks: LineBlocks, options: ReadOptions): Promise<void>
  close(): Promise<void>
}

export interface ReadOptions {
  /** Hears of bytes as they lie on disk. */
  readonly onRead: (bytes: number) => void
  readonly signal: AbortSignal
  /** Waited for before the lines of a block are read: `[from, to)` of `bytes`, cut anywhere. */
  readonly beforeBlock?: ((bytes: Buffer, from: number, to: number) => Promise<void>) | undefined
}

/** A log that could not be read, in whole or to its end. */
export interface InputFailure {
  readonly path: string
  readonly error: WslogError
}
