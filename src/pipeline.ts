import type { LogFormat } from './log-format/compile.ts'
import { composeReport } from './diagnose/compose.ts'
import type { Report } from './report/report.ts'
import { Digest } from './digest/digest.ts'
import { ErrorDigest } from './digest/error-digest.ts'
import type { Settled } from './digest/settle.ts'
import { evidenceOf } from './run/evidence.ts'
import type { InputFailure } from './input/source.ts'
import { openInputs, type OpenInputs } from './run/open-inputs.ts'
import type { StampZone } from './run/read-errors.ts'
import { listInputs, readInputs, type ReadInputsOptions } from './run/read-inputs.ts'
import type { PartsListener } from './run/announcing.ts'
import type { Filters } from './session/filter.ts'

export interface AnalyzeOptions extends Omit<ReadInputsOptions, 'inputs' | 'otherFormats' | 'filters' | 'errors'> {
  /** Files, globs, `-`. */
  readonly files: readonly string[]
  /** nginx's error logs: files, globs. */
  readonly errorFiles: readonly string[]
  /** Formats to recognise, such as those of `loadKnownFormats()`. */
  readonly formats: readonly LogFormat[]
  /** Called once the logs are open; times without a zone mean the log's own, which is known only then. */
  readonly onOpen: (opened: OpenInputs) => { readonly filters: Filters; readonly timeZone: string; readonly stampZone: StampZone }
  /** Rows in ranked tables. */
  readonly top: number
  readonly version: string
  readonly generatedAtMs: number
}

/**
 * The architecture on one page. Data flows one way, each step a stage and a folder:
 *
 *     bytes ─ input ─▶ lines ─ log-format ─▶ records ─ session ─▶ sessions ─ aggregate ─▶ Summary ─ cluster ─▶ Report ─ diagnose, render ─▶ text
 *                        └─── error-log ─▶ entries ──────┘
 *
 * run/ leads the bytes through the first four of them, commands/ turns options into this call and its report
 * into text, files and an exit code. What cannot be read is in the report; nothing here throws for it.
 *
 * `wslog tail` (run/tail.ts) leads the bytes of followed logs through the same stages as they come, and live/ keeps what is
 * to be said of the last hour; at its end it makes the same report.
 */
export const analyze = async (options: AnalyzeOptions): Promise<Report> => (await analyzeLogs(options)).report

/** A report, and the digest that it was made of. */
export interface Analysis {
  readonly report: Report
  readonly settled: Settled
}

/** The same, with what merges with the logs of other servers. */
export const analyzeLogs = async (options: AnalyzeOptions): Promise<Analysis> => {
  const { read, errors, failures, timeZone } = await readLogs(options, readInputs)
  const { summary, logs, examples, rule, joined, open, patterns, own } = read
  const ofErrors = errors === undefined || joined === undefined ? undefined : new ErrorDigest({ ...errors, joined })
  const digest = new Digest({ summary, logs, examples, rule, errors: ofErrors, losses: open?.takeLosses() ?? [] })
  const settled = { digest, patterns, own, lacking: undefined }
  const report = reportOf(settled, { ...options, timeZone, open: open?.state(summary.toMs, options.top) ?? null, failures: [...failures, ...(errors?.failures ?? []), ...read.failures] })
  return { report, settled }
}

/** What a report over a digest needs beside it. */
export interface ReportOptions extends Pick<AnalyzeOptions, 'top' | 'version' | 'generatedAtMs'> {
  readonly timeZone: string
  /** Logs that could not be read. */
  readonly failures: readonly InputFailure[]
  /** What is open after the last line; null: nobody knows. */
  readonly open: Report['open']
}

/** The report over what was kept, or came from several servers. */
export const reportOf = ({ digest, patterns, lacking }: Pick<Settled, 'digest' | 'patterns' | 'lacking'>, { failures, ...options }: ReportOptions): Report => {
  const { errors, losses } = digest
  const read = { ...digest, failures: [], joined: errors?.joined }
  const evidence = evidenceOf(read, errors === undefined ? undefined : { tally: errors.tally, level: errors.level, zone: errors.zone, logs: errors.logs, failures: [], lacking }, failures)
  return composeReport({ ...options, ...evidence }, { patterns, errors, losses: losses.length === 0 && options.open === null ? undefined : losses })
}

/** Every session and every failed handshake, each with its verdict, to the listener. Gives what could not be read. */
export const listSessions = async (options: AnalyzeOptions, listener: PartsListener): Promise<readonly InputFailure[]> => {
  const { read, errors, failures } = await readLogs(options, (reading) => listInputs(reading, listener))
  return [...failures, ...(errors?.failures ?? []), ...read]
}

/** Opens the logs, and closes them when they are read. */
const readLogs = async <T>(options: AnalyzeOptions, readAll: (reading: ReadInputsOptions) => Promise<T>) => {
  const opened = await openInputs(options.files, options.errorFiles, options.formats, options.signal)
  try {
    const { filters, timeZone, stampZone } = options.onOpen(opened)
    // Loaded where there is an error log: nobody else should wait for its grammar.
    const errors = opened.errorLogs.length === 0 ? undefined : await (await import('./run/read-errors.ts')).readErrors(opened.errorLogs, { ...stampZone, ...filters }, options)
    const read = await readAll({ ...options, inputs: opened.inputs, otherFormats: options.formats, filters, errors })
    return { read, errors, failures: opened.failures, timeZone }
  } finally {
    await opened.close()
  }
}
