import type { Confidence, SessionCause } from '../cause/cause.ts'
import { endingVerdict, type Verdict, verdictByNumber } from '../cause/verdict.ts'
import { countedVerdict, type HandshakeRows, Kind } from '../session/handshake-rows.ts'
import { addDrops, causesOf, countOf, Hour, HOUR_MINUTES, HOUR_SECONDS, minuteOfHour, minutesOf } from './hour.ts'

/** A little over a year of hours, 15 kB each at most: what a log may span before its far ends are left out. */
const MAX_HOURS = 10_000

/** One minute of a log, in counts. */
export interface TimelineMinute {
  /** Start of the minute, ms since the epoch. */
  readonly minuteMs: number
  readonly attempts: number
  readonly succeeded: number
  readonly drops: number
  /** Of the drops: those that were faults. */
  readonly faults: number
  /** The drops by cause; only causes that there are. */
  readonly causes: Readonly<Partial<Record<SessionCause, number>>>
  /** Most sessions open at any whole second of the minute; a lower bound, sessions still open are not in the log. */
  readonly active: number
}

/** A timeline's state in JSON: hours ascending, each with its minute columns, its drops by verdict as `[cause, confidence, minute, count, …]` and its changes of `active` as `[second, change, …]`. */
export interface TimelineJson {
  readonly unplaced: number
  readonly hours: readonly { readonly hour: number; readonly attempts: number[]; readonly succeeded: number[]; readonly drops: number[]; readonly faults: number[]; readonly causes: (readonly [SessionCause, Confidence, ...number[]])[]; readonly changes: number[] }[]
}

/**
 * What happened in each minute, and how many sessions were open at each second. A mergeable summary: only
 * counts and differences are kept, so the order of the lines does not matter.
 *
 * A session counts as open at the whole second s when it started at or before s and ended after it.
 */
export class Timeline {
  /** Sessions and handshakes too far from the others to be placed. */
  unplaced = 0
  readonly #hours = new Map<number, Hour>()
  #lastIndex = Number.NaN
  #last: Hour | undefined
  #beforeIndex = Number.NaN
  #before: Hour | undefined

  /** Sessions, failures, and what relabelled sessions change. */
  addRows(rows: HandshakeRows): void {
    for (let row = 0; row < rows.count; row++) {
      const kind = rows.kind(row)
      if (kind === Kind.session) this.addSession(rows.startedAtMs[row]!, rows.endedAtMs[row]!, verdictByNumber(rows.verdict[row]!))
      else if (kind === Kind.failure) this.addFailure(rows.startedAtMs[row]!)
      else this.relabel(rows.endedAtMs[row]!, countedVerdict(rows, row), verdictByNumber(rows.verdict[row]!))
    }
  }

  /** A session `[startMs, endMs]`: a success when it started, a drop of this verdict when it ended. */
  addSession(startMs: number, endMs: number, verdict: Verdict): void {
    this.#addSession(Math.floor(startMs / 60_000), Math.floor(endMs / 60_000), Math.ceil(startMs / 1000), Math.ceil(endMs / 1000), verdict)
  }

  // Minutes and seconds since the epoch are small integers to V8: milliseconds would be two objects for each session.
  #addSession(startMinute: number, endMinute: number, fromSecond: number, toSecond: number, { isFault, number }: Verdict): void {
    const endIndex = Math.floor(endMinute / HOUR_MINUTES)
    const startIndex = Math.floor(startMinute / HOUR_MINUTES)
    const end = this.#hourAt(endIndex)
    const start = startIndex === endIndex ? end : this.#earlierHourAt(startIndex)
    if (end === undefined || start === undefined) {
      this.unplaced++
      return
    }
    start.attempts[startMinute - startIndex * HOUR_MINUTES]!++
    start.succeeded[startMinute - startIndex * HOUR_MINUTES]!++
    const minute = endMinute - endIndex * HOUR_MINUTES
    end.drops[minute]!++
    addDrops(end, number, minute, 1)
    if (isFault) end.faults[minute]!++
    if (fromSecond < toSecond) {
      this.#change(start, startIndex, fromSecond, 1)
      this.#change(end, endIndex, toSecond, -1)
    }
  }

  /** A session that was added with one verdict, here or in a summary that this one is merged with, now has another. */
  relabel(endMs: number, counted: Verdict, verdict: Verdict): void {
    const hour = this.#hourAt(Math.floor(endMs / 3_600_000))
    if (hour === undefined) return
    const minute = minuteOfHour(endMs)
    addDrops(hour, counted.number, minute, -1)
    addDrops(hour, verdict.number, minute, 1)
    hour.faults[minute]! += Number(verdict.isFault) - Number(counted.isFault)
  }

  /** A handshake that failed, at the moment it was made. */
  addFailure(atMs: number): void {
    const minute = Math.floor(atMs / 60_000)
    const index = Math.floor(minute / HOUR_MINUTES)
    const hour = this.#hourAt(index)
    if (hour === undefined) this.unplaced++
    else hour.attempts[minute - index * HOUR_MINUTES]!++
  }

  /** Every minute of `[fromMs, toMs]`, zeros too, and the first second at which most sessions were open. */
  minutes(fromMs: number, toMs: number): { minutes: TimelineMinute[]; peak: number; peakAtMs: number } {
    const first = Math.floor(fromMs / 60_000)
    const last = Math.floor(toMs / 60_000)
    let active = this.#activeBefore(first * 60)
    let peak = 0
    let peakAtMs = fromMs
    const minutes: TimelineMinute[] = []
    for (let minute = first; minute <= last; minute++) {
      const hour = this.#hours.get(Math.floor(minute / HOUR_MINUTES))
      const index = minuteOfHour(minute * 60_000)
      let most = active
      for (let second = 0; second < 60; second++) {
        active += hour?.changes.at(index * 60 + second) ?? 0
        // The first second's changes are those of that very instant.
        if (second === 0 || active > most) most = active
        if (active > peak) {
          peak = active
          peakAtMs = (minute * 60 + second) * 1000
        }
      }
      minutes.push({ minuteMs: minute * 60_000, attempts: hour?.attempts[index] ?? 0, succeeded: hour?.succeeded[index] ?? 0, drops: hour?.drops[index] ?? 0, faults: hour?.faults[index] ?? 0, causes: hour === undefined ? {} : causesOf(hour, index), active: most })
    }
    return { minutes, peak, peakAtMs }
  }

  /**
   * The stretch of at most `maxHours` in which most happened, `[fromMs, toMs)`, and how many sessions and failed
   * handshakes lie outside of it. One line of 1970, from a clock that was not set yet, must not make a report
   * of half a century.
   */
  densest(maxHours: number): { fromMs: number; toMs: number; outside: number } {
    const hours = [...this.#hours].map(([index, hour]) => ({ index, count: countOf(hour) })).filter(({ count }) => count > 0).sort((a, b) => a.index - b.index)
    let best = { first: 0, last: 0, count: 0 }
    let count = 0
    for (let first = 0, last = 0; last < hours.length; last++) {
      count += hours[last]!.count
      while (hours[last]!.index - hours[first]!.index >= maxHours) count -= hours[first++]!.count
      if (count > best.count) best = { first, last, count }
    }
    const all = hours.reduce((sum, hour) => sum + hour.count, 0)
    const minutes = hours.slice(best.first, best.last + 1).flatMap(({ index }) => minutesOf(this.#hours.get(index)!).map((minute) => index * HOUR_MINUTES + minute))
    return { fromMs: (minutes.at(0) ?? 0) * 60_000, toMs: ((minutes.at(-1) ?? 0) + 1) * 60_000, outside: all - best.count }
  }

  /** Successes whose session started before the minute of `ms`. */
  succeededBefore(ms: number): number {
    const limit = Math.floor(ms / 60_000)
    let sum = 0
    for (const [index, { succeeded }] of this.#hours) {
      for (let minute = 0; minute < HOUR_MINUTES && index * HOUR_MINUTES + minute < limit; minute++) sum += succeeded[minute]!
    }
    return sum
  }

  merge(other: Timeline): void {
    this.unplaced += other.unplaced
    for (const [index, theirs] of other.#hours) {
      const hour = this.#hourAt(index)
      if (hour === undefined) {
        this.unplaced += countOf(theirs)
        continue
      }
      for (let minute = 0; minute < HOUR_MINUTES; minute++) {
        hour.attempts[minute]! += theirs.attempts[minute]!
        hour.succeeded[minute]! += theirs.succeeded[minute]!
        hour.drops[minute]! += theirs.drops[minute]!
        hour.faults[minute]! += theirs.faults[minute]!
      }
      for (const [verdict, minutes] of theirs.byVerdict.entries()) minutes?.forEach((count, minute) => count !== 0 && addDrops(hour, verdict, minute, count))
      for (const [second, by] of theirs.changes.entries()) hour.changes.add(second, by)
    }
  }

  toJSON(): TimelineJson {
    const hours = [...this.#hours].sort(([a], [b]) => a - b).map(([hour, { attempts, succeeded, drops, faults, byVerdict, changes }]) => ({
      hour,
      attempts: Array.from(attempts),
      succeeded: Array.from(succeeded),
      drops: Array.from(drops),
      faults: Array.from(faults),
      causes: causesJson(byVerdict),
      changes: [...changes.entries()].filter(([, by]) => by !== 0).sort(([a], [b]) => a - b).flat(),
    }))
    return { unplaced: this.unplaced, hours }
  }

  static fromJSON(json: TimelineJson): Timeline {
    const timeline = new Timeline()
    timeline.unplaced = json.unplaced
    for (const { hour: index, attempts, succeeded, drops, faults, causes, changes } of json.hours) {
      const hour = timeline.#hourAt(index)!
      hour.attempts.set(attempts)
      hour.succeeded.set(succeeded)
      hour.drops.set(drops)
      hour.faults.set(faults)
      for (const [cause, confidence, ...cells] of causes) for (let at = 0; at < cells.length; at += 2) addDrops(hour, endingVerdict(cause, confidence).number, cells[at]!, cells[at + 1]!)
      for (let at = 0; at < changes.length; at += 2) hour.changes.add(changes[at]!, changes[at + 1]!)
    }
    return timeline
  }

  #activeBefore(second: number): number {
    let sum = 0
    for (const [index, { changes }] of this.#hours) {
      if (index * HOUR_SECONDS >= second) continue
      for (const [at, by] of changes.entries()) if (index * HOUR_SECONDS + at < second) sum += by
    }
    return sum
  }

  #change(near: Hour, nearIndex: number, second: number, by: number): void {
    const index = Math.floor(second / HOUR_SECONDS)
    // Rounding up to a whole second may lead into the next hour; where that has no room, this one's end will do.
    const hour = index === nearIndex ? near : this.#find(index)
    if (hour === undefined) near.changes.add(HOUR_SECONDS - 1, by)
    else hour.changes.add(second - index * HOUR_SECONDS, by)
  }

  /** The hour of a line's own time: lines come in order, so it is nearly always the last one. */
  #hourAt(index: number): Hour | undefined {
    if (index !== this.#lastIndex) {
      this.#last = this.#find(index)
      this.#lastIndex = index
    }
    return this.#last
  }

  #earlierHourAt(index: number): Hour | undefined {
    if (index !== this.#beforeIndex) {
      this.#before = this.#find(index)
      this.#beforeIndex = index
    }
    return this.#before
  }

  #find(index: number): Hour | undefined {
    let hour = this.#hours.get(index)
    if (hour === undefined && this.#hours.size < MAX_HOURS) {
      hour = new Hour()
      this.#hours.set(index, hour)
    }
    return hour
  }
}

const causesJson = (byVerdict: readonly (Int32Array | undefined)[]): TimelineJson['hours'][number]['causes'][number][] =>
  byVerdict
    .flatMap((minutes, number) => {
      const cells = [...(minutes ?? [])].flatMap((count, minute) => (count === 0 ? [] : [minute, count]))
      const { cause, confidence } = verdictByNumber(number) as Verdict<SessionCause>
      return cells.length === 0 ? [] : [[cause, confidence, ...cells] as const]
    })
    .sort(([a, c], [b, d]) => (`${a} ${c}` < `${b} ${d}` ? -1 : 1))
