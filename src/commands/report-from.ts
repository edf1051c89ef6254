import { FixedOffsetZone, Info, type Zone } from 'luxon'
import type { Settled } from '../digest/settle.ts'
import type { Increment } from '../history/increment.ts'
import type { Kept, Segments } from '../history/kept.ts'
import type { Stretch } from '../history/periods.ts'
import { type KeptStretch, settleStretch } from '../history/report-of.ts'
import { reportOf } from '../pipeline.ts'
import type { Report } from '../report/report.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { version } from './version.ts'

export const zoneOf = ({ settings }: Kept, { zone }: Pick<ResolvedOptions, 'zone'>): Zone => zone ?? (settings.zone === null ? FixedOffsetZone.utcInstance : Info.normalizeZone(settings.zone))

export interface ReportFromOptions {
  readonly kept: Kept
  readonly zone: Zone
  readonly stretch: Stretch
  readonly options: Pick<ResolvedOptions, 'readTimeoutMs' | 'top' | 'nowMs'>
  readonly failures: Increment['failures']
}

/** The report over a stretch of what is kept. */
export const reportFrom = async (segments: Segments, { kept, zone, stretch, options, failures }: ReportFromOptions): Promise<{ readonly report: Report; readonly settled: Settled }> => {
  const settled = await settleStretch(segments, { kept, stretch, zone, readTimeoutMs: options.readTimeoutMs })
  const report = reportOf(settled, { version, top: options.top, generatedAtMs: options.nowMs, timeZone: zone.name, failures, open: openOf(settled) })
  return { report, settled }
}

/** A report of a time from which nothing is kept names the logs all the same: nobody is to ask which they were. */
export const withKeptLogs = (report: Report, { access }: Kept): Report =>
  report.inputs.length > 0 ? report : { ...report, inputs: access.map(({ file: { path } }) => ({ path, kind: 'access', logFormat: '', envelope: null, bytes: 0, lines: 0, parsed: 0, skipped: 0, filtered: 0, from: null, to: null })) }

/** What is open after the newest line, and what was lost of all that is kept of the stretch: each run counts its own losses. */
const openOf = ({ isCurrent, carry: { open }, digest: { losses } }: KeptStretch): Report['open'] =>
  isCurrent && open !== null ? { ...open, lost: losses.reduce((sum, { sessions }) => sum + sessions, 0) } : null
