import { detectErrorLog } from '../error-log/detect.ts'
import { Level, type LevelName, LEVELS } from '../error-log/level.ts'
import { ErrorLogReader } from '../error-log/reader.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { BlockReader } from '../input/line-blocks.ts'
import { LF } from '../log-format/chars.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import type { ReadTally } from '../log-format/read-tally.ts'
import type { Coverage, FollowedCoverage } from '../session/coverage.ts'
import type { StampClock } from './live-clock.ts'

export interface FollowedErrorsOptions {
  readonly path: string
  readonly clock: StampClock
  readonly coverage: Coverage
  /** From when on it is followed, ms since the epoch. */
  readonly fromMs: number
  /** What stands in it already is read, too: then it covers the time from its first entry on. */
  readonly isFromStart: boolean
  /** The first lines are not those of an error log. */
  readonly onUnknown: (path: string) => void
  /** An entry and its time, ms since the epoch; valid during the call. */
  readonly onEntry: (record: ErrorRecord, atMs: number) => void
}

/** nginx opens its logs anew so soon after they were renamed: a gap of this length is none. */
const RENAME_MS = 60_000
/** The level may change with the configuration: it is believed for so long after the last entry that showed it. */
const LEVEL_MS = 86_400_000

/** Entries of an error log that come little by little. */
export class FollowedErrors implements BlockReader {
  readonly path: string
  readonly #options: FollowedErrorsOptions
  #covered: FollowedCoverage
  /** When an entry of each level was last seen, by `Level`, ms since the epoch. */
  readonly #seenMs: number[] = LEVELS.map(() => Number.NEGATIVE_INFINITY)
  #finest: number = Level.emerg
  #reader: ErrorLogReader | undefined
  #envelope: string | undefined
  #hasEntries = false
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY
  #latestMs = Number.NEGATIVE_INFINITY

  constructor(options: FollowedErrorsOptions) {
    this.path = options.path
    this.#options = options
    this.#covered = options.coverage.follow(options.fromMs, Level.emerg)
  }

  /** Looks at entries that came before those to be read, for the level that the log is written at; nothing is counted of them. */
  look(sample: Buffer): void {
    if (sample.at(-1) !== LF) return
    this.#envelope = detectErrorLog(sample)?.envelope
    const reader = new ErrorLogReader({ envelope: this.#newEnvelope(), sink: { entry: ({ level }) => this.#see(level, this.#options.fromMs), skipped() {} } })
    reader.readBlock(sample, 0, sample.length)
    reader.end()
  }

  get tally(): ReadTally {
    return this.#reader?.tally ?? { counts: { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }, formats: [], bytes: 0, fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
  }

  /** The finest level held; null: no entry was seen yet. */
  get level(): LevelName | null {
    return this.#hasEntries ? LEVELS[this.#finest]! : null
  }

  get envelope(): string | undefined {
    return this.#envelope
  }

  /** Of the entries read, ms since the epoch; infinite when there was none. */
  get span(): { readonly fromMs: number; readonly toMs: number } {
    return { fromMs: this.#fromMs, toMs: this.#toMs }
  }

  /** Time of the entry read last, ms since the epoch; -Infinity: none was. */
  get latestMs(): number {
    return this.#latestMs
  }

  /** To be called when all is read: a log that cannot be read proves nothing by its silence, nor does a level that it has not shown for long. */
  cover(isReadable: boolean, nowMs: number): void {
    const covered = this.#covered
    if (!isReadable) {
      covered.toMs = Math.min(covered.toMs, nowMs)
      return
    }
    if (covered.toMs !== Number.POSITIVE_INFINITY) {
      if (nowMs - covered.toMs <= RENAME_MS) covered.toMs = Number.POSITIVE_INFINITY
      else this.#coverFrom(nowMs, Level.emerg)
      return
    }
    const seenMs = this.#seenMs[covered.finest]!
    if (covered.finest === Level.emerg || nowMs - seenMs < LEVEL_MS) return
    covered.toMs = Math.max(seenMs, covered.fromMs)
    const level = this.#seenMs.findIndex((ms) => nowMs - ms < LEVEL_MS)
    this.#coverFrom(covered.toMs, level < 0 ? Level.emerg : level)
  }

  #coverFrom(fromMs: number, finest: number): void {
    this.#covered = this.#options.coverage.follow(fromMs, finest)
  }

  /** All that was written by now has been read. */
  pause(): void {
    this.#reader?.pause()
  }

  readBlock(bytes: Buffer, from: number, to: number): void {
    this.#readerFor(bytes.subarray(from, to)).readBlock(bytes, from, to)
  }

  readLast(bytes: Buffer): void {
    this.#readerFor(bytes).readLast(bytes)
  }

  skipOverlong(bytes?: number): void {
    this.#readerFor(Buffer.alloc(0)).skipOverlong(bytes)
  }

  end(): void {
    this.#reader?.end()
  }

  #readerFor(bytes: Buffer): ErrorLogReader {
    if (this.#reader === undefined) {
      const detection = bytes.length === 0 ? undefined : detectErrorLog(bytes)
      if (bytes.length > 0 && detection === undefined && this.#envelope === undefined && this.level === null) this.#options.onUnknown(this.path)
      this.#envelope ??= detection?.envelope
      const { clock, fromMs, isFromStart, onEntry } = this.#options
      let firstMs = fromMs
      const entry = (record: ErrorRecord): void => {
        const atMs = clock.toUtc(record.stampMs)
        if (atMs < this.#fromMs) this.#fromMs = atMs
        if (atMs > this.#toMs) this.#toMs = atMs
        this.#latestMs = atMs
        if (isFromStart && atMs < firstMs && this.#covered.fromMs === firstMs) firstMs = this.#covered.fromMs = atMs
        this.#see(record.level, atMs)
        onEntry(record, atMs)
      }
      this.#reader = new ErrorLogReader({ envelope: this.#newEnvelope(), sink: { entry, skipped() {} } })
    }
    return this.#reader
  }

  #see(level: number, atMs: number): void {
    this.#hasEntries = true
    if (level < this.#finest) this.#finest = level
    if (atMs > this.#seenMs[level]!) this.#seenMs[level] = atMs
    if (level < this.#covered.finest) this.#covered.finest = level
  }

  #newEnvelope(): ReturnType<NonNullable<ReturnType<typeof ENVELOPES.get>>> | undefined {
    return this.#envelope === undefined ? undefined : ENVELOPES.get(this.#envelope)!()
  }
}
