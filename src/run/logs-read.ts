import type { LogFormat } from '../log-format/compile.ts'
import type { ReadTally } from '../log-format/read-tally.ts'

/** An access log that was read, or is being followed. */
export interface AccessLogRead {
  readonly path: string
  readonly envelope: string | undefined
  readonly tally: ReadTally
  /** The formats that its lines were read with. */
  readonly formats: readonly LogFormat[]
}

/** An error log that was read, or is being followed; from its first entry to its last, ms since the epoch. */
export interface ErrorLogRead {
  readonly path: string
  readonly envelope: string | undefined
  readonly tally: ReadTally
  readonly fromMs: number
  readonly toMs: number
}
