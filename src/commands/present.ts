import type { Settled } from '../digest/settle.ts'
import { renderJson } from '../render/json.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import type { Against } from '../compare/against.ts'
import type { Report } from '../report/report.ts'
import { EXIT } from './exit.ts'
import { type FailCondition, measuresOfReport } from './fail-on.ts'
import { type LogZone, luxonZone } from './log-zone.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { writeReportFiles } from './write-report.ts'

export type PresentOptions = Pick<ResolvedOptions, 'outputs' | 'summaries' | 'format' | 'isColoured' | 'width' | 'failConditions' | 'isQuiet' | 'isAscii' | 'isOnlyFailing'>

/** Writes a report to files and to standard output; gives the exit code that its conditions call for. */
export const present = async (report: Report, options: PresentOptions, { zone, settled, against, out, err }: { readonly zone: LogZone; readonly settled: Settled; readonly against: readonly Against[] } & Pick<Streams, 'out' | 'err'>): Promise<number> => {
  // Files first: standard output may be closed, or full, and ends the program then.
  const isWritten = await writeReportFiles(options.outputs, report, { zone, against, err })
  const isSummed = options.summaries.length === 0 || (await summed(options.summaries, report, settled, err))
  const code = exitCodeOf(report, options, err)
  if (options.format === 'json') out(renderJson(report))
  else if (options.format === 'terminal' && (!options.isOnlyFailing || code !== EXIT.ok)) out(await textOf(report, options, { zone, against }))
  return !isWritten || !isSummed ? EXIT.failed : code
}

// What only some runs need is loaded by these: no other run should wait for it.

const textOf = async (report: Report, { isColoured, isAscii, width }: Pick<PresentOptions, 'isColoured' | 'isAscii' | 'width'>, { zone, against }: { readonly zone: LogZone; readonly against: readonly Against[] }): Promise<string> => {
  const { renderTerminal } = await import('../render/terminal/terminal.ts')
  const text = renderTerminal(report, { paint: isColoured ? COLOURED : PLAIN, width, zone: await luxonZone(zone) }, against)
  return isAscii ? (await import('../render/ascii.ts')).toAscii(text) : text
}

/** Last of all: the digest is no longer that of the report then. */
const summed = async (paths: readonly string[], report: Report, settled: Settled, err: Streams['err']): Promise<boolean> => (await import('./write-summaries.ts')).writeSummaries(paths, report, settled, err)

const exitCodeOf = (report: Report, { failConditions, isQuiet }: { readonly failConditions: readonly FailCondition[]; readonly isQuiet: boolean }, err: Streams['err']): number => {
  if (report.errors.length > 0) return EXIT.failed
  if (!isQuiet && report.evidence.errorLogLevel === 'none' && failConditions.some(({ text }) => text.trim().startsWith('faults'))) err('wslog: --fail-on faults cannot hold: without an error log no drop is called a fault\n')
  const measures = measuresOfReport(report)
  const holding = failConditions.filter(({ holds }) => holds(measures))
  if (!isQuiet) for (const { text } of holding) err(`wslog: --fail-on ${text} holds\n`)
  return holding.length > 0 ? EXIT.conditionHolds : EXIT.ok
}
