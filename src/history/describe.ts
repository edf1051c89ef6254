import type { Zone } from 'luxon'
import type { Report } from '../report/report.ts'
import type { Kept, KeptFile } from './kept.ts'
import { isDayName, isHourName, stretchOf } from './periods.ts'

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
export interface StateHour {
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

export interface DescribeOptions {
  readonly kept: Kept
  readonly segments: ReadonlyMap<string, { readonly bytes: number }>
  readonly zone: Zone
  readonly committedAtMs: number
  readonly report: Report
}

export const describeState = ({ kept, segments, zone, committedAtMs, report }: DescribeOptions): StateDescription => ({
  schema: 'wslog.state-description/1',
  committedAt: new Date(committedAtMs).toISOString(),
  timeZone: zone.name,
  files: [...kept.access.map(fileOf('access')), ...kept.errors.map(fileOf('error'))],
  hours: [...segments].filter(([name]) => isHourName(name) || isDayName(name)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { bytes }]) => {
    const { fromMs, toMs } = stretchOf(name, zone)
    return { name, kind: isDayName(name) ? 'day' : 'hour', from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), bytes }
  }),
  report,
})

const fileOf = (kind: StateFile['kind']) => ({ file: { path, offset, isAbsent }, lines }: KeptFile): StateFile => ({ kind, path, offset, lines, isAbsent })
