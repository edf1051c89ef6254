import { WslogError } from '../errors.ts'
import { loadKnownFormats, resolveFormats } from '../input/formats.ts'
import { refuseToOverwriteLogs } from '../input/resolve.ts'
import { analyze } from '../pipeline.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import { sanitize } from '../render/sanitize.ts'
import { renderJson } from '../render/json.ts'
import { renderTerminal } from '../render/terminal/terminal.ts'
import type { Report } from '../report/report.ts'
import { writeAtomically } from '../state/atomic-write.ts'
import { version } from './version.ts'
import { renderFile } from './output.ts'
import { createProgress, type Progress } from './progress.ts'
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

/** `wslog analyze`: reads, reports, writes; gives the exit code. What could not be read is said on stderr. */
export const runAnalyze = async (options: ResolvedOptions, { out, err, now, signal }: Streams): Promise<number> => {
  const known = await loadKnownFormats()
  const formats = options.logFormat === undefined ? known.map(({ format }) => format) : await resolveFormats(options.logFormat, known)
  await refuseToOverwriteLogs(options.outputs.map(({ path }) => path), options.files)
  let zone = options.zone ?? zoneOfOffset(0)
  let progress: Progress | undefined
  const report = await analyze({
    files: options.files,
    formats,
    onOpen: ({ offsetMinutes, totalSize }) => {
      zone = options.zone ?? zoneOfOffset(offsetMinutes)
      progress = options.hasProgress ? createProgress({ write: err, now, total: totalSize }) : undefined
      return { filters: options.filters(zone), timeZone: zone.name }
    },
    onRead: (bytes) => progress?.onRead(bytes),
    top: options.top,
    threads: options.threads,
    isQueryKept: options.isQueryKept,
    isAnonymized: options.isAnonymized,
    version,
    generatedAtMs: options.nowMs,
    signal,
  })
  progress?.end()
  if (signal.aborted) err('wslog: interrupted; the report covers what was read until then\n')
  for (const { message } of report.errors) err(`wslog: ${sanitize(message)}\n`)
  // Nothing could be read at all: a report of zeros would look like an answer.
  if (report.inputs.length === 0 && report.errors.length > 0) return EXIT.failed
  // Files first: standard output may be closed, or full, and ends the program then.
  const unwritten: WslogError[] = []
  for (const { path, kind } of options.outputs) {
    await writeAtomically(path, renderFile(kind, report, zone)).catch((error: unknown) => {
      if (!(error instanceof WslogError)) throw error
      unwritten.push(error)
    })
  }
  for (const { message } of unwritten) err(`wslog: ${sanitize(message)}\n`)
  if (options.format === 'json') out(renderJson(report))
  else if (options.format === 'terminal') out(renderTerminal(report, { paint: options.isColoured ? COLOURED : PLAIN, width: options.width, zone }))
  const code = exitCode(report, options, { signal, err })
  return unwritten.length > 0 && code !== EXIT.interrupted ? EXIT.failed : code
}

const exitCode = (report: Report, { failConditions, isQuiet }: ResolvedOptions, { signal, err }: Pick<Streams, 'signal' | 'err'>): number => {
  if (signal.aborted) return EXIT.interrupted
  if (report.errors.length > 0) return EXIT.failed
  if (!isQuiet && report.evidence.errorLogLevel === 'none' && failConditions.some(({ text }) => text.trim().startsWith('faults'))) err('wslog: --fail-on faults cannot hold: without an error log no drop is called a fault\n')
  const holding = failConditions.filter(({ holds }) => holds(report))
  if (!isQuiet) for (const { text } of holding) err(`wslog: --fail-on ${text} holds\n`)
  return holding.length > 0 ? EXIT.conditionHolds : EXIT.ok
}
