import type { Zone } from 'luxon'
import { type Against, compareWithEach } from '../compare/against.ts'
import { comparedWith, keptPeriods, periodOfStretch, stretchOfPeriod } from '../history/calendar.ts'
import type { Kept } from '../history/kept.ts'
import type { Stretch } from '../history/periods.ts'
import type { Segments } from '../history/kept.ts'
import type { Report } from '../report/report.ts'
import { reportFrom } from './report-from.ts'
import type { ResolvedOptions } from './resolve-options.ts'

export interface AgainstOptions {
  readonly state: Segments
  readonly kept: Kept
  readonly zone: Zone
  readonly stretch: Stretch
  readonly options: Pick<ResolvedOptions, 'readTimeoutMs' | 'top' | 'nowMs' | 'format' | 'outputs'>
}

/** A report over exactly one day, week or month that is over, against the earlier ones; empty for any other stretch, and where nobody reads it. */
export const againstOf = async (report: Report, { state, kept, zone, stretch, options }: AgainstOptions): Promise<Against[]> => {
  const period = periodOfStretch(stretch, zone)
  const isRead = options.format === 'terminal' || options.outputs.some(({ kind }) => kind === '.txt')
  if (period === undefined || !isRead || options.nowMs < stretch.toMs) return []
  const known = keptPeriods(state.names, zone)
  const others = comparedWith(period).map((other) => ({ ...other, isKept: known.has(other.period.name) }))
  return compareWithEach(report, others, async (other) => (await reportFrom(state, { kept, zone, options, stretch: stretchOfPeriod(other, zone), failures: [] })).report)
}
