import { analyze } from '../pipeline.ts'
import { toAscii } from '../render/ascii.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import { sanitize } from '../render/sanitize.ts'
import { renderJson } from '../render/json.ts'
import { renderTerminal } from '../render/terminal/terminal.ts'
import type { Report } from '../report/report.ts'
import { EXIT } from './exit.ts'
import { measuresOfReport } from './fail-on.ts'
import { prepare } from './prepare.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { zoneOfOffset } from './time-option.ts'
import { writeReportFiles } from './write-report.ts'

/** `wslog analyze`: reads, reports, writes; gives the exit code. What could not be read is said on stderr. */
export const runAnalyze = async (options: ResolvedOptions, { out, err, now, signal }: Streams): Promise<number> => {
  let zone = options.zone ?? zoneOfOffset(0)
  const { reading, progress } = await prepare(options, { err, now, signal }, (chosen) => (zone = chosen))
  const report = await analyze(reading)
  progress.end()
  if (!options.isQuiet) sayUnmatched(report, err)
  if (signal.aborted) err('wslog: interrupted; the report covers what was read until then\n')
  for (const { message } of report.errors) err(`wslog: ${sanitize(message)}\n`)
  // Nothing could be read at all: a report of zeros would look like an answer.
  if (report.inputs.length === 0 && report.errors.length > 0) return EXIT.failed
  const spelt = options.isAscii ? toAscii : (text: string): string => text
  // Files first: standard output may be closed, or full, and ends the program then.
  const isWritten = await writeReportFiles(options.outputs, report, { zone, err })
  if (options.format === 'json') out(renderJson(report))
  else if (options.format === 'terminal') out(spelt(renderTerminal(report, { paint: options.isColoured ? COLOURED : PLAIN, width: options.width, zone })))
  const code = exitCode(report, options, { signal, err })
  return !isWritten && code !== EXIT.interrupted ? EXIT.failed : code
}

/** Fewer lines may well be about sessions that are still open. */
const MIN_UNMATCHED = 5

/** An error log of another day, host or zone explains nothing, and its silence would prove nothing either. */
const sayUnmatched = ({ evidence: { joined, errorLogZone } }: Report, err: Streams['err']): void => {
  if (joined === null || joined.found > 0 || joined.endings < MIN_UNMATCHED) return
  err(`wslog: none of the ${joined.endings} error lines on how sessions ended belongs to a session of these access logs: another day, another host, or another zone than ${errorLogZone?.zone}?\n`)
}

const exitCode = (report: Report, { failConditions, isQuiet }: ResolvedOptions, { signal, err }: Pick<Streams, 'signal' | 'err'>): number => {
  if (signal.aborted) return EXIT.interrupted
  if (report.errors.length > 0) return EXIT.failed
  if (!isQuiet && report.evidence.errorLogLevel === 'none' && failConditions.some(({ text }) => text.trim().startsWith('faults'))) err('wslog: --fail-on faults cannot hold: without an error log no drop is called a fault\n')
  const measures = measuresOfReport(report)
  const holding = failConditions.filter(({ holds }) => holds(measures))
  if (!isQuiet) for (const { text } of holding) err(`wslog: --fail-on ${text} holds\n`)
  return holding.length > 0 ? EXIT.conditionHolds : EXIT.ok
}
