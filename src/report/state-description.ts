import type { Report } from './report.ts'

/** A log that a state knows. */
export interface StateFile {
  readonly kind: 'access' | 'error'
  /** Where it was last. */
  readonly path: string
  /** Uncompressed bytes, and lines, that were read. */
  readonly offset: number
  readonly lines: number
  /** It was at none of the paths in the last run. */
  readonly isAbsent: boolean
}

/** A stretch that is kept as one: an hour, or a day that was put together. */
interface StateHour {
  readonly name: string
  readonly kind: 'hour' | 'day'
  /** ISO 8601 in UTC. */
  readonly from: string
  readonly to: string
  /** On disk. */
  readonly bytes: number
}

/** What `wslog state --json` prints. */
export interface StateDescription {
  readonly schema: 'wslog.state-description/1'
  /** ISO 8601 in UTC. */
  readonly committedAt: string
  readonly timeZone: string
  readonly files: readonly StateFile[]
  readonly hours: readonly StateHour[]
  /** Over all that is kept. */
  readonly report: Report
}
