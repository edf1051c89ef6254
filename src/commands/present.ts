import type { Zone } from 'luxon'
import { SUMMARY_SCHEMA, summaryToJson } from '../digest/document.ts'
import { type Settled, unsettled } from '../digest/settle.ts'
import { toAscii } from '../render/ascii.ts'
import { renderJson } from '../render/json.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import { renderTerminal } from '../render/terminal/terminal.ts'
import type { Report } from '../report/report.ts'
import { EXIT } from './exit.ts'
import { type FailCondition, measuresOfReport } from './fail-on.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { writeFiles } from './write-files.ts'
import { writeReportFiles } from './write-report.ts'

export type PresentOptions = Pick<ResolvedOptions, 'outputs' | 'summaries' | 'format' | 'isColoured' | 'width' | 'failConditions' | 'isQuiet' | 'isAscii' | 'isOnlyFailing'>

/** Writes a report to files and to standard output; gives the exit code that its conditions call for. */
export const present = async (report: Report, options: PresentOptions, { zone, settled, out, err }: { readonly zone: Zone; readonly settled: Settled } & Pick<Streams, 'out' | 'err'>): Promise<number> => {
  // Files first: standard output may be closed, or full, and ends the program then.
  const isWritten = await writeReportFiles(options.outputs, report, { zone, err })
  const isSummed = options.summaries.length === 0 || (await writeSummaries(options.summaries, report, settled, err))
  const code = exitCodeOf(report, options, err)
  if (options.format === 'json') out(renderJson(report))
  else if (options.format === 'terminal' && (!options.isOnlyFailing || code !== EXIT.ok)) {
    const text = renderTerminal(report, { paint: options.isColoured ? COLOURED : PLAIN, width: options.width, zone })
    out(options.isAscii ? toAscii(text) : text)
  }
  return !isWritten || !isSummed ? EXIT.failed : code
}

/** Last of all: the digest is no longer that of the report then. */
const writeSummaries = (paths: readonly string[], { version, generatedAt, window: { timeZone } }: Report, settled: Settled, err: Streams['err']): Promise<boolean> => {
  const text = summaryToJson({ schema: SUMMARY_SCHEMA, version, generatedAt, timeZone, digest: unsettled(settled) })
  return writeFiles(paths.map((path) => ({ path, text: () => text })), { err })
}

const exitCodeOf = (report: Report, { failConditions, isQuiet }: { readonly failConditions: readonly FailCondition[]; readonly isQuiet: boolean }, err: Streams['err']): number => {
  if (report.errors.length > 0) return EXIT.failed
  if (!isQuiet && report.evidence.errorLogLevel === 'none' && failConditions.some(({ text }) => text.trim().startsWith('faults'))) err('wslog: --fail-on faults cannot hold: without an error log no drop is called a fault\n')
  const measures = measuresOfReport(report)
  const holding = failConditions.filter(({ holds }) => holds(measures))
  if (!isQuiet) for (const { text } of holding) err(`wslog: --fail-on ${text} holds\n`)
  return holding.length > 0 ? EXIT.conditionHolds : EXIT.ok
}
