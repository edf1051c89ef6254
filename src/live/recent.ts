import { type HandshakeCause, isFault, type SessionCause } from '../cause/cause.ts'
import { type Verdict, verdictByNumber } from '../cause/verdict.ts'
import type { SurgeMinute } from '../report/surges.ts'
import type { LiveFigures, LiveMinute } from './snapshot.ts'

const SECONDS = 3600

/** Counts of a stretch of time. */
class Counts {
  /** Handshakes that began, by their markers. */
  begun = 0
  succeeded = 0
  failed = 0
  faults = 0
  /** By the number of the verdict. */
  readonly endings = new Map<number, number>()
  readonly failures = new Map<number, number>()

  clear(): void {
    this.begun = this.succeeded = this.failed = this.faults = 0
    this.endings.clear()
    this.failures.clear()
  }

  ended(verdict: Verdict, by: number): void {
    this.succeeded += by
    this.relabelled(verdict, by)
  }

  relabelled({ number, isFault }: Verdict, by: number): void {
    if (isFault) this.faults += by
    bump(this.endings, number, by)
  }

  failedBy({ number }: Verdict): void {
    this.failed++
    bump(this.failures, number, 1)
  }

  add(other: Counts): void {
    this.begun += other.begun
    this.succeeded += other.succeeded
    this.failed += other.failed
    this.faults += other.faults
    for (const [number, count] of other.endings) bump(this.endings, number, count)
    for (const [number, count] of other.failures) bump(this.failures, number, count)
  }
}

const bump = (counts: Map<number, number>, key: number, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by)

class Slot extends Counts {
  /** Seconds since the epoch; NaN: not used yet. */
  second = Number.NaN
}

/**
 * What came in the last hour, second by second of the lines' own time, and since the last look. Fixed memory: a ring of
 * 3600 seconds. Lines that come late (`access_log … buffer=`) are counted in their own second.
 */
export class Recent {
  readonly #slots: readonly Slot[] = Array.from({ length: SECONDS }, () => new Slot())
  readonly #startedAtMs: number
  #nowMs: number
  readonly #interval = new Counts()
  #intervalFromMs: number
  #hasMarkers = false

  /** `startedAtMs`: when the tail began; before that it has watched nothing. */
  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs
    this.#nowMs = startedAtMs
    this.#intervalFromMs = startedAtMs
  }

  /** To be called as time goes by, ms since the epoch. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
  }

  /** A marker of a beginning; without any, nothing is said of beginnings. */
  begun(atMs: number): void {
    this.#hasMarkers = true
    this.#interval.begun++
    const slot = this.#slotAt(atMs)
    if (slot !== undefined) slot.begun++
  }

  session(endedAtMs: number, verdict: Verdict<SessionCause>): void {
    this.#interval.ended(verdict, 1)
    this.#slotAt(endedAtMs)?.ended(verdict, 1)
  }

  failure(atMs: number, verdict: Verdict<HandshakeCause>): void {
    this.#interval.failedBy(verdict)
    this.#slotAt(atMs)?.failedBy(verdict)
  }

  /** A session that was counted with another verdict. What an interval said is not taken back. */
  relabel(endedAtMs: number, counted: Verdict<SessionCause>, verdict: Verdict<SessionCause>): void {
    const slot = this.#slotAt(endedAtMs)
    slot?.relabelled(counted, -1)
    slot?.relabelled(verdict, 1)
  }

  /** The last `seconds`, up to 3600; the second that is going on included. */
  over(seconds: number): LiveFigures {
    const now = Math.floor(this.#nowMs / 1000)
    const sum = new Counts()
    for (const slot of this.#slots) if (slot.second > now - seconds && slot.second <= now) sum.add(slot)
    return this.#figuresOf(sum, { seconds, watchedSeconds: Math.min(seconds, Math.max(0, (this.#nowMs - this.#startedAtMs) / 1000)) })
  }

  /** What came since the last interval ended, whatever its own time. */
  interval(): LiveFigures {
    const seconds = Math.max(0, (this.#nowMs - this.#intervalFromMs) / 1000)
    return this.#figuresOf(this.#interval, { seconds, watchedSeconds: seconds })
  }

  /** The same, and ends the interval. */
  takeInterval(): LiveFigures {
    const figures = this.interval()
    this.#interval.clear()
    this.#intervalFromMs = this.#nowMs
    return figures
  }

  /** The last 60 minutes by the clock, the oldest first; the last one is still going on. */
  minutes(): LiveMinute[] {
    const last = Math.floor(this.#nowMs / 60_000)
    const sums = Array.from({ length: 60 }, () => new Counts())
    for (const slot of this.#slots) {
      const index = Math.floor(slot.second / 60) - last + 59
      if (index >= 0 && index < 60 && slot.second * 1000 <= this.#nowMs) sums[index]!.add(slot)
    }
    return sums.map(({ begun, succeeded, failed, faults }, index) => ({ minute: new Date((last - 59 + index) * 60_000).toISOString(), begun: this.#hasMarkers ? begun : null, attempts: succeeded + failed, succeeded, drops: succeeded, faults }))
  }

  /**
   * The minutes that were watched, by the handshakes that began in them: those show at once what else shows when sessions
   * end. None without markers. The minute that is going on is left out while it is empty.
   */
  begunMinutes(): SurgeMinute[] {
    if (!this.#hasMarkers) return []
    const minutes = this.minutes().map(({ minute, begun, drops }) => ({ minuteMs: Date.parse(minute), attempts: begun ?? 0, succeeded: begun ?? 0, drops })).filter(({ minuteMs }) => minuteMs >= this.#startedAtMs)
    const last = minutes.at(-1)
    return last !== undefined && last.attempts + last.drops === 0 ? minutes.slice(0, -1) : minutes
  }

  #figuresOf({ begun, succeeded, failed, faults, endings, failures }: Counts, { seconds, watchedSeconds }: Pick<LiveFigures, 'seconds' | 'watchedSeconds'>): LiveFigures {
    const attempts = succeeded + failed
    const rate = (count: number, unit: number): number => (watchedSeconds > 0 ? round((count * unit) / watchedSeconds) : 0)
    return {
      seconds: round(seconds),
      watchedSeconds: round(watchedSeconds),
      handshakes: { begun: this.#hasMarkers ? begun : null, attempts, succeeded, failed, perSecond: rate(this.#hasMarkers ? begun : attempts, 1), successRate: attempts === 0 ? null : succeeded / attempts },
      drops: { count: succeeded, faults, perMinute: rate(succeeded, 60) },
      endings: sorted(endings).map(([number, sessions]) => ({ ...codesOf<SessionCause>(number), sessions })).sort((a, b) => Number(isFault(b.cause)) - Number(isFault(a.cause))),
      failures: sorted(failures).map(([number, count]) => ({ ...codesOf<HandshakeCause>(number), count })),
    }
  }

  /** The slot of a moment; undefined when it lies more than an hour back. What lies ahead, by another machine's clock, is now. */
  #slotAt(atMs: number): Slot | undefined {
    const now = Math.floor(this.#nowMs / 1000)
    const second = Math.min(now, Math.floor(atMs / 1000))
    if (!(second > now - SECONDS)) return undefined
    const slot = this.#slots[((second % SECONDS) + SECONDS) % SECONDS]!
    if (slot.second !== second) {
      slot.clear()
      slot.second = second
    }
    return slot
  }
}

const round = (value: number): number => Number(value.toFixed(3))

const sorted = (counts: ReadonlyMap<number, number>): [number, number][] => [...counts].filter(([, count]) => count > 0).sort(([a, x], [b, y]) => y - x || a - b)

const codesOf = <Cause extends SessionCause | HandshakeCause>(number: number): Pick<Verdict<Cause>, 'cause' | 'layer' | 'confidence'> => {
  const { cause, layer, confidence } = verdictByNumber(number) as Verdict<Cause>
  return { cause, layer, confidence }
}
