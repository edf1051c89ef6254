import { join } from 'node:path'
import type { Zone } from 'luxon'
import { compareWithEach } from '../compare/against.ts'
import { periodOfName, stretchOfPeriod } from '../history/calendar.ts'
import type { Increment } from '../history/increment.ts'
import type { Kept } from '../history/kept.ts'
import { INDEX, pageFile, type PlannedPage, planPages } from '../history/page-plan.ts'
import { linesOf, type PeriodRow, rowOf } from '../compare/period-row.ts'
import { Recent } from '../history/recent.ts'
import { renderHtml } from '../render/html/html.ts'
import { renderIndexPage } from '../render/html/index-page.ts'
import type { HtmlAssets } from '../render/html/page.ts'
import { frameOf } from '../render/html/period-frame.ts'
import type { Period, PeriodKind } from '../report/period.ts'
import type { Report } from '../report/report.ts'
import { writeAtomically } from '../state/atomic-write.ts'
import type { State } from '../state/state.ts'
import { openPagesFolder } from './pages-folder.ts'
import { readIndex } from './read-index.ts'
import { reportFrom } from './report-from.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { version } from './version.ts'

/** Web servers run as another user: who may read the pages is decided by the folder. */
const MODE = 0o644

/** Reports that are compared with again soon: of days, the seven before. */
const HELD: Readonly<Record<PeriodKind, number>> = { day: 8, week: 2, month: 2 }

export interface WritePagesOptions {
  readonly state: State
  readonly kept: Kept
  readonly zone: Zone
  readonly options: Pick<ResolvedOptions, 'readTimeoutMs' | 'top' | 'nowMs'>
  readonly failures: Increment['failures']
  readonly assets: HtmlAssets
  readonly signal: AbortSignal
}

/**
 * Brings a folder of pages up to what a state keeps: writes those that are missing or have changed, and the index, each whole or not at all. Nothing
 * else in the folder is touched.
 * @throws WslogError `output`; what the signal was aborted with
 */
export const writePages = async (folder: string, { state, kept, zone, options, failures, assets, signal }: WritePagesOptions): Promise<void> => {
  const files = await openPagesFolder(folder, options.nowMs)
  const rows = await readIndex(join(folder, INDEX))
  for (const name of rows.keys()) if (!files.includes(pageFile(name))) rows.delete(name)
  const { periods, toWrite } = planPages({ segments: state.segments, files, rows, zone, nowMs: options.nowMs, settings: [version, options.top, options.readTimeoutMs ?? null] })
  const load = async (name: string): Promise<Report> => {
    signal.throwIfAborted()
    return (await reportFrom(state, { kept, zone, options, stretch: stretchOfPeriod(periodOfName(name)!, zone), failures: [] })).report
  }
  const reports: Readonly<Record<PeriodKind, Recent<Report>>> = { day: new Recent(HELD.day, load), week: new Recent(HELD.week, load), month: new Recent(HELD.month, load) }
  const reportOf = ({ kind, name }: Period): Promise<Report> => reports[kind].get(name)
  for (const planned of toWrite) {
    const report = await reportOf(planned.period)
    const row = await writePage(folder, planned, { report, reportOf, rows, zone, assets })
    rows.set(planned.period.name, row)
  }
  const pages = periods.map((period) => ({ period, href: pageFile(period.name) }))
  const index = renderIndexPage({ pages, rows, zone, generatedAt: new Date(options.nowMs).toISOString(), version, errors: failures.map(({ error }) => error.message), assets })
  await writeAtomically(join(folder, INDEX), index, { mode: MODE })
}

interface WritePageOptions {
  readonly report: Report
  readonly reportOf: (period: Period) => Promise<Report>
  readonly rows: ReadonlyMap<string, PeriodRow>
  readonly zone: Zone
  readonly assets: HtmlAssets
}

const writePage = async (folder: string, planned: PlannedPage, { report, reportOf, rows, zone, assets }: WritePageOptions): Promise<PeriodRow> => {
  const old = rows.get(planned.period.name)
  // Of a state that was begun anew, or logs that were deleted: the page that is there knows more.
  if (old !== undefined && old.lines > linesOf(report)) return { ...old, madeOf: planned.madeOf }
  const against = await compareWithEach(report, planned.against, reportOf)
  const row = rowOf(report, { ...planned, comparison: against[0]?.comparison ?? undefined })
  const page = frameOf(planned, { report, against, rows, zone, index: INDEX, hrefOf: pageFile })
  await writeAtomically(join(folder, pageFile(planned.period.name)), renderHtml(report, { zone, assets, page }), { mode: MODE })
  return row
}
