import type { Patterns } from '../cluster/patterns.ts'
import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import type { FailureEvent, HandshakeConsumer, NameTables, RankedField, SessionEvent } from '../session/session.ts'
import { Summary } from '../aggregate/summary.ts'
import { Panes } from './panes.ts'
import { Recent } from './recent.ts'
import { Recollection, type RecentSession } from './recollection.ts'
import { RunCounts } from './run-counts.ts'
import type { LiveEnding } from './snapshot.ts'

const LATEST = 256
/** How a session ended is counted for good so long after its line: what it has in common with others shows within seconds. */
const SETTLED_MS = 15_000
/** What is ahead of this clock is another machine's, by seconds; a line of the year 9999 must not end the hour. */
const AHEAD_MS = 60_000

/** One that ended or failed of late; its verdict may still change. */
type Latest = Pick<RecentSession, 'status' | 'endedAtMs' | 'durationMs' | 'client' | 'host' | 'path' | 'upstream'> & { readonly kind: LiveEnding['kind']; readonly verdict: Verdict<SessionCause | HandshakeCause> }

/** Takes every handshake of the logs that are followed, and keeps what a tail has to say of them. */
export class LiveSessions implements HandshakeConsumer {
  readonly panes = new Panes()
  /** The whole run. */
  readonly run = new Summary()
  readonly recent: Recent
  readonly counts: RunCounts
  readonly #recollection = new Recollection()
  readonly #latest: (Latest | { readonly session: RecentSession })[] = []
  #patterns: Patterns | undefined
  #nowMs: number

  constructor({ startedAtMs, edges, fields }: { readonly startedAtMs: number; readonly edges: readonly number[]; readonly fields: readonly RankedField[] }) {
    this.recent = new Recent(startedAtMs)
    this.counts = new RunCounts({ edges, fields })
    this.#nowMs = startedAtMs
  }

  /** To be called before every reading, ms since the epoch. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    this.recent.advance(nowMs)
    this.#recollection.settle(nowMs - SETTLED_MS, this.#settled)
  }

  /** The latest, the newest first. */
  get latest(): LiveEnding[] {
    return this.#latest.map((one) => endingOf('session' in one ? { ...one.session, kind: 'session' } : one)).toReversed()
  }

  /**
   * Says of sessions that end, and of those that ended of late, what they have in common. Those that were looked at before
   * are judged anew, from what their own lines say. What the last hour shows says nothing of sessions from before it: they keep
   * what was said of them. All must be settled. @returns whether that changed any.
   */
  learn(patterns: Patterns, { of }: { readonly of: 'hour' | 'run' }): boolean {
    this.#patterns = patterns
    let isChanged = false
    for (const row of this.#recollection.rows) {
      if (row.isExplained || (of === 'hour' && !this.panes.holds(row.pane))) continue
      const verdict = patterns.judge(row, row).verdict ?? row.own
      if (verdict === row.verdict) continue
      this.run.relabel(row, row.verdict, verdict)
      this.panes.summaryOf(row.pane)?.relabel(row, row.verdict, verdict)
      this.recent.relabel({ endedAtMs: Math.min(row.endedAtMs, row.seenAtMs), seenAtMs: row.seenAtMs }, row.verdict, verdict)
      row.verdict = verdict
      isChanged = true
    }
    return isChanged
  }

  /** All logs have been read up to now, from a moment on, ms since the epoch: what did not come did not happen. */
  pass(fromMs: number): void {
    this.run.moments.pass(fromMs, this.#nowMs)
    const { current } = this.panes
    current.summary.moments.pass(Math.max(fromMs, current.fromMs), this.#nowMs)
  }

  /** All that is still to be settled is, as it stands: the run is over. */
  end(): void {
    this.#recollection.settle(Number.POSITIVE_INFINITY, this.#settled)
  }

  readonly #settled = (session: RecentSession): void => this.counts.drop(session)

  covered(atMs: number): void {
    this.run.covered(atMs)
    this.panes.current.summary.covered(atMs)
  }

  session(event: SessionEvent, names: NameTables): void {
    this.panes.advance(Math.min(event.endedAtMs, this.#nowMs + AHEAD_MS), () => this.settle(names))
    const own = event.verdict
    this.#patterns?.label(event, names)
    const { number: pane, summary } = this.panes.current
    this.run.session(event, names)
    summary.session(event, names)
    this.recent.session(event.endedAtMs, event.verdict)
    this.counts.session(event, names)
    const session = this.#recollection.add(event, names, { own, pane, seenAtMs: this.#nowMs }, this.#settled)
    this.#remember({ session })
  }

  failure(event: FailureEvent, names: NameTables): void {
    this.panes.advance(Math.min(event.endedAtMs, this.#nowMs + AHEAD_MS), () => this.settle(names))
    this.run.failure(event, names)
    this.panes.current.summary.failure(event, names)
    this.recent.failure(event.endedAtMs, event.verdict)
    this.counts.failure(event, names)
    const { endedAtMs, durationMs, status, verdict } = event
    this.#remember({
      kind: 'handshake', status, endedAtMs, durationMs, verdict,
      client: names.clients.at(event.client).label,
      host: names.hosts.at(event.host).label,
      path: names.paths.at(event.path).label,
      upstream: names.upstreams.at(event.upstream).label,
    })
  }

  other(kind: 'plain' | 'polling'): void {
    this.run.other(kind)
    this.panes.current.summary.other(kind)
  }

  undecided(status: number, path: number): void {
    this.run.undecided(status, path)
  }

  settle(names: NameTables): void {
    this.run.settle(names)
    this.panes.current.summary.settle(names)
  }

  #remember(one: Latest | { readonly session: RecentSession }): void {
    this.#latest.push(one)
    if (this.#latest.length > LATEST * 2) this.#latest.splice(0, LATEST)
  }
}

const endingOf = ({ kind, status, endedAtMs, durationMs, client, host, path, upstream, verdict: { cause, layer, confidence, isFault } }: Latest): LiveEnding => ({
  kind,
  at: new Date(endedAtMs).toISOString(),
  durationSeconds: durationMs >= 0 ? durationMs / 1000 : null,
  status, client, host, path, upstream, cause, layer, confidence,
  isFault: isFault || kind === 'handshake',
})
