import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type EndMoment, Moments, type MomentsRing } from '../aggregate/moments.ts'
import { PathCensus } from '../aggregate/path-census.ts'
import { Digest, type DigestJson } from '../digest/digest.ts'
import { ErrorDigest, type ErrorLogZone } from '../digest/error-digest.ts'
import type { NameTables } from '../session/session.ts'

const HOUR_MS = 3_600_000
/** Clocks of servers differ, and zones are taken for others: lines further ahead are of a clock that is wrong. */
export const AHEAD_MS = 24 * HOUR_MS
/** Hours that are open for lines at once: of busy logs some 15 MB each. Lines come in order, but for a buffer's length. */
const MAX_OPEN = 3
/** An hour that was packed so often is one of lines in no order: more stay open then. */
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
  readonly #packed = new Map<number, Buffer[]>()
  readonly #census = new PathCensus()
  readonly #moments: Moments
  readonly #zone: ErrorLogZone | undefined
  #maxOpen = MAX_OPEN
  readonly #latestMs: number
  #newest: number | undefined
  #last = Number.NaN
  #found = new Map<number, EndMoment[]>()

  /** `ring`: where an earlier reading ended. `zone`: of error logs; undefined: there are none. `nowMs`: by the clock of this machine. */
  constructor(ring: MomentsRing, { zone, nowMs }: { readonly zone: ErrorLogZone | undefined; readonly nowMs: number }) {
    this.#latestMs = nowMs + AHEAD_MS
    this.#moments = Moments.resume(ring)
    this.#zone = zone
  }

  /** The digest of an hour, made when it is new. Not to be held: it may be packed when another hour is asked for. */
  at(hour: number): Digest {
    let digest = this.#open.get(hour)
    if (hour === this.#last && digest !== undefined) return digest
    this.#last = hour
    const isTrusted = this.isTrusted(hour * HOUR_MS)
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

  /** Whether any line was ahead of time, see {@link isTrusted}. */
  get hasFuture(): boolean {
    return [...this.#open.keys(), ...this.#packed.keys()].some((hour) => !this.isTrusted(hour * HOUR_MS))
  }

  /** More hours are open than have to be. */
  get isCrowded(): boolean {
    return this.#open.size > this.#maxOpen
  }

  /** What is known by the numbers of names is told by their names. */
  settle(names: NameTables): void {
    for (const { summary } of this.#open.values()) summary.settle(names)
  }

  /** Packs the hours that no line came to for longest. All have to be settled. */
  pack(): void {
    for (const [hour, digest] of this.#open) {
      if (this.#open.size <= MAX_OPEN) return
      this.#census.merge(digest.summary.census)
      if (this.isTrusted(hour * HOUR_MS)) digest.summary.moments = new Moments()
      const pieces = this.#packed.get(hour) ?? []
      pieces.push(deflateRawSync(JSON.stringify(digest), { level: 1 }))
      if (pieces.length > MAX_PIECES) this.#maxOpen *= 2
      this.#packed.set(hour, pieces)
      this.#open.delete(hour)
    }
  }

  /** Of all hours so far that are no clock's mistake. */
  get newest(): number | undefined {
    return this.#newest
  }

  /** The hour of a line that tells no time. */
  fallback(nowMs: number): number {
    return this.#newest ?? hourOf(nowMs)
  }

  /** What the paths of all hours together show. */
  get census(): PathCensus {
    const all = new PathCensus()
    all.merge(this.#census)
    for (const { summary } of this.#open.values()) all.merge(summary.census)
    return all
  }

  /** To be called once, when all lines are read. @returns where a later reading goes on. */
  end(): MomentsRing {
    for (const moment of this.#moments.take()) {
      const hour = hourOf(moment.second * 1000)
      this.at(hour)
      this.#found.set(hour, [...(this.#found.get(hour) ?? []), moment])
    }
    const ring = this.#moments.suspend()
    for (const [hour, { summary }] of this.#open) if (this.isTrusted(hour * HOUR_MS)) summary.moments = Moments.of(this.#found.get(hour) ?? [])
    return ring
  }

  /** The parts of each hour, by hour, ascending: to be merged, once {@link end} was called. One hour is in memory at a time, beside the open ones. */
  *parts(): Generator<readonly [hour: number, parts: readonly Digest[]]> {
    for (const hour of [...new Set([...this.#packed.keys(), ...this.#open.keys()])].sort((a, b) => a - b)) {
      const packed = (this.#packed.get(hour) ?? []).map((piece) => Digest.fromJSON(JSON.parse(inflateRawSync(piece).toString()) as DigestJson))
      const open = this.#open.get(hour)
      yield [hour, open === undefined ? packed : [...packed, open]]
    }
  }
}
