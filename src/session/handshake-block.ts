import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import type { RankedField } from './session.ts'

/** Handshakes, and lines of formats without `$http_upgrade`, that a block holds at most. */
export const BLOCK_ROWS = 4096

/** Columns of 8 bytes, then of 4. */
export const Real = { endedAtMs: 0, startedAtMs: 1, durationMs: 2, bytesToClient: 3, status: 4 } as const
export const Whole = { client: 0, host: 1, path: 2, upstream: 3, tries: 4, flags: 5, verdict: 6, counted: 7 } as const
export const REALS = 5
export const WHOLES = 8

/** What a row tells of, in the lowest bits of its flags. */
export const Kind = { session: 0, failure: 1, relabelled: 2 } as const
export const KIND_MASK = 3
export const UPSTREAM_KNOWN = 1 << 2
export const EXPLAINED = 1 << 3
export const COMPLETE = 1 << 4
export const INCOMPLETE = 1 << 5
export const PROTOCOL_SHIFT = 8

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
  /** The columns, see {@link columnsOf}. */
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

/** The columns of a block: `REALS` numbers a row, `WHOLES` a row, and status and path of each line that is undecided. */
export interface Columns {
  readonly reals: Float64Array
  readonly wholes: Uint32Array
  readonly undecided: Int32Array
}

const REAL_BYTES = BLOCK_ROWS * REALS * 8
const WHOLE_BYTES = BLOCK_ROWS * WHOLES * 4
export const BLOCK_BYTES = REAL_BYTES + WHOLE_BYTES + BLOCK_ROWS * 2 * 4

export const columnsOf = (buffer: ArrayBuffer): Columns => ({
  reals: new Float64Array(buffer, 0, BLOCK_ROWS * REALS),
  wholes: new Uint32Array(buffer, REAL_BYTES, BLOCK_ROWS * WHOLES),
  undecided: new Int32Array(buffer, REAL_BYTES + WHOLE_BYTES, BLOCK_ROWS * 2),
})
