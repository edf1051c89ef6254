import { WslogError } from '../errors.ts'
import type { LineBlocks } from './line-blocks.ts'
import type { FilePart } from './part.ts'

/** One log as the user named it. */
export interface LogSource {
  /** `-` for standard input. */
  readonly path: string
  /** Bytes to read, as they lie on disk; undefined for a pipe. */
  readonly size: number | undefined
  /** The whole file, to be read in parts and again; undefined for a pipe: it comes once. */
  readonly part: FilePart | undefined
  /** The first whole lines, uncompressed. Reading afterwards still starts at the beginning. */
  readonly sample: Buffer
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
}

/** A log that could not be read, in whole or to its end. */
export interface InputFailure {
  readonly path: string
  readonly error: WslogError
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it; nginx logs usually belong to root:adm, so run as a member of the group adm',
  EPERM: 'no permission to read it; nginx logs usually belong to root:adm, so run as a member of the group adm',
  EMFILE: 'too many open files; raise ulimit -n or name fewer at once',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reported an error while it was read',
}

/** The failure of a system call as one line that says what to do. Other errors are thrown on as they are. */
export const inputError = (path: string, error: unknown): WslogError => {
  if (error instanceof WslogError) return error
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') throw error
  return new WslogError('input', `${path}: ${HINTS[code] ?? `cannot be read (${code})`}`, { cause: error })
}
