const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** nginx writes an entry at once, but several workers may each be a little late. */
const LATE_MS = 5 * MINUTE_MS
/** All changes of the last decades fell on a quarter of an hour. */
const QUARTER_MS = 15 * MINUTE_MS

/** An offset that another log showed, and the time in which it did. */
export interface SeenOffset {
  /** Minutes east of UTC. */
  readonly offsetMinutes: number
  /** UTC, ms since the epoch. */
  readonly fromMs: number
  readonly toMs: number
}

/** A time zone. */
export interface Zone {
  /** Minutes east of UTC that are in force at `utcMs`, ms since the epoch. */
  offsetAt(utcMs: number): number
}

/**
 * Puts the stamps of one error log, which have no zone, on UTC. In the hour that a clock runs through twice, stamps
 * run forward: the first pass is taken until they jump back, which is the change. A log that is silent around the change
 * gives no sign, and its first stamps of the second pass come out an hour early. One instance a log, stamps in file order.
 */
export class WallClock {
  readonly #instantsOf: (stampMs: number) => readonly number[]
  /** The latest instant so far. */
  #lastMs = Number.NEGATIVE_INFINITY

  /** The offsets that the access log showed, or the zone itself. No offset at all is UTC. */
  constructor(source: readonly SeenOffset[] | Zone) {
    this.#instantsOf = 'offsetAt' in source ? instantsInZone(source) : instantsBySpans(source)
  }

  /** A stamp read as if it were UTC, to UTC: both in ms since the epoch. */
  toUtc(stampMs: number): number {
    const instants = this.#instantsOf(stampMs)
    const earliest = instants[0]!
    for (const instant of instants) {
      if (instant < this.#lastMs - LATE_MS) continue
      if (instant > this.#lastMs) this.#lastMs = instant
      return instant
    }
    // All lie before what was read: another file follows, or the clock was set back.
    this.#lastMs = earliest
    return earliest
  }
}

/** The instants that a stamp can mean, the earliest first; at least one. */
const instantsBySpans = (seen: readonly SeenOffset[]): ((stampMs: number) => readonly number[]) => {
  const spans = seen.filter(({ fromMs, toMs }) => fromMs <= toMs).sort((a, b) => a.fromMs - b.fromMs)
  // The change fell anywhere between the last line with the one offset and the first with the next.
  const widened = spans.map(({ offsetMinutes }, index) => ({
    offsetMs: offsetMinutes * MINUTE_MS,
    fromMs: spans[index - 1]?.toMs ?? Number.NEGATIVE_INFINITY,
    toMs: spans[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY,
  }))
  const only = widened[0]?.offsetMs ?? (seen[0]?.offsetMinutes ?? 0) * MINUTE_MS
  if (widened.every(({ offsetMs }) => offsetMs === only)) return (stampMs) => [stampMs - only]
  return (stampMs) => {
    let nearestMs = Number.POSITIVE_INFINITY
    let instants: number[] = []
    for (const { offsetMs, fromMs, toMs } of widened) {
      const instant = stampMs - offsetMs
      const distanceMs = Math.max(fromMs - instant, instant - toMs, 0)
      if (distanceMs > nearestMs) continue
      if (distanceMs < nearestMs) instants = []
      nearestMs = distanceMs
      if (!instants.includes(instant)) instants.push(instant)
    }
    return instants.sort((a, b) => a - b)
  }
}

const instantsInZone = (zone: Zone): ((stampMs: number) => readonly number[]) => {
  let quarter = Number.NaN
  let offsets: readonly number[] = []
  return (stampMs) => {
    // Asking a zone is dear, and what holds for one stamp holds for its quarter of an hour.
    if (Math.floor(stampMs / QUARTER_MS) !== quarter) {
      quarter = Math.floor(stampMs / QUARTER_MS)
      offsets = offsetsOf(zone, quarter * QUARTER_MS)
    }
    return offsets.map((offsetMs) => stampMs - offsetMs)
  }
}

/** The offsets, in ms, under which a clock on the wall can show a stamp; the greatest, so the earliest instant, first. */
const offsetsOf = (zone: Zone, stampMs: number): readonly number[] => {
  // No zone is a day off UTC, so a change near the stamp lies between these two.
  const before = zone.offsetAt(stampMs - DAY_MS) * MINUTE_MS
  const after = zone.offsetAt(stampMs + DAY_MS) * MINUTE_MS
  if (before === after) return [before]
  const fitting = [before, after].filter((offsetMs) => zone.offsetAt(stampMs - offsetMs) * MINUTE_MS === offsetMs)
  // In the hour that a clock leaps over no stamp is written, but a clock set by hand may show one.
  return fitting.length === 0 ? [before] : fitting.sort((a, b) => b - a)
}
