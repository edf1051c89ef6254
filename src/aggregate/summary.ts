import { causeOfFailure, type CauseAndLayer } from '../session/handshake-cause.ts'
import type { Name, PathName } from '../session/names.ts'
import type { HandshakeConsumer, HandshakeEvent } from '../session/session.ts'
import { LogHistogram } from './log-histogram.ts'
import { PathCensus } from './path-census.ts'
import { Ranking, type RankingRow } from './ranking.ts'
import { Timeline } from './timeline.ts'

/** 2048 cells an octave: 16 ms wide at a minute, 1 s at an hour. Sharp timers show only in narrow cells. */
const DURATION_BITS = 11
/** 128 cells an octave: quantiles within 0.4 %. */
const BYTES_BITS = 7
/** A lone Close frame is four bytes; what carried no more was quiet. */
const QUIET_BYTES = 4

/** The fields by which sessions are ranked, with the rows that are kept of each (twice that before any goes). */
export const RANKING_CAPACITY = { upstreams: 1024, hosts: 1024, paths: 4096, clients: 8192 } as const
export type RankedField = keyof typeof RANKING_CAPACITY
export const RANKED_FIELDS: readonly RankedField[] = ['upstreams', 'hosts', 'paths', 'clients']

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
  readonly failures = new Map<string, FailureCount>()
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

  constructor(parts: Partial<Pick<Summary, 'durationsMs' | 'quietDurationsMs' | 'bytesToClient' | 'timeline' | 'census' | 'rankings'>> = {}) {
    this.durationsMs = parts.durationsMs ?? new LogHistogram(DURATION_BITS)
    this.quietDurationsMs = parts.quietDurationsMs ?? new LogHistogram(DURATION_BITS)
    this.bytesToClient = parts.bytesToClient ?? new LogHistogram(BYTES_BITS)
    this.timeline = parts.timeline ?? new Timeline()
    this.census = parts.census ?? new PathCensus()
    this.rankings = parts.rankings ?? {
      upstreams: new Ranking(RANKING_CAPACITY.upstreams),
      hosts: new Ranking(RANKING_CAPACITY.hosts),
      paths: new Ranking(RANKING_CAPACITY.paths),
      clients: new Ranking(RANKING_CAPACITY.clients),
    }
  }

  get attempts(): number {
    let failed = 0
    for (const { count } of this.failures.values()) failed += count
    return this.sessions + failed
  }

  covered(atMs: number): void {
    if (atMs < this.fromMs) this.fromMs = atMs
    if (atMs > this.toMs) this.toMs = atMs
  }

  session(event: HandshakeEvent): void {
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
    addSession(this.rankings.clients, event.client, durationMs)
    addSession(this.rankings.hosts, event.host, durationMs)
    addSession(this.rankings.paths, event.path, durationMs)
    addSession(this.rankings.upstreams, event.upstream, durationMs)
  }

  failure(event: HandshakeEvent): void {
    const { status, upstream, durationMs } = event
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1)
    const { cause, layer } = causeOfFailure({ status, upstream: event.isUpstreamKnown ? upstream.label : undefined, durationMs })
    addFailure(this.failures, { cause, layer, status, count: 1 })
    this.timeline.addFailure(event.startedAtMs)
    addAttempt(this.rankings.clients, event.client)
    addAttempt(this.rankings.hosts, event.host)
    addAttempt(this.rankings.paths, event.path)
    addAttempt(this.rankings.upstreams, upstream)
  }

  other(kind: 'plain' | 'polling'): void {
    if (kind === 'polling') this.pollingRequests++
    else this.plainRequests++
  }

  undecided(status: number, path: PathName): void {
    this.census.lines++
    if (status === 101) {
      this.census.switched++
      path.switched ??= this.census.switchedAt(path.isSocketIo ? '' : pathOnly(path.label))
      path.switched.times++
    } else if ((status >= 200 && status < 300) || status === 304) this.census.addPlainAnswer(pathOnly(path.label))
  }

  merge(other: Summary): void {
    this.fromMs = Math.min(this.fromMs, other.fromMs)
    this.toMs = Math.max(this.toMs, other.toMs)
    this.plainRequests += other.plainRequests
    this.pollingRequests += other.pollingRequests
    for (const [status, count] of other.byStatus) this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + count)
    for (const failure of other.failures.values()) addFailure(this.failures, failure)
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
      failures: [...this.failures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, failure]) => failure),
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
    for (const failure of json.failures) addFailure(summary.failures, failure)
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

const addFailure = (failures: Map<string, FailureCount>, { cause, layer, status, count }: FailureCount): void => {
  const key = `${cause} ${layer} ${status}`
  const known = failures.get(key)
  if (known === undefined) failures.set(key, { cause, layer, status, count })
  else known.count += count
}

/** What a ranking notes on a name: its row, as long as none was thrown out. */
class RowNote {
  readonly row: RankingRow
  readonly generation: number

  constructor(row: RankingRow, generation: number) {
    this.row = row
    this.generation = generation
  }
}

const rowOf = (ranking: Ranking, name: Name): RankingRow => {
  const { note } = name
  if (note instanceof RowNote && note.generation === ranking.generation) return note.row
  const row = ranking.row(name.label)
  name.note = new RowNote(row, ranking.generation)
  return row
}

const addAttempt = (ranking: Ranking, name: Name): void => {
  if (name.label !== '') rowOf(ranking, name).attempts++
}

const addSession = (ranking: Ranking, name: Name, durationMs: number): void => {
  if (name.label === '') return
  const row = rowOf(ranking, name)
  row.attempts++
  row.sessions++
  if (durationMs >= 0) row.durationsMs.add(durationMs)
}
