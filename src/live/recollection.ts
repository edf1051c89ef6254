import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import type { NameTables, SessionEvent } from '../session/session.ts'

/** Some 250 bytes each, their names shared. */
const CAPACITY = 1 << 16

/** A session that ended a while ago. */
export interface RecentSession extends Omit<SampledHandshake, 'key' | 'verdict'> {
  /** What its own lines say. */
  readonly own: Verdict<SessionCause>
  /** What is said of it by now. */
  verdict: Verdict<SessionCause>
  /** {@link Pane} that it is counted in. */
  readonly pane: number
  /** When its line was read, ms since the epoch. */
  readonly seenAtMs: number
}

/**
 * The latest sessions, one by one, so that what shows only later (an age at which many end, a moment in which they
 * ended together) can still be said of them. The last 65,536 in fixed memory.
 */
export class Recollection {
  readonly #capacity: number
  readonly #rows: RecentSession[] = []
  /** Sessions that ever came; the row of the n-th is at n modulo the capacity. */
  #count = 0
  #settled = 0

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity
  }

  /** `event`: with its own verdict, before any pattern is looked at. */
  add(event: SessionEvent, names: NameTables, { own, pane, seenAtMs }: Pick<RecentSession, 'own' | 'pane' | 'seenAtMs'>, onSettled: (session: RecentSession) => void): RecentSession {
    const { status, endedAtMs, startedAtMs, durationMs, bytesToClient, tries, isComplete, verdict, isExplained } = event
    const row: RecentSession = {
      status, endedAtMs, startedAtMs, durationMs, bytesToClient, tries, isComplete, verdict, isExplained, own, pane, seenAtMs,
      client: names.clients.at(event.client).label,
      host: names.hosts.at(event.host).label,
      path: names.paths.at(event.path).label,
      upstream: names.upstreams.at(event.upstream).label,
      userAgent: names.userAgents.at(event.userAgent).label,
    }
    // One that goes before its time is settled as it is.
    if (this.#count - this.#settled >= this.#capacity) onSettled(this.#rows[this.#settled++ % this.#capacity]!)
    this.#rows[this.#count++ % this.#capacity] = row
    return row
  }

  /** The sessions that came before `untilMs`, each once, the first first. */
  settle(untilMs: number, onSettled: (session: RecentSession) => void): void {
    while (this.#settled < this.#count) {
      const row = this.#rows[this.#settled % this.#capacity]!
      if (row.seenAtMs >= untilMs) return
      this.#settled++
      onSettled(row)
    }
  }

  /** In no order. */
  get rows(): readonly RecentSession[] {
    return this.#rows
  }
}
