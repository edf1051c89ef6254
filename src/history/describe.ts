import type { Zone } from 'luxon'
import type { Report } from '../report/report.ts'
import type { StateDescription, StateFile } from '../report/state-description.ts'
import type { Kept, KeptFile } from './kept.ts'
import { isDayName, isHourName, stretchOf } from './periods.ts'

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
