import { WslogError } from '../errors.ts'
import { ErrorTally, type LevelHeld } from '../error-log/error-tally.ts'
import { Level } from '../error-log/level.ts'
import { ErrorLogReader } from '../error-log/reader.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { WallClock } from '../error-log/wall-clock.ts'
import { LineBlocks } from '../input/line-blocks.ts'
import type { InputFailure, ReadOptions } from '../input/source.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { Coverage } from '../session/coverage.ts'
import type { Filters } from '../session/filter.ts'
import { ProcessLog } from '../session/process-log.ts'
import { Rewrites } from '../session/rewrites.ts'
import type { Evidence } from '../report/report.ts'
import { ErrorWindow } from './error-window.ts'
import type { ErrorLogRead } from './logs-read.ts'
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
export const readErrors = async (logs: readonly OpenErrorLog[], { clockOf, zone, sinceMs, untilMs }: StampZone & TimeFilter, options: ReadOptions): Promise<ReadErrors> => {
  const window = new ErrorWindow(clockOf)
  const tally = new ErrorTally()
  const level = new ErrorTally()
  const rewrites = new Rewrites()
  const process = new ProcessLog()
  const read: ReadErrors['logs'][number][] = []
  const failures: InputFailure[] = []
  const coverage = new Coverage()
  for (const log of logs) {
    const clock = clockOf()
    const own = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
    let finest: number = Level.emerg
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
    }
    const envelope = log.envelope === undefined ? undefined : ENVELOPES.get(log.envelope)!()
    const reader = new ErrorLogReader({ envelope, sink: { entry, skipped: () => {} } })
    try {
      await log.source.read(new LineBlocks(reader), options)
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failures.push({ path: log.source.path, error })
    }
    read.push({ path: log.source.path, envelope: log.envelope, tally: reader.tally, ...own })
    // Of a pipe that was too long to be kept, what is not there may have been let go.
    if (!window.hasLetGo) coverage.add(own, finest)
    else failures.push({ path: log.source.path, error: new WslogError('input', `${log.source.path}: too long for a pipe: its later lines explain nothing. Name the file instead`) })
  }
  window.settle()
  return { window, tally, rewrites, process, coverage, level: level.levelHeld, logs: read, zone, failures }
}

const extend = (span: { fromMs: number; toMs: number }, atMs: number): void => {
  if (atMs < span.fromMs) span.fromMs = atMs
  if (atMs > span.toMs) span.toMs = atMs
}
