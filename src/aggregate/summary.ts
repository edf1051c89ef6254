import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import { endingVerdict, failureVerdict, type Verdict, verdictByNumber } from '../cause/verdict.ts'
import { type HandshakeRows, Kind, oneRow } from '../session/handshake-rows.ts'
import { byField, EVENT_FIELD, type EventField, type FailureEvent, type HandshakeConsumer, type NameTables, RANKED_FIELDS, type RankedField, type SessionEvent } from '../session/session.ts'
import { Protocol } from '../session/protocol.ts'
import { Ages } from './ages.ts'
import { HandshakeSample, type SampledHandshake } from './handshake-sample.ts'
import { LogHistogram } from './log-histogram.ts'
import { isOfMoments, Moments } from './moments.ts'
import { PathCensus } from './path-census.ts'
import { Pending } from './pending.ts'
import { Ranking } from './ranking.ts'
import { Timeline } from './timeline.ts'
import { UndecidedPaths } from './undecided-paths.ts'

/** 128 cells an octave: quantiles within 0.4 %. */
const BYTES_BITS = 7
/** A lone Close frame is four bytes; what carried no more was quiet. */
const QUIET_BYTES = 4

/** Rows kept of each ranking; twice as many before any goes. */
const CAPACITY: Readonly<Record<RankedField, number>> = { upstreams: 1 << 12, hosts: 1 << 12, paths: 1 << 15, clients: 1 << 15, userAgents: 1 << 12 }

/** Of a stretch of a tail, which is summed up again and again: who is hit most, and no more. */
const CAPACITY_OF_STRETCH = 512
const HISTOGRAMS_OF_STRETCH = 128

/** Failed handshakes of one verdict and status. */
export interface FailureCount {
  readonly verdict: Verdict<HandshakeCause>
  readonly status: number
  count: number
}

/**
 * Everything a report says about the access log, in fixed memory, and a monoid: `merge` of two equals having
 * added all to one, in any order, and JSON keeps it whole. Worker threads, cron runs and several servers rest on that.
 */
export class Summary implements HandshakeConsumer {
  /** First and last line within the chosen time, ms since the epoch; infinite when there was none. */
  fromMs = Number.POSITIVE_INFINITY
  toMs = Number.NEGATIVE_INFINITY
  plainRequests = 0
  pollingRequests = 0
  readonly byStatus = new Map<number, number>()
  readonly failures: FailureCount[] = []
  /** Failed handshakes by the version of HTTP they came in. */
  readonly failuresByProtocol = new Map<Protocol, number>()
  sessions = 0
  quietSessions = 0
  /** Sessions whose bytes, or whose duration, the format does not tell. */
  sessionsWithoutBytes = 0
  sessionsWithoutDuration = 0
  readonly bytesToClient: LogHistogram
  /** Sessions by the number of their verdict. */
  readonly #endings: number[] = []
  readonly ages: Ages
  /** Of one stream; summaries of its hours may share it while they are filled. */
  moments: Moments
  sessionSample: HandshakeSample
  readonly failureSample: HandshakeSample
  readonly timeline: Timeline
  /** Tells which lines are handshakes, while logs are read; nobody asks a summary that is kept for it. */
  census: PathCensus
  readonly rankings: Readonly<Record<RankedField, Ranking>>
  #pending = new Pending()
  readonly #undecided = new UndecidedPaths()

  constructor(parts: Partial<Pick<Summary, 'bytesToClient' | 'ages' | 'moments' | 'sessionSample' | 'failureSample' | 'timeline' | 'census' | 'rankings'>> = {}) {
    this.bytesToClient = parts.bytesToClient ?? new LogHistogram(BYTES_BITS)
    this.ages = parts.ages ?? new Ages()
    this.moments = parts.moments ?? new Moments()
    this.sessionSample = parts.sessionSample ?? new HandshakeSample()
    this.failureSample = parts.failureSample ?? new HandshakeSample()
    this.timeline = parts.timeline ?? new Timeline()
    this.census = parts.census ?? new PathCensus()
    this.rankings = parts.rankings ?? byField((field) => new Ranking(CAPACITY[field]))
  }

  /** A summary of a stretch of a tail: all of it is exact but for the rankings, which are small. */
  static ofStretch(): Summary {
    return new Summary({ rankings: byField(() => new Ranking(CAPACITY_OF_STRETCH, HISTOGRAMS_OF_STRETCH)) })
  }

  /** Finds the moments anew where the sample holds every session: exact then, however many logs there are about one time, and in whatever order they came. To be called while each has the verdict of its own lines. */
  findMoments(): void {
    const { share, rows } = this.sessionSample
    if (share === 1) this.moments = Moments.ofEnds(rows.filter(({ isExplained, verdict: { cause } }) => isOfMoments(isExplained, cause)))
  }

  /** How long all sessions lived, ms; made anew at each call. */
  get durationsMs(): LogHistogram {
    return this.ages.together()
  }

  /** How sessions ended, by verdict; adds up to `sessions`. */
  get endings(): Map<Verdict<SessionCause>, number> {
    const endings = new Map<Verdict<SessionCause>, number>()
    this.#endings.forEach((count, number) => count !== 0 && endings.set(verdictByNumber(number) as Verdict<SessionCause>, count))
    return endings
  }

  get attempts(): number {
    let failed = 0
    for (const { count } of this.failures) failed += count
    return this.sessions + failed
  }

  covered(atMs: number): void {
    if (atMs < this.fromMs) this.fromMs = atMs
    if (atMs > this.toMs) this.toMs = atMs
  }

  session(event: SessionEvent, names: NameTables): void {
    this.rows(oneRow(Kind.session, event, event.verdict), names)
  }

  failure(event: FailureEvent, names: NameTables): void {
    this.rows(oneRow(Kind.failure, event, event.verdict), names)
  }

  /** To be merged with the summary that counted the session with another verdict: the difference. */
  relabelled(event: SessionEvent, counted: Verdict<SessionCause>, names: NameTables): void {
    this.rows(oneRow(Kind.relabelled, event, counted), names)
  }

  /** Sessions, failures and relabelled sessions, in the order of the log: figure by figure. */
  rows(rows: HandshakeRows, names: NameTables): void {
    this.#countEndings(rows)
    this.#countFailures(rows)
    this.#countBytes(rows)
    this.ages.addRows(rows)
    this.moments.addRows(rows, names.upstreams)
    this.sessionSample.addRows(rows, Kind.session, names)
    this.failureSample.addRows(rows, Kind.failure, names)
    this.timeline.addRows(rows)
    for (let row = 0; row < rows.count; ) {
      row = this.#pending.add(rows, row)
      if (this.#pending.isFull) this.#pending.settle(this.rankings, names)
    }
  }

  #countEndings(rows: HandshakeRows): void {
    for (let row = 0; row < rows.count; row++) {
      const kind = rows.kind(row)
      if (kind === Kind.failure) continue
      this.#addEnding(rows.verdict[row]!, 1)
      if (kind === Kind.session) this.sessions++
      else this.#addEnding(rows.counted[row]!, -1)
    }
  }

  #countBytes(rows: HandshakeRows): void {
    for (let row = 0; row < rows.count; row++) {
      if (rows.kind(row) !== Kind.session) continue
      const bytes = rows.bytesToClient[row]!
      if (bytes < 0) this.sessionsWithoutBytes++
      else {
        this.bytesToClient.add(bytes)
        if (bytes <= QUIET_BYTES) this.quietSessions++
      }
      if (!(rows.durationMs[row]! >= 0)) this.sessionsWithoutDuration++
    }
  }

  #countFailures(rows: HandshakeRows): void {
    for (let row = 0; row < rows.count; row++) {
      if (rows.kind(row) !== Kind.failure) continue
      const status = rows.status[row]!
      const protocol = rows.protocol(row)
      this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1)
      addFailure(this.failures, verdictByNumber(rows.verdict[row]!) as Verdict<HandshakeCause>, status, 1)
      this.failuresByProtocol.set(protocol, (this.failuresByProtocol.get(protocol) ?? 0) + 1)
    }
  }

  /** Puts another verdict in the place of the one that a session was counted with. All must be settled. */
  relabel({ endedAtMs, ...labels }: Pick<SampledHandshake, 'endedAtMs' | EventField>, counted: Verdict<SessionCause>, verdict: Verdict<SessionCause>): void {
    this.#addEnding(counted.number, -1)
    this.#addEnding(verdict.number, 1)
    this.timeline.relabel(endedAtMs, counted, verdict)
    if (verdict.isFault === counted.isFault) return
    const by = verdict.isFault ? 1 : -1
    for (const field of RANKED_FIELDS) {
      const row = this.rankings[field].find(labels[EVENT_FIELD[field]])
      if (row !== undefined) row.faults += by
    }
  }

  /** Puts other verdicts in the place of those that failed handshakes were counted with, as far as the sample holds them. */
  relabelFailures(verdictOf: (failed: SampledHandshake) => Verdict<HandshakeCause> | undefined): void {
    this.failureSample.relabel((failed) => {
      const verdict = verdictOf(failed)
      if (verdict === undefined || verdict === failed.verdict) return undefined
      addFailure(this.failures, failed.verdict as Verdict<HandshakeCause>, failed.status, -1)
      addFailure(this.failures, verdict, failed.status, 1)
      return verdict
    })
  }

  #addEnding(number: number, count: number): void {
    while (this.#endings.length <= number) this.#endings.push(0)
    this.#endings[number]! += count
  }

  other(kind: 'plain' | 'polling'): void {
    if (kind === 'polling') this.pollingRequests++
    else this.plainRequests++
  }

  undecided(status: number, path: number): void {
    this.#undecided.add(status, path)
  }

  settle(names: NameTables): void {
    this.#pending.settle(this.rankings, names)
    this.moments.forgetNumbers()
    this.#undecided.settle(this.census, names)
  }

  /** To be called once nothing comes by the number of a name any more: the names are let go. All must be settled. */
  forgetNames(): void {
    this.#pending = new Pending()
  }

  merge(other: Summary): void {
    this.fromMs = Math.min(this.fromMs, other.fromMs)
    this.toMs = Math.max(this.toMs, other.toMs)
    this.plainRequests += other.plainRequests
    this.pollingRequests += other.pollingRequests
    for (const [status, count] of other.byStatus) this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + count)
    for (const { verdict, status, count } of other.failures) addFailure(this.failures, verdict, status, count)
    for (const [protocol, count] of other.failuresByProtocol) this.failuresByProtocol.set(protocol, (this.failuresByProtocol.get(protocol) ?? 0) + count)
    for (const [verdict, count] of other.endings) this.#addEnding(verdict.number, count)
    this.quietSessions += other.quietSessions
    this.sessionsWithoutBytes += other.sessionsWithoutBytes
    this.sessionsWithoutDuration += other.sessionsWithoutDuration
    this.bytesToClient.merge(other.bytesToClient)
    this.timeline.merge(other.timeline)
    this.census.merge(other.census)
    for (const field of RANKED_FIELDS) this.rankings[field].merge(other.rankings[field])
    this.mergeEnds(other)
  }

  /** Adds of another what patterns are found in, and nothing else: the ages and moments of ends, and the samples. */
  mergeEnds(other: Summary): void {
    this.sessions += other.sessions
    this.ages.merge(other.ages)
    this.moments.merge(other.moments)
    this.sessionSample.merge(other.sessionSample)
    this.failureSample.merge(other.failureSample)
  }

  toJSON() {
    const { plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration } = this
    return {
      fromMs: this.isEmpty ? null : this.fromMs,
      toMs: this.isEmpty ? null : this.toMs,
      plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration,
      byStatus: [...this.byStatus].sort(([a], [b]) => a - b),
      failuresByProtocol: [...this.failuresByProtocol].sort(([a], [b]) => a - b),
      failures: this.failures.map(({ verdict: { cause, layer, confidence }, status, count }) => ({ cause, layer, confidence, status, count })).sort((a, b) => a.status - b.status || (keyOf(a) < keyOf(b) ? -1 : 1)),
      endings: Array.from(this.endings, ([{ cause, layer, confidence }, count]) => ({ cause, layer, confidence, count })).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      bytesToClient: this.bytesToClient.toJSON(),
      ages: this.ages.toJSON(),
      moments: this.moments.toJSON(),
      sessionSample: this.sessionSample.toJSON(),
      failureSample: this.failureSample.toJSON(),
      timeline: this.timeline.toJSON(),
      census: this.census.toJSON(),
      rankings: byField((field) => this.rankings[field].toJSON()),
    }
  }

  static fromJSON(json: SummaryJson): Summary {
    const summary = new Summary({
      bytesToClient: LogHistogram.fromJSON(json.bytesToClient),
      ages: Ages.fromJSON(json.ages),
      moments: Moments.fromJSON(json.moments),
      sessionSample: HandshakeSample.fromJSON(json.sessionSample),
      failureSample: HandshakeSample.fromJSON(json.failureSample),
      timeline: Timeline.fromJSON(json.timeline),
      census: PathCensus.fromJSON(json.census),
      rankings: byField((field) => (Object.hasOwn(json.rankings, field) ? Ranking.fromJSON(json.rankings[field]) : uncounted(field, json))),
    })
    const { plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration } = json
    Object.assign(summary, { plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration })
    summary.fromMs = json.fromMs ?? Number.POSITIVE_INFINITY
    summary.toMs = json.toMs ?? Number.NEGATIVE_INFINITY
    for (const [status, count] of json.byStatus) summary.byStatus.set(status, count)
    for (const [protocol, count] of json.failuresByProtocol) summary.failuresByProtocol.set(protocol, count)
    for (const { cause, layer, confidence, status, count } of json.failures) addFailure(summary.failures, failureVerdict(cause, layer, confidence), status, count)
    for (const { cause, confidence, count } of json.endings) summary.#addEnding(endingVerdict(cause, confidence).number, count)
    return summary
  }

  /** No line was within the chosen time. */
  get isEmpty(): boolean {
    return this.fromMs > this.toMs
  }
}

/** A summary's state in JSON. */
export type SummaryJson = ReturnType<Summary['toJSON']>

/** Of what was written before this field was counted: any value may have been that of all. */
const uncounted = (field: RankedField, { sessions, failures }: SummaryJson): Ranking => {
  const ranking = new Ranking(CAPACITY[field])
  ranking.error = failures.reduce((all, { count }) => all + count, sessions)
  return ranking
}

const keyOf = ({ cause, layer, confidence }: Pick<Verdict, 'cause' | 'layer' | 'confidence'>): string => `${cause} ${layer} ${confidence}`

/** There are a few dozen at most: a search through them is faster than a key made for each line. */
const addFailure = (failures: FailureCount[], verdict: Verdict<HandshakeCause>, status: number, count: number): void => {
  for (let index = 0; index < failures.length; index++) {
    const known = failures[index]!
    if (known.status !== status || known.verdict !== verdict) continue
    known.count += count
    if (known.count === 0) failures.splice(index, 1)
    return
  }
  failures.push({ verdict, status, count })
}
