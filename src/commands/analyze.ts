import { analyzeLogs } from '../pipeline.ts'
import { sanitize } from '../render/sanitize.ts'
import type { Report } from '../report/report.ts'
import { EXIT } from './exit.ts'
import { prepare } from './prepare.ts'
import { present } from './present.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { type LogZone, zoneOfOffset } from './log-zone.ts'

/** `wslog analyze`: reads, reports, writes; gives the exit code. What could not be read is said on stderr. */
export const runAnalyze = async (options: ResolvedOptions, { out, err, now, signal, onRead }: Streams): Promise<number> => {
  let zone: LogZone = options.zone ?? zoneOfOffset(0)
  const { reading, progress } = await prepare(options, { err, now, signal }, (chosen) => (zone = chosen))
  const { report, settled } = await analyzeLogs(reading)
  onRead()
  progress.end()
  if (!options.isQuiet) sayUnmatched(report, err)
  if (signal.aborted) err('wslog: interrupted; the report covers what was read until then\n')
  for (const { message } of report.errors) err(`wslog: ${sanitize(message)}\n`)
  // Nothing could be read at all: a report of zeros would look like an answer.
  if (report.inputs.length === 0 && report.errors.length > 0) return EXIT.failed
  const code = await present(report, options, { zone, settled, against: [], out, err })
  return signal.aborted ? EXIT.interrupted : code
}

/** Fewer lines may well be about sessions that are still open. */
const MIN_UNMATCHED = 5

/** An error log of another day, host or zone explains nothing, and its silence would prove nothing either. */
export const sayUnmatched = ({ evidence: { joined, errorLogZone } }: Report, err: Streams['err']): void => {
  if (joined === null || joined.found > 0 || joined.endings < MIN_UNMATCHED) return
  err(`wslog: none of the ${joined.endings} error lines on how sessions ended belongs to a session of these access logs: another day, another host, or another zone than ${errorLogZone?.zone}?\n`)
}
