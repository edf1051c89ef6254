import type { ErrorRecord } from '../error-log/record.ts'
import { FollowedFile } from '../input/followed-file.ts'
import type { LogFormat } from '../log-format/compile.ts'
import type { NoFormat } from '../log-format/detect.ts'
import type { RecordSink } from '../log-format/reader.ts'
import type { FollowedLog } from '../live/snapshot.ts'
import type { Coverage } from '../session/coverage.ts'
import { FollowedAccess } from './followed-access.ts'
import { FollowedErrors } from './followed-errors.ts'
import type { LiveClock } from './live-clock.ts'
import type { PrimeOptions } from './prime-open.ts'

export interface FollowedLogsOptions {
  readonly files: readonly string[]
  readonly errorFiles: readonly string[]
  readonly formats: readonly LogFormat[]
  /** Reads what stands in the logs already, too. */
  readonly isFromStart: boolean
  readonly clock: LiveClock
  readonly coverage: Coverage
  /** ms since the epoch. */
  readonly now: () => number
  /** Gives the sink of a log's records, when a block of them is about to be read. */
  readonly sinkOf: (log: FollowedAccess) => RecordSink
  readonly onEntry: (record: ErrorRecord, atMs: number) => void
  readonly onFirst: (log: FollowedAccess, sample: Buffer) => void
  /** `why`: undefined of an error log. */
  readonly onUnknown: (path: string, why: NoFormat | undefined) => void
}

/** The lines of several workers come a little out of order. */
const AHEAD_MS = 2000
/** No entry is of a later time than this clock's: the clock was set back, or a client made the entry up. */
const FUTURE_MS = 60_000

interface Followed<Log> {
  readonly file: FollowedFile
  readonly log: Log
}

/**
 * All logs of a tail, read in the order of time.
 *
 * nginx writes the error line of a request before its access line. So when access lines are at hand, the error logs are
 * read up to their time, or to their end, before the access lines are looked at: the line that explains one of them
 * is there, however fast both are written, and nothing has to wait. Of several access logs the one that is furthest
 * behind is read first, so that a long past is gone through in its order.
 */
export class FollowedLogs {
  readonly #access: readonly Followed<FollowedAccess>[]
  readonly #errors: readonly Followed<FollowedErrors>[]
  readonly #now: () => number
  readonly #clock: LiveClock

  constructor({ files, errorFiles, formats, isFromStart, clock, coverage, now, sinkOf, onEntry, onFirst, onUnknown }: FollowedLogsOptions) {
    this.#now = now
    this.#clock = clock
    const fromMs = now()
    this.#errors = errorFiles.map((path) => {
      const log = new FollowedErrors({ path, clock: clock.wallClock(), coverage, fromMs, isFromStart, onEntry, onUnknown: (unknown) => onUnknown(unknown, undefined) })
      const file = new FollowedFile(path, { isFromStart, reader: log, now })
      log.look(file.sample)
      return { file, log }
    })
    this.#access = files.map((path) => {
      const log = new FollowedAccess({ path, formats, sinkOf, onFirst, onUnknown, beforeBlock: (toMs) => this.#readErrorsTo(toMs) })
      const file = new FollowedFile(path, { isFromStart, reader: log, now })
      log.look(file.sample)
      return { file, log }
    })
  }

  get access(): readonly FollowedAccess[] {
    return this.#access.map(({ log }) => log)
  }

  get errors(): readonly FollowedErrors[] {
    return this.#errors.map(({ log }) => log)
  }

  /** Lines before those to be read, of each access log. */
  get samples(): readonly { readonly log: FollowedAccess; readonly sample: Buffer }[] {
    return this.#access.map(({ log, file }) => ({ log, sample: file.sample }))
  }

  /** What stands in the logs before the lines to be read. */
  get past(): { readonly access: PrimeOptions['access']; readonly errors: PrimeOptions['errors'] } {
    return {
      access: this.#access.map(({ file: { startPosition: position }, log: { path, detection } }) => ({ path, position, detection })),
      errors: this.#errors.map(({ file: { startPosition: position }, log: { path, envelope } }) => ({ path, position, envelope, clock: this.#clock.wallClock() })),
    }
  }

  /** Up to when all lines of access logs have been read, ms since the epoch; infinite when all are. */
  get readToMs(): number {
    let toMs = Number.POSITIVE_INFINITY
    for (const { file, log } of this.#access) if (file.unreadBytes > 0) toMs = Math.min(toMs, log.tally.toMs)
    return toMs
  }

  /** Why logs cannot be read, though they exist. */
  get problems(): readonly { readonly path: string; readonly problem: string }[] {
    return [...this.#access, ...this.#errors].flatMap(({ file, log }) => (file.problem === undefined ? [] : [{ path: log.path, problem: file.problem }]))
  }

  /** Opens what is at the paths by now; cheap. */
  look(): void {
    for (const { file } of [...this.#access, ...this.#errors]) file.look()
  }

  /** Reads the next piece of what is unread; gives its bytes, 0 when all is read. */
  read(): number {
    const inOrder = this.#access.length === 1 ? this.#access : this.#access.toSorted((a, b) => atMs(a) - atMs(b))
    for (const { file } of inOrder) {
      const bytes = file.read()
      if (bytes > 0) return bytes
    }
    for (const { file, log } of this.#errors) {
      const bytes = file.read()
      if (bytes > 0) return bytes
      log.pause()
      log.cover(file.state === 'following' && file.problem === undefined, this.#now())
    }
    return 0
  }

  /** After SIGHUP. */
  reopen(): void {
    for (const { file } of [...this.#access, ...this.#errors]) file.reopen()
  }

  close(): void {
    for (const { file } of [...this.#access, ...this.#errors]) file.close()
  }

  states(): FollowedLog[] {
    return [
      ...this.#access.map(({ file, log }) => stateOf('access', file, { path: log.path, tally: log.tally, logFormat: log.tally.formats.join(', ') || null, latestMs: log.tally.toMs, nowMs: this.#now() })),
      ...this.#errors.map(({ file, log }) => stateOf('error', file, { path: log.path, tally: log.tally, logFormat: log.level, latestMs: log.span.toMs, nowMs: this.#now() })),
    ]
  }

  #readErrorsTo(toMs: number | undefined): void {
    const futureMs = this.#now() + FUTURE_MS
    for (const { file, log } of this.#errors) {
      const isAhead = (): boolean => log.latestMs > (toMs ?? Number.POSITIVE_INFINITY) + AHEAD_MS && log.latestMs < futureMs
      let bytes = 1
      while (bytes > 0 && !isAhead()) bytes = file.read()
      if (bytes === 0) log.pause()
    }
  }
}

const atMs = ({ log }: Followed<FollowedAccess>): number => log.tally.toMs

const stateOf = (kind: FollowedLog['kind'], { state, problem, unreadBytes }: FollowedFile, { path, tally: { counts: { read, parsed, skipped, filtered } }, logFormat, latestMs, nowMs }: { path: string; tally: FollowedAccess['tally']; logFormat: string | null; latestMs: number; nowMs: number }): FollowedLog => ({
  path, kind, logFormat,
  // A log that is there but cannot be read is waited for as well.
  state: problem === undefined ? state : 'waiting',
  lines: { read, parsed, skipped, filtered },
  unreadBytes,
  lagSeconds: unreadBytes > 0 && Number.isFinite(latestMs) ? Math.max(0, nowMs - latestMs) / 1000 : 0,
})
