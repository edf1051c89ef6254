import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import { HandshakeRows } from './handshake-rows.ts'
import type { RankedField } from './session.ts'

/** Handshakes, and lines of formats without `$http_upgrade`, that a block holds at most. */
export const BLOCK_ROWS = 4096

/** Names that a table has got since the block before. */
export interface NewNames {
  /** The table was cleared: these are its first ones, from number 1. */
  readonly isCleared: boolean
  readonly labels: readonly string[]
}

/**
 * What some lines of a log consist of, as columns of numbers: goes to another thread without a copy. What is told of
 * is what a `HandshakeConsumer` is told, in the same order as far as order matters to one.
 */
export interface HandshakeBlock {
  /** The columns, see {@link Columns}. */
  readonly buffer: ArrayBuffer
  readonly rows: number
  readonly undecided: number
  /** Names, and verdicts by number, that no block before this one had. */
  readonly names: Readonly<Record<RankedField, NewNames>>
  readonly verdicts: readonly Pick<Verdict<SessionCause | HandshakeCause>, 'cause' | 'layer' | 'confidence'>[]
  /** First and last line within the chosen time; infinite when there was none. */
  readonly fromMs: number
  readonly toMs: number
  readonly plain: number
  readonly polling: number
  /** Its lines are the first ones of a log. */
  readonly startsLog: boolean
  /** Behind its lines numbers of names change, or the log is over. */
  readonly isSettled: boolean
  /** Bytes of the log that were read for it, as they lie on disk. */
  readonly bytes: number
}

const UNDECIDED_BYTES = BLOCK_ROWS * 2 * 4
export const BLOCK_BYTES = HandshakeRows.bytesOf(BLOCK_ROWS) + UNDECIDED_BYTES

/** The columns of a block: those of its rows, behind them status and path of each line that is undecided. */
export class Columns {
  readonly rows: HandshakeRows
  readonly undecided: Int32Array

  /** `buffer`: of `BLOCK_BYTES`. */
  constructor(buffer: ArrayBuffer) {
    this.rows = new HandshakeRows(BLOCK_ROWS, buffer)
    this.undecided = new Int32Array(buffer, HandshakeRows.bytesOf(BLOCK_ROWS), BLOCK_ROWS * 2)
  }
}
