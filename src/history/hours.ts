import { type EndMoment, Moments, type MomentsRing } from '../aggregate/moments.ts'
import { PathCensus } from '../aggregate/path-census.ts'
import { Digest, type DigestJson } from '../digest/digest.ts'
import { ErrorDigest, type ErrorLogZone } from '../digest/error-digest.ts'
import type { NameTables } from '../session/session.ts'
import { Pieces } from './pieces.ts'

const HOUR_MS = 3_600_000
/** Clocks of servers differ, and zones are taken for others: lines further ahead are of a clock that is wrong. */
export const AHEAD_MS = 24 * HOUR_MS
/** Hours that are open for lines at once: of busy logs some 25 MB each. Lines come in order, but for a buffer's length. */
const MAX_OPEN = 1
/** For so long after its end an hour stays open beside them, for lines that come late. */
const LATE_MS = 10 * 60_000
/** An hour that was packed more often than so, for each log, is one of lines in no order: more stay open then. */
const MAX_PIECES = 3

/** The hour of a time, ms since the epoch, counted from the epoch: UTC. */
export const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS)

/**
 * What is being read, hour by hour: a digest for each, by the time of the lines. Hours that no line came to for a while are packed, so
 * that a month is read in the memory of some hours. Only the moments at which sessions end together are looked for over all of it,
 * since a minute before and behind each has to be seen; each goes to its hour at the end.
 */
export class Hours {
  /** The one that a line came to last is the last. */
  readonly #open = new Map<number, Digest>()
  readonly #packed = new Pieces<number>()
  readonly #census = new PathCensus()
  readonly #moments: Moments
  readonly #zone: ErrorLogZone | undefined
  #maxOpen = MAX_OPEN
  #logs = 0
  readonly #latestMs: number
  /** Whether any line was ahead of time, see {@link isTrusted}. */
  hasFuture = false
  #newest: number | undefined
  #last = Number.NaN
  #found = new Map<number, EndMoment[]>()

  /** `ring`: where an earlier reading ended. `zone`: of error logs; undefined: there are none. `nowMs`: by the clock of this machine. */
  constructor(ring: MomentsRing, { zone, nowMs }: { readonly zone: ErrorLogZone | undefined; readonly nowMs: number }) {
    this.#latestMs = nowMs + AHEAD_MS
    this.#moments = Moments.resume(ring)
    this.#zone = zone
  }

  /** What comes now is another log: it may come to every hour once more. */
  startLog(): void {
    this.#logs++
  }

  /** The digest of an hour, made when it is new. Not to be held: it may be packed when another hour is asked for. */
  at(hour: number): Digest {
    let digest = this.#open.get(hour)
    if (hour === this.#last && digest !== undefined) return digest
    this.#last = hour
    const isTrusted = this.isTrusted(hour * HOUR_MS)
    if (!isTrusted) this.hasFuture = true
    if (isTrusted && (this.#newest === undefined || hour > this.#newest)) this.#newest = hour
    if (digest === undefined) {
      digest = Digest.empty()
      // Moments know no way back: after a line of 2038 none would be found until then.
      if (isTrusted) digest.summary.moments = this.#moments
      digest.errors = this.#zone === undefined ? undefined : ErrorDigest.empty(this.#zone)
    } else this.#open.delete(hour)
    this.#open.set(hour, digest)
    return digest
  }

  /** Whether a clock may have been right that showed this time, ms since the epoch. */
  isTrusted(atMs: number): boolean {
    return atMs <= this.#latestMs
  }

  /** More hours are open than have to be, after a line of this time, ms since the epoch. */
  isCrowded(atMs: number): boolean {
    const tooMany = this.#open.size - this.#maxOpen
    return tooMany > 1 || (tooMany === 1 && atMs - hourOf(atMs) * HOUR_MS >= LATE_MS)
  }

  /** What is known by the numbers of names is told by their names. */
  settle(names: NameTables): void {
    for (const { summary } of this.#open.values()) summary.settle(names)
  }

  /** Packs the hours that no line came to for longest. All have to be settled. */
  pack(): void {
    for (const [hour, digest] of this.#open) {
      if (this.#open.size <= MAX_OPEN) return
      if (this.isTrusted(hour * HOUR_MS)) digest.summary.moments = new Moments()
      this.#pack(hour, digest)
      if (this.#packed.countOf(hour) > MAX_PIECES * this.#logs) this.#maxOpen *= 2
    }
  }

  #pack(hour: number, digest: Digest): void {
    this.#takeCensus(digest)
    this.#packed.add(hour, digest)
    this.#open.delete(hour)
  }

  /** Of all hours so far that are no clock's mistake. */
  get newest(): number | undefined {
    return this.#newest
  }

  /** The hour of a line that tells no time. */
  fallback(nowMs: number): number {
    return this.#newest ?? hourOf(nowMs)
  }

  /** It is asked for of all hours together, and not kept with each. */
  #takeCensus({ summary }: Digest): void {
    this.#census.merge(summary.census)
    summary.census = new PathCensus()
  }

  /** What the paths of all hours together show. */
  get census(): PathCensus {
    for (const digest of this.#open.values()) this.#takeCensus(digest)
    return this.#census
  }

  /** To be called once, when all lines are read. @returns where a later reading goes on. */
  end(): MomentsRing {
    for (const moment of this.#moments.take()) {
      const hour = hourOf(moment.second * 1000)
      this.at(hour)
      this.#found.set(hour, [...(this.#found.get(hour) ?? []), moment])
    }
    const ring = this.#moments.suspend()
    // Where hours had to be packed, these are large, too: nothing of the names is needed any more, and what comes next needs room.
    const isLarge = !this.#packed.isEmpty
    for (const [hour, digest] of this.#open) {
      digest.summary.forgetNames()
      if (this.isTrusted(hour * HOUR_MS)) digest.summary.moments = Moments.of(this.#found.get(hour) ?? [])
      if (isLarge) this.#pack(hour, digest)
    }
    return ring
  }

  /** The parts of each hour, by hour, ascending, taken out: to be merged, once {@link end} was called. One of those that were packed is in memory at a time. */
  *parts(): Generator<readonly [hour: number, parts: Iterable<Digest>]> {
    for (const hour of [...new Set([...this.#packed.keys(), ...this.#open.keys()])].sort((a, b) => a - b)) yield [hour, this.#partsOf(hour)]
  }

  *#partsOf(hour: number): Generator<Digest> {
    for (const json of this.#packed.take(hour)) yield Digest.fromJSON(json as DigestJson)
    const open = this.#open.get(hour)
    this.#open.delete(hour)
    if (open !== undefined) yield open
  }
}
