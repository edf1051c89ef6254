import type { PathCensus } from '../aggregate/path-census.ts'
import type { Digest } from '../digest/digest.ts'
import { joinAccessLogs } from '../digest/logs-read.ts'
import type { LogFormat } from '../log-format/compile.ts'
import type { ReadTally } from '../log-format/read-tally.ts'
import type { PartsConsumer } from '../run/read-parts.ts'
import { logFamily } from '../session/handshake-rule.ts'
import type { FailureEvent, NameTables, SessionEvent } from '../session/session.ts'
import { hourOf, type Hours } from './hours.ts'
import { LineMeter } from './line-meter.ts'

interface Log {
  readonly path: string
  readonly envelope: string | undefined
  readonly formats: readonly LogFormat[]
}

/** Leads what access logs hold to the hours of their lines. */
export class AccessHours implements PartsConsumer {
  readonly #hours: Hours
  readonly #nowMs: number
  #log: Log = { path: '', envelope: undefined, formats: [] }
  #meter = new LineMeter(() => EMPTY)
  /** The hour of the last line of this log; undefined: it had none yet. */
  #hour: number | undefined
  readonly #early: [status: number, path: number][] = []
  /** The latest time of any line that is no clock's mistake, ms since the epoch. */
  toMs = Number.NEGATIVE_INFINITY

  /** `nowMs`: lines without a time belong here when no other line tells better. */
  constructor(hours: Hours, nowMs: number) {
    this.#hours = hours
    this.#nowMs = nowMs
  }

  get census(): PathCensus {
    return this.#hours.census
  }

  startLog(log: Log, tally: () => ReadTally): void {
    this.#hours.startLog()
    this.#log = { ...log, path: logFamily(log.path) }
    this.#meter = new LineMeter(tally)
    this.#hour = undefined
  }

  endLog(): void {
    const hour = this.#hour ?? this.#hours.fallback(this.#nowMs)
    this.#placeEarly(hour)
    this.#count(hour)
  }

  covered(atMs: number): void {
    const hour = hourOf(atMs)
    if (hour !== this.#hour) {
      // What came before the first line of a log belongs to it.
      if (this.#hour !== undefined) this.#count(this.#hour)
      this.#hour = hour
    }
    this.#placeEarly(hour)
    this.#meter.see(atMs)
    if (atMs > this.toMs && this.#hours.isTrusted(atMs)) this.toMs = atMs
    this.#at(hour).summary.covered(atMs)
  }

  session(event: SessionEvent, names: NameTables): void {
    const { summary, errors } = this.#at(hourOf(event.endedAtMs))
    summary.session(event, names)
    if (event.isExplained && errors !== undefined) errors.joined = { ...errors.joined, joined: errors.joined.joined + 1 }
    if (this.#hours.isCrowded(event.endedAtMs)) this.#relieve(names)
  }

  failure(event: FailureEvent, names: NameTables): void {
    this.#at(hourOf(event.endedAtMs)).summary.failure(event, names)
    if (this.#hours.isCrowded(event.endedAtMs)) this.#relieve(names)
  }

  other(kind: 'plain' | 'polling'): void {
    this.#at(this.#hour!).summary.other(kind)
  }

  undecided(status: number, path: number): void {
    // A line is told of before its time: that of the first is not known yet.
    if (this.#hour === undefined) this.#early.push([status, path])
    else this.#at(this.#hour).summary.undecided(status, path)
  }

  settle(names: NameTables): void {
    this.#hours.settle(names)
  }

  #relieve(names: NameTables): void {
    this.#hours.settle(names)
    this.#hours.pack()
  }

  #placeEarly(hour: number): void {
    for (const [status, path] of this.#early.splice(0)) this.#at(hour).summary.undecided(status, path)
  }

  #count(hour: number): void {
    const tally = this.#meter.take()
    if (tally === undefined) return
    const digest = this.#at(hour)
    const { path, envelope, formats } = this.#log
    digest.logs = joinAccessLogs([...digest.logs, { path, envelope, tally, formats: tally.formats.map((name) => formats.find((format) => format.name === name)!) }])
  }

  #at(hour: number): Digest {
    return this.#hours.at(hour)
  }
}

const EMPTY: ReadTally = { counts: { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }, formats: [], bytes: 0, fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
