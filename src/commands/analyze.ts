import { loadKnownFormats, resolveFormats } from '../input/formats.ts'
import { resolveLogPaths } from '../input/resolve.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import { renderJson } from '../render/json.ts'
import { renderTerminal } from '../render/terminal/terminal.ts'
import type { Report } from '../report/report.ts'
import { analyze } from '../run/analyze.ts'
import { openInputs, type OpenInput } from '../run/open-inputs.ts'
import { writeAtomically } from '../state/atomic-write.ts'
import { version } from './version.ts'
import { renderFile } from './output.ts'
import { createProgress } from './progress.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { zoneOfOffset } from './time-option.ts'

/** How a command talks to the world; the command line gives it the real one. */
export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly now: () => number
  /** Aborted at ^C: what is known by then is reported. */
  readonly signal: AbortSignal
}

export const EXIT = { ok: 0, conditionHolds: 1, failed: 2, interrupted: 130 } as const

/** `wslog analyze`: reads, reports, writes; gives the exit code. @throws WslogError when nothing could be read at all. */
export const runAnalyze = async (options: ResolvedOptions, { out, err, now, signal }: Streams): Promise<number> => {
  const known = await loadKnownFormats()
  const chosen = options.logFormat === undefined ? undefined : await resolveFormats(options.logFormat, known)
  const formats = chosen ?? known.map(({ format }) => format)
  const { paths, errors } = await resolveLogPaths(options.files)
  const { inputs, failures } = await openInputs(paths, formats)
  const unreadable = [...errors, ...failures.map(({ error }) => error)]
  if (inputs.length === 0 && unreadable.length > 0) {
    for (const error of unreadable) err(`wslog: ${error.message}\n`)
    return EXIT.failed
  }
  const zone = options.zone ?? zoneOfOffset(offsetOf(inputs))
  const progress = options.hasProgress ? createProgress({ write: err, now, total: totalSize(inputs) }) : undefined
  const report = await analyze({
    inputs,
    failures: [...errors.map((error) => ({ path: error.message.split(':', 1)[0]!, error })), ...failures],
    otherFormats: formats,
    filters: options.filters(zone),
    timeZone: zone.name,
    top: options.top,
    isQueryKept: options.isQueryKept,
    isAnonymized: options.isAnonymized,
    version,
    nowMs: options.nowMs,
    onRead: progress?.onRead ?? (() => {}),
    signal,
  })
  progress?.end()
  for (const { source } of inputs) await source.close()
  if (options.format === 'json') out(renderJson(report))
  else if (options.format === 'terminal') out(renderTerminal(report, { paint: options.isColoured ? COLOURED : PLAIN, width: options.width, zone }))
  for (const { message } of report.errors) err(`wslog: ${message}\n`)
  for (const { path, kind } of options.outputs) await writeAtomically(path, renderFile(kind, report, zone))
  return exitCode(report, options, { signal, err })
}

const exitCode = (report: Report, { failConditions, isQuiet }: ResolvedOptions, { signal, err }: Pick<Streams, 'signal' | 'err'>): number => {
  if (signal.aborted) return EXIT.interrupted
  if (report.errors.length > 0) return EXIT.failed
  const holding = failConditions.filter(({ holds }) => holds(report))
  if (!isQuiet) for (const { text } of holding) err(`wslog: --fail-on ${text} holds\n`)
  return holding.length > 0 ? EXIT.conditionHolds : EXIT.ok
}

/** The offset that the first log shows; a log of epoch seconds shows none, and reads as UTC. */
const offsetOf = (inputs: readonly OpenInput[]): number => inputs.find(({ detection }) => detection !== undefined)?.detection?.offsetMinutes ?? 0

const totalSize = (inputs: readonly OpenInput[]): number | undefined => {
  let total = 0
  for (const { source } of inputs) {
    if (source.size === undefined) return undefined
    total += source.size
  }
  return total
}
