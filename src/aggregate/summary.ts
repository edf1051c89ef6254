import { causeOfFailure, type CauseAndLayer } from '../session/handshake-cause.ts'
import { type HandshakeConsumer, type HandshakeEvent, type NameTables, RANKED_FIELDS, type RankedField } from '../session/session.ts'
import { LogHistogram } from './log-histogram.ts'
import { PathCensus } from './path-census.ts'
import { Pending } from './pending.ts'
import { Ranking } from './ranking.ts'
import { Tally } from './tally.ts'
import { Timeline } from './timeline.ts'

/** 8192 cells an octave: 4 ms wide at a minute, 0.25 s at an hour. Sharp timers show only in narrow cells. */
const DURATION_BITS = 13
/** 128 cells an octave: quantiles within 0.4 %. */
const BYTES_BITS = 7
/** A lone Close frame is four bytes; what carried no more was quiet. */
const QUIET_BYTES = 4

/** Rows kept of each ranking; twice as many before any goes. */
const CAPACITY: Readonly<Record<RankedField, number>> = { upstreams: 1 << 12, hosts: 1 << 12, paths: 1 << 15, clients: 1 << 15 }

/** Failed handshakes of one cause and status. */
export interface FailureCount extends CauseAndLayer {
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
  sessions = 0
  quietSessions = 0
  /** Sessions whose bytes, or whose duration, the format does not tell. */
  sessionsWithoutBytes = 0
  sessionsWithoutDuration = 0
  readonly durationsMs: LogHistogram
  readonly quietDurationsMs: LogHistogram
  readonly bytesToClient: LogHistogram
  readonly timeline: Timeline
  readonly census: PathCensus
  readonly rankings: Readonly<Record<RankedField, Ranking>>
  readonly #pending: Readonly<Record<RankedField, Pending>> = { upstreams: new Pending(), hosts: new Pending(), paths: new Pending(), clients: new Pending() }
  readonly #switched = new Tally()
  readonly #plain = new Tally()

  constructor(parts: Partial<Pick<Summary, 'durationsMs' | 'quietDurationsMs' | 'bytesToClient' | 'timeline' | 'census' | 'rankings'>> = {}) {
    this.durationsMs = parts.durationsMs ?? new LogHistogram(DURATION_BITS)
    this.quietDurationsMs = parts.quietDurationsMs ?? new LogHistogram(DURATION_BITS)
    this.bytesToClient = parts.bytesToClient ?? new LogHistogram(BYTES_BITS)
    this.timeline = parts.timeline ?? new Timeline()
    this.census = parts.census ?? new PathCensus()
    this.rankings = parts.rankings ?? {
      upstreams: new Ranking(CAPACITY.upstreams),
      hosts: new Ranking(CAPACITY.hosts),
      paths: new Ranking(CAPACITY.paths),
      clients: new Ranking(CAPACITY.clients),
    }
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

  session(event: HandshakeEvent, names: NameTables): void {
    const { durationMs, bytesToClient } = event
    this.sessions++
    if (bytesToClient >= 0) this.bytesToClient.add(bytesToClient)
    else this.sessionsWithoutBytes++
    const isQuiet = bytesToClient >= 0 && bytesToClient <= QUIET_BYTES
    if (isQuiet) this.quietSessions++
    if (durationMs >= 0) {
      this.durationsMs.add(durationMs)
      if (isQuiet) this.quietDurationsMs.add(durationMs)
    } else this.sessionsWithoutDuration++
    this.timeline.addSession(event.startedAtMs, event.endedAtMs)
    const pending = this.#pending
    pending.clients.addSession(event.client, durationMs)
    pending.hosts.addSession(event.host, durationMs)
    pending.paths.addSession(event.path, durationMs)
    pending.upstreams.addSession(event.upstream, durationMs)
    if (pending.clients.isFull) this.#settleRankings(names)
  }

  failure(event: HandshakeEvent, names: NameTables): void {
    const { status, durationMs } = event
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1)
    const upstream = event.isUpstreamKnown ? names.upstreams.at(event.upstream).label : undefined
    addFailure(this.failures, causeOfFailure({ status, upstream, durationMs }), status, 1)
    this.timeline.addFailure(event.startedAtMs)
    const pending = this.#pending
    pending.clients.addFailure(event.client)
    pending.hosts.addFailure(event.host)
    pending.paths.addFailure(event.path)
    pending.upstreams.addFailure(event.upstream)
    if (pending.clients.isFull) this.#settleRankings(names)
  }

  other(kind: 'plain' | 'polling'): void {
    if (kind === 'polling') this.pollingRequests++
    else this.plainRequests++
  }

  undecided(status: number, path: number): void {
    if (status === 101) this.#switched.add(path)
    else if ((status >= 200 && status < 300) || status === 304) this.#plain.add(path)
  }

  settle(names: NameTables): void {
    this.#settleRankings(names)
    this.#switched.drain((path, times) => this.census.addSwitched(pathOnly(names.paths.at(path).label), times))
    this.#plain.drain((path, times) => this.census.addPlainAnswer(pathOnly(names.paths.at(path).label), times))
  }

  #settleRankings(names: NameTables): void {
    for (const field of RANKED_FIELDS) this.#pending[field].settle(this.rankings[field], names[field])
  }

  merge(other: Summary): void {
    this.fromMs = Math.min(this.fromMs, other.fromMs)
    this.toMs = Math.max(this.toMs, other.toMs)
    this.plainRequests += other.plainRequests
    this.pollingRequests += other.pollingRequests
    for (const [status, count] of other.byStatus) this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + count)
    for (const failure of other.failures) addFailure(this.failures, failure, failure.status, failure.count)
    this.sessions += other.sessions
    this.quietSessions += other.quietSessions
    this.sessionsWithoutBytes += other.sessionsWithoutBytes
    this.sessionsWithoutDuration += other.sessionsWithoutDuration
    this.durationsMs.merge(other.durationsMs)
    this.quietDurationsMs.merge(other.quietDurationsMs)
    this.bytesToClient.merge(other.bytesToClient)
    this.timeline.merge(other.timeline)
    this.census.merge(other.census)
    for (const field of RANKED_FIELDS) this.rankings[field].merge(other.rankings[field])
  }

  toJSON() {
    const { plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration } = this
    return {
      fromMs: this.isEmpty ? null : this.fromMs,
      toMs: this.isEmpty ? null : this.toMs,
      plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration,
      byStatus: [...this.byStatus].sort(([a], [b]) => a - b),
      failures: this.failures.toSorted((a, b) => a.status - b.status || (`${a.cause} ${a.layer}` < `${b.cause} ${b.layer}` ? -1 : 1)),
      durationsMs: this.durationsMs.toJSON(),
      quietDurationsMs: this.quietDurationsMs.toJSON(),
      bytesToClient: this.bytesToClient.toJSON(),
      timeline: this.timeline.toJSON(),
      census: this.census.toJSON(),
      rankings: {
        upstreams: this.rankings.upstreams.toJSON(),
        hosts: this.rankings.hosts.toJSON(),
        paths: this.rankings.paths.toJSON(),
        clients: this.rankings.clients.toJSON(),
      },
    }
  }

  static fromJSON(json: SummaryJson): Summary {
    const summary = new Summary({
      durationsMs: LogHistogram.fromJSON(json.durationsMs),
      quietDurationsMs: LogHistogram.fromJSON(json.quietDurationsMs),
      bytesToClient: LogHistogram.fromJSON(json.bytesToClient),
      timeline: Timeline.fromJSON(json.timeline),
      census: PathCensus.fromJSON(json.census),
      rankings: {
        upstreams: Ranking.fromJSON(json.rankings.upstreams),
        hosts: Ranking.fromJSON(json.rankings.hosts),
        paths: Ranking.fromJSON(json.rankings.paths),
        clients: Ranking.fromJSON(json.rankings.clients),
      },
    })
    const { plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration } = json
    Object.assign(summary, { plainRequests, pollingRequests, sessions, quietSessions, sessionsWithoutBytes, sessionsWithoutDuration })
    summary.fromMs = json.fromMs ?? Number.POSITIVE_INFINITY
    summary.toMs = json.toMs ?? Number.NEGATIVE_INFINITY
    for (const [status, count] of json.byStatus) summary.byStatus.set(status, count)
    for (const failure of json.failures) addFailure(summary.failures, failure, failure.status, failure.count)
    return summary
  }

  /** No line was within the chosen time. */
  get isEmpty(): boolean {
    return this.fromMs > this.toMs
  }
}

/** A summary's state in JSON. */
export type SummaryJson = ReturnType<Summary['toJSON']>

/** With `--keep-query` a path's label has its query. */
const pathOnly = (label: string): string => label.split('?', 1)[0]!

/** There are a few dozen at most: a search through them is faster than a key made for each line. */
const addFailure = (failures: FailureCount[], { cause, layer }: CauseAndLayer, status: number, count: number): void => {
  for (const known of failures) {
    if (known.status === status && known.cause === cause && known.layer === layer) {
      known.count += count
      return
    }
  }
  failures.push({ cause, layer, status, count })
}
