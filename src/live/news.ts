import type { EventReport, Finding } from '../report/report.ts'
import { type LiveEvent, type LiveEventKind, TAIL_SCHEMA } from './snapshot.ts'

/** A moment that is looked at again with more behind it may come out a little elsewhere. */
const SAME_MS = 5000
/** A moment that is still going on is told when it is over, so that its figures are whole. */
const OVER_MS = 1500
const KEPT = 200
const KEPT_GONE = 20
/** A finding at the edge of being true does not come and go with every look. */
const LOOKS_TO_GO = 3

interface Held {
  finding: Finding
  readonly sinceMs: number
  missed: number
}

/** What was told already: of the same event and the same finding once only. In fixed memory. */
export class News {
  readonly #told: { readonly kind: string; readonly upstream: string | null; readonly atMs: number; hasSessions: boolean }[] = []
  readonly #held = new Map<string, Held>()
  readonly #gone: { code: string; title: string; at: string }[] = []
  readonly #events: LiveEvent[] = []
  #fresh: LiveEvent[] = []

  /** Events of the last hour, the newest first. */
  get events(): readonly LiveEvent[] {
    return this.#events
  }

  /** Findings that are true, in the order of the last look. */
  get findings(): { finding: Finding; since: string }[] {
    return Array.from(this.#held.values(), ({ finding, sinceMs }) => ({ finding, since: instant(sinceMs) }))
  }

  /** Findings that went away, the latest first. */
  get gone(): readonly { code: string; title: string; at: string }[] {
    return this.#gone
  }

  /** Events that nobody has been told of yet. */
  take(): LiveEvent[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }

  tell(event: LiveEventKind, { atMs, sessions = null, upstream = null, detail }: { readonly atMs: number; readonly sessions?: number | null; readonly upstream?: string | null; readonly detail: string }): void {
    const told: LiveEvent = { schema: TAIL_SCHEMA, kind: 'event', event, at: instant(atMs), sessions, upstream, detail }
    this.#events.unshift(told)
    this.#events.length = Math.min(this.#events.length, KEPT)
    this.#fresh.push(told)
    // Nobody may be taking them, and then the latest are what counts.
    if (this.#fresh.length > KEPT) this.#fresh.shift()
  }

  /** Events of the last hour, as a look at all of it finds them. */
  lookAtEvents(found: readonly EventReport[], nowMs: number): void {
    for (const { kind, at, until, sessions, upstream, detail } of found) {
      const atMs = Date.parse(at)
      if (kind !== 'blackout' && kind !== 'reconnect-storm' && Date.parse(until ?? at) > nowMs - OVER_MS) continue
      const known = this.#told.find((told) => told.kind === kind && told.upstream === upstream && Math.abs(told.atMs - atMs) <= SAME_MS)
      const hasSessions = (sessions ?? 0) > 0
      // A reload is told at once, and again when the sessions that it cut show.
      if (known !== undefined && (known.hasSessions || !hasSessions)) continue
      if (known === undefined) this.#told.push({ kind, upstream, atMs, hasSessions })
      else known.hasSessions = true
      if (this.#told.length > KEPT) this.#told.shift()
      this.tell(kind, { atMs, sessions, upstream, detail })
    }
  }

  /** Findings over the last hour, the most harmful first. */
  lookAtFindings(found: readonly Finding[], nowMs: number): void {
    const before = new Map(this.#held)
    this.#held.clear()
    for (const finding of found) {
      const key = keyOf(finding, found)
      const known = before.get(key)
      before.delete(key)
      this.#held.set(key, { finding, sinceMs: known?.sinceMs ?? nowMs, missed: 0 })
      if (known === undefined && finding.severity !== 'info') this.tell('finding', { atMs: nowMs, sessions: finding.sessions, detail: finding.title })
    }
    for (const [key, { finding, sinceMs, missed }] of before) {
      if (missed + 1 < LOOKS_TO_GO) this.#held.set(key, { finding, sinceMs, missed: missed + 1 })
      else {
        this.#gone.unshift({ code: finding.code, title: finding.title, at: instant(nowMs) })
        this.#gone.length = Math.min(this.#gone.length, KEPT_GONE)
        if (finding.severity !== 'info') this.tell('finding-gone', { atMs: nowMs, detail: finding.title })
      }
    }
  }
}

const instant = (ms: number): string => new Date(ms).toISOString()

/** Figures and names in a title change from look to look; what it is about does not. Several of a kind are counted. */
const keyOf = (finding: Finding, found: readonly Finding[]): string => {
  const alike = found.filter(({ code, layer }) => code === finding.code && layer === finding.layer)
  return `${finding.code} ${finding.layer} ${alike.indexOf(finding)}`
}
