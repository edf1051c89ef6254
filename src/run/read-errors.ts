import { WslogError } from '../errors.ts'
import { ErrorTally, type LevelHeld } from '../error-log/error-tally.ts'
import { Level } from '../error-log/level.ts'
import { ErrorLogReader } from '../error-log/reader.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { WallClock } from '../error-log/wall-clock.ts'
import { LineBlocks } from '../input/line-blocks.ts'
import type { InputFailure, ReadOptions } from '../input/source.ts'
import type { ReadTally } from '../log-format/read-tally.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { Coverage, type Covered } from '../session/coverage.ts'
import type { ErrorRow } from '../session/error-table.ts'
import type { Filters } from '../session/filter.ts'
import { ProcessLog } from '../session/process-log.ts'
import { Rewrites } from '../session/rewrites.ts'
import type { Evidence } from '../report/report.ts'
import { ErrorWindow } from './error-window.ts'
import type { ErrorLogRead } from '../digest/logs-read.ts'
import type { OpenErrorLog } from './open-errors.ts'

/** What the error logs hold. */
export interface ReadErrors {
  readonly window: ErrorWindow
  /** Of the entries within the chosen time. */
  readonly tally: ErrorTally
  /** The finest level of all entries. */
  readonly level: LevelHeld
  readonly rewrites: Rewrites
  readonly process: ProcessLog
  /** When a line that is not there proves something. */
  readonly coverage: Coverage
  readonly logs: readonly ErrorLogRead[]
  /** Of the stamps, which carry none. */
  readonly zone: NonNullable<Evidence['errorLogZone']>
  readonly failures: readonly InputFailure[]
  /** The stretch of each log, in the order of the logs, with what was known of its beginning. */
  readonly stretches: readonly Covered[]
}

/** Takes what error logs hold entry by entry, beside the whole. */
export interface ErrorListener {
  /** Before the first line of a log. `tally`: of the lines before the entry that is being told of. */
  startLog(log: Pick<ErrorLogRead, 'path' | 'envelope'>, tally: () => ReadTally): void
  /** An entry, valid during the call; `atMs`: its time, ms since the epoch. */
  entry(record: ErrorRecord, atMs: number): void
  /** After its last line. */
  endLog(): void
}

export interface ReadErrorsOptions extends ReadOptions {
  readonly entries?: ErrorListener | undefined
  /** What an earlier reading left: error lines that wait for their access lines, and the times that error logs cover. */
  readonly earlier?: { readonly rows: readonly ErrorRow[]; readonly coverage: readonly Covered[] } | undefined
}

/** `[sinceMs, untilMs)` by access lines, which may come later than their error lines. */
export type TimeFilter = Pick<Filters, 'sinceMs' | 'untilMs'>

/** An access line may stand so far behind its error line: lingering close. */
export const MAX_LATE_MS = 32_000

/** How the stamps of error logs become instants; a clock serves one log. */
export interface StampZone {
  readonly clockOf: () => WallClock
  readonly zone: NonNullable<Evidence['errorLogZone']>
}

/**
 * Reads the error logs whole, before the access logs. What can explain a handshake goes to the window.
 */
export const readErrors = async (logs: readonly OpenErrorLog[], { clockOf, zone, sinceMs, untilMs }: StampZone & TimeFilter, options: ReadErrorsOptions): Promise<ReadErrors> => {
  const window = new ErrorWindow(clockOf, { earlier: options.earlier?.rows ?? [] })
  const tally = new ErrorTally()
  const level = new ErrorTally()
  const rewrites = new Rewrites()
  const process = new ProcessLog()
  const read: ReadErrors['logs'][number][] = []
  const failures: InputFailure[] = []
  const coverage = new Coverage()
  const stretches: Covered[] = []
  for (const { finest, ...span } of options.earlier?.coverage ?? []) coverage.add(span, finest)
  for (const log of logs) {
    const clock = clockOf()
    const own = { fromMs: log.covered?.fromMs ?? Number.POSITIVE_INFINITY, toMs: log.covered?.toMs ?? Number.NEGATIVE_INFINITY }
    let finest: number = log.covered?.finest ?? Level.emerg
    window.startLog(log)
    const entry = (record: ErrorRecord): void => {
      const atMs = clock.toUtc(record.stampMs)
      extend(own, atMs)
      finest = Math.min(finest, record.level)
      level.add(record)
      if (atMs < sinceMs - MAX_LATE_MS || atMs >= untilMs) return
      tally.add(record)
      window.add(record, atMs, reader.bytes)
      rewrites.add(record)
      process.add(record, atMs)
      options.entries?.entry(record, atMs)
    }
    const envelope = log.envelope === undefined ? undefined : ENVELOPES.get(log.envelope)!()
    const reader = new ErrorLogReader({ envelope, sink: { entry, skipped: () => {} } })
    options.entries?.startLog({ path: log.source.path, envelope: log.envelope }, () => reader.tally)
    try {
      await log.source.read(new LineBlocks(reader), options)
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failures.push({ path: log.source.path, error })
    }
    options.entries?.endLog()
    stretches.push({ ...own, finest })
    read.push({ path: log.source.path, envelope: log.envelope, tally: reader.tally, ...own })
    // Of a pipe that was too long to be kept, what is not there may have been let go.
    if (!window.hasLetGo) coverage.add(own, finest)
    else failures.push({ path: log.source.path, error: new WslogError('input', `${log.source.path}: too long for a pipe: its later lines explain nothing. Name the file instead`) })
  }
  window.settle()
  return { window, tally, rewrites, process, coverage, level: level.levelHeld, logs: read, zone, failures, stretches }
}

const extend = (span: { fromMs: number; toMs: number }, atMs: number): void => {
  if (atMs < span.fromMs) span.fromMs = atMs
  if (atMs > span.toMs) span.toMs = atMs
}
