import type { ErrorRecord } from '../error-log/record.ts'
import { Field } from '../log-format/fields.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { wideEncodingHint } from '../log-format/encoding.ts'
import type { AccessRecord } from '../log-format/record.ts'
import { LiveSessions } from '../live/live-sessions.ts'
import { look, type LiveErrors } from '../live/look.ts'
import { News } from '../live/news.ts'
import { type Active, type LiveEvent, type LiveEventKind, type RunTotals, type Snapshot, TAIL_SCHEMA } from '../live/snapshot.ts'
import { processEvents } from '../report/events.ts'
import { surgesIn } from '../report/surges.ts'
import type { ReportParts } from '../report/build.ts'
import type { Report } from '../report/report.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { Filters } from '../session/filter.ts'
import type { RankedField } from '../session/session.ts'
import { evidenceOf } from './evidence.ts'
import { FollowedLogs } from './followed-logs.ts'
import { LiveClock, type NamedZone } from './live-clock.ts'
import { LiveErrorLines } from './live-error-lines.ts'
import { LiveOpen } from './live-open.ts'
import { LiveReading, type Sample } from './live-reading.ts'
import { primeOpen } from './prime-open.ts'
import { MAX_LATE_MS } from './read-errors.ts'

export interface TailOptions {
  readonly files: readonly string[]
  readonly errorFiles: readonly string[]
  /** Formats to recognise. */
  readonly formats: readonly LogFormat[]
  readonly filters: Filters
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** `--read-timeout`, ms; undefined: not known. */
  readonly readTimeoutMs: number | undefined
  /** Reads what stands in the logs already, too. */
  readonly isFromStart: boolean
  /** Of `--tz`. */
  readonly zone: NamedZone | undefined
  readonly systemZone: NamedZone
  /** The name that a report gives to an offset, minutes east of UTC. */
  readonly zoneNameOf: (offsetMinutes: number) => string
  /** Rows in ranked tables. */
  readonly top: number
  /** Upper bounds of the durations' buckets, seconds ascending. */
  readonly edges: readonly number[]
  /** Fields that are counted by value as well. */
  readonly countedFields: readonly RankedField[]
  readonly version: string
  /** ms since the epoch. */
  readonly now: () => number
}

const HOUR_MS = 3_600_000
/** So many sessions at most are judged together: fewer than are remembered one by one. */
const MAX_UNLOOKED = 1 << 15
const MISSING_MS = 10_000
const WINDOWS_S = [10, 60, 300, 3600]

/**
 * Follows logs and knows at every moment what is to be said of them: the parser, the sessions, the summaries and the
 * rules of `analyze`, with another source and another clock. Nothing in it waits: whoever calls it decides when.
 */
export class Tail {
  readonly #options: TailOptions
  readonly #startedAtMs: number
  readonly #clock: LiveClock
  readonly #logs: FollowedLogs
  readonly #live: LiveSessions
  readonly #news = new News()
  readonly #errors = new LiveErrorLines()
  readonly #reading: LiveReading
  #unlooked = 0
  #atLeast: Active['atLeast'] = null
  readonly #open: LiveOpen
  #nginxConnections: { count: number; atMs: number } | undefined
  #isCaughtUp = false
  #hasProcessNews = false
  readonly #missing = new Set<string>()
  readonly #missingSinceMs = new Map<string, number>()

  constructor(options: TailOptions) {
    const { files, errorFiles, formats, filters, isQueryKept, isAnonymized, isFromStart, zone, systemZone, edges, countedFields, now } = options
    this.#options = options
    this.#startedAtMs = now()
    this.#clock = new LiveClock({ option: zone, system: systemZone })
    this.#live = new LiveSessions({ startedAtMs: this.#startedAtMs, edges, fields: countedFields })
    this.#logs = new FollowedLogs({
      files, errorFiles, formats, isFromStart, now,
      clock: this.#clock,
      coverage: this.#errors.coverage,
      sinkOf: (log) => this.#reading.sinkOf(log),
      onEntry: (record, atMs) => this.#entry(record, atMs),
      onFirst: (log, lines) => this.#learnFrom([{ log, sample: lines }]),
      onUnknown: (path, why) => this.#news.tell('log-unknown', {
        atMs: now(),
        detail: why?.encoding !== undefined ? `${path}: ${wideEncodingHint(why.encoding, path)}` : why === undefined ? `${path}: no nginx error log; access logs are named without -e` : `${path}: no log format that was given or is known fits its first ${why.sampled} lines; wslog explain says why`,
      }),
    })
    const tellsOfStops = this.#logs.errors.some(({ level }) => level === 'debug' || level === 'info' || level === 'notice')
    this.#open = new LiveOpen({ tellsOfStops, startedAtMs: isFromStart ? Number.NEGATIVE_INFINITY : this.#startedAtMs, now })
    this.#reading = new LiveReading({
      filters, isQueryKept, isAnonymized,
      open: this.#open.sessions,
      errors: errorFiles.length === 0 ? undefined : this.#errors,
      live: this.#live,
      onRecord: (record) => this.#see(record),
    })
    this.#learnFrom(this.#logs.samples)
    primeOpen({ ...this.#logs.past, open: this.#open.sessions, formats, reading: options })
    this.#open.begin()
  }

  /** All logs that are followed. */
  get paths(): readonly string[] {
    return [...this.#options.files, ...this.#options.errorFiles]
  }

  /** Written by now and not read. */
  get unreadBytes(): number {
    return this.#logs.states().reduce((sum, { unreadBytes }) => sum + unreadBytes, 0)
  }

  /** Minutes east of UTC that the access logs' clock shows; undefined: not known yet. */
  get offsetMinutes(): number | undefined {
    return this.#clock.offsetMinutes
  }

  /** Opens what is at the paths by now; cheap, to be called whenever something may have changed. */
  lookAtFiles(): void {
    this.#logs.look()
  }

  /** Reads the next piece of what is unread; gives its bytes, 0 when all is read. */
  read(): number {
    this.#live.advance(this.#options.now())
    const bytes = this.#logs.read()
    this.#isCaughtUp = bytes === 0
    if (bytes === 0) this.#live.panes.advance(this.#options.now(), () => this.#reading.settle())
    if (this.#hasProcessNews) {
      this.#hasProcessNews = false
      this.#news.lookAtEvents(processEvents(this.#errors.process.since(this.#options.now() - HOUR_MS), [], undefined), Number.POSITIVE_INFINITY)
    }
    this.#open.settle(this.#isCaughtUp ? Number.POSITIVE_INFINITY : this.#logs.readToMs, {
      process: this.#errors.process,
      tell: (event, loss) => this.#news.tell(event, loss),
    })
    this.#reading.learn()
    // What is judged together must still be remembered one by one.
    if (this.#unlooked >= MAX_UNLOOKED) this.look()
    return bytes
  }

  /** Looks at the last hour as `analyze` would: what sessions have in common, what happened, what to change. */
  look(): void {
    const nowMs = this.#options.now()
    this.#unlooked = 0
    this.#reading.settle()
    if (this.#isCaughtUp) this.#live.pass(this.#startedAtMs)
    this.#errors.index.pass(Math.min(...this.#logs.access.map(({ tally }) => tally.toMs)))
    this.#tellMissing(nowMs)
    const { report } = look(this.#live, {
      of: 'hour',
      sum: () => this.#lastHour(nowMs),
      // Of a log that is read from its start, the hour is one of the past.
      errors: this.#errorsSince(Math.min(nowMs, this.#live.panes.atMs) - 2 * HOUR_MS),
      readTimeoutMs: this.#options.readTimeoutMs,
      losses: undefined, // told of already, each as soon as it was known
      partsOf: (summary) => this.#partsOf(summary, nowMs),
    })
    this.#news.lookAtEvents([...report.events, ...surgesIn(this.#live.recent.begunMinutes())], nowMs)
    this.#news.lookAtFindings(report.findings, nowMs)
    this.#atLeast = report.active.peak === null || report.active.peakAt === null ? null : { count: report.active.peak, at: report.active.peakAt }
  }

  /** Tells of something that was found outside. */
  tell(event: LiveEventKind, detail: string): void {
    this.#news.tell(event, { atMs: this.#options.now(), detail })
  }

  /** Events that were not taken yet. */
  takeEvents(): LiveEvent[] {
    return this.#news.take()
  }

  /** `isLast`: of an interval, which the next one begins behind. */
  snapshot({ isLast }: { readonly isLast: boolean }): Snapshot {
    const nowMs = this.#options.now()
    const { recent } = this.#live
    recent.advance(nowMs)
    return {
      schema: TAIL_SCHEMA,
      kind: 'interval',
      version: this.#options.version,
      at: instant(nowMs),
      startedAt: instant(this.#startedAtMs),
      interval: isLast ? recent.takeInterval() : recent.interval(),
      windows: WINDOWS_S.map((seconds) => recent.over(seconds)),
      minutes: recent.minutes(),
      active: this.#active(),
      latest: this.#live.latest,
      events: this.#news.events,
      findings: this.#news.findings,
      gone: this.#news.gone,
      logs: this.#logs.states(),
    }
  }

  /** What the metrics are made of. */
  totals(): RunTotals {
    return { ...this.#live.counts.totals(), lost: this.#open.told, active: this.#active(), logs: this.#logs.states() }
  }

  /** The whole run, as `analyze` would report on the lines that came. */
  report(): Report {
    const nowMs = this.#options.now()
    this.#reading.settle()
    if (this.#isCaughtUp) this.#live.pass(this.#startedAtMs)
    return look(this.#live, {
      of: 'run',
      sum: () => this.#live.run,
      errors: this.#errorsSince(Number.NEGATIVE_INFINITY),
      readTimeoutMs: this.#options.readTimeoutMs,
      losses: this.#open.losses,
      partsOf: (summary) => this.#partsOf(summary, nowMs),
    }).report
  }

  /** After SIGHUP. */
  reopen(): void {
    this.#logs.reopen()
  }

  /** Half lines that wait for their end are given up; nothing is read any more. */
  close(): void {
    this.#logs.close()
    this.#reading.settle()
    this.#live.end()
  }

  /** Up to the last whole minute, so that minutes in which nothing comes are seen while they last. */
  #lastHour(nowMs: number): Summary {
    const window = this.#live.panes.window()
    const minuteMs = Math.floor(nowMs / 60_000) * 60_000
    // The silence of a log that is not there proves nothing.
    const hasAll = this.#isCaughtUp && this.#logs.states().every(({ kind, state }) => kind === 'error' || state === 'following')
    if (hasAll && !window.isEmpty && nowMs - window.toMs < HOUR_MS) window.covered(Math.max(window.toMs, minuteMs - 1))
    return window
  }

  #active(): Active {
    const connections = this.#nginxConnections
    return { open: this.#open.state(), atLeast: this.#atLeast, nginxConnections: connections === undefined ? null : { count: connections.count, at: instant(connections.atMs) } }
  }

  #errorsSince(fromMs: number): LiveErrors | undefined {
    return this.#options.errorFiles.length === 0 ? undefined : this.#errors.since(fromMs)
  }

  #partsOf(summary: Summary, nowMs: number): Omit<ReportParts, 'clusters' | 'events' | 'summary'> {
    const { tally, index } = this.#errors
    const errors = this.#options.errorFiles.length === 0 ? undefined : {
      tally, level: tally.levelHeld, zone: this.#clock.zone, failures: [], lacking: undefined,
      logs: this.#logs.errors.map(({ path, envelope, tally: own, span }) => ({ path, envelope, tally: own, ...span })),
    }
    const logs = this.#logs.access.map(({ path, detection, tally: own, formats }) => ({ path, envelope: detection?.envelope, tally: own, formats }))
    const read = { summary, rule: this.#reading.rule, logs, examples: this.#reading.examples, failures: [], joined: errors === undefined ? undefined : index.counts }
    const { version, top, zone } = this.#options
    return {
      ...evidenceOf(read, errors, []),
      version, top,
      generatedAtMs: nowMs,
      open: this.#open.state(),
      timeZone: zone?.name ?? this.#options.zoneNameOf(this.#clock.offsetMinutes ?? 0),
      errors: this.#logs.problems.map(({ path, problem }) => ({ path, message: problem })),
    }
  }

  /** What lines show before they are counted: the clock of the log, and which of them are handshakes. */
  #learnFrom(samples: readonly Sample[]): void {
    for (const { log: { detection } } of samples) if (detection !== undefined && !Number.isNaN(detection.offsetMinutes)) this.#clock.see(detection.offsetMinutes, this.#options.now())
    this.#reading.learnFrom(samples)
  }

  #see({ offsetMinutes, number }: AccessRecord): void {
    const atMs = number[Field.time]!
    const connections = number[Field.connectionsActive]!
    if (!Number.isNaN(offsetMinutes)) this.#clock.see(offsetMinutes, atMs)
    if (connections >= 0) this.#nginxConnections = { count: connections, atMs }
    if (this.#options.isFromStart) this.#live.recent.covers(atMs)
    this.#unlooked++
  }

  #entry(record: ErrorRecord, atMs: number): void {
    const { sinceMs, untilMs } = this.#options.filters
    const event = atMs >= sinceMs - MAX_LATE_MS && atMs < untilMs ? this.#errors.add(record, atMs) : undefined
    if (event === undefined) return
    this.#hasProcessNews = true
    this.#open.add(event)
  }

  /** A log that is renamed is missing until nginx makes it anew: that is no news for some seconds. */
  #tellMissing(nowMs: number): void {
    for (const { path, state, lines } of this.#logs.states()) {
      if (state === 'waiting' && !this.#missing.has(path)) {
        const sinceMs = this.#missingSinceMs.get(path) ?? nowMs
        this.#missingSinceMs.set(path, sinceMs)
        if (lines.read > 0 && nowMs - sinceMs < MISSING_MS) continue
        this.#missing.add(path)
        this.#news.tell('log-missing', { atMs: nowMs, detail: this.#logs.problems.find((log) => log.path === path)?.problem ?? `${path} is not there: waiting for it` })
      } else if (state === 'following') {
        this.#missingSinceMs.delete(path)
        if (this.#missing.delete(path)) this.#news.tell('log-back', { atMs: nowMs, detail: `${path} is there` })
      }
    }
  }
}

const instant = (ms: number): string => new Date(ms).toISOString()
