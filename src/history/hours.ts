import { type EndMoment, Moments, type MomentsRing } from '../aggregate/moments.ts'
import { Summary } from '../aggregate/summary.ts'
import { Digest } from '../digest/digest.ts'
import { ErrorDigest, type ErrorLogZone } from '../digest/error-digest.ts'

const HOUR_MS = 3_600_000

/** The hour of a time, ms since the epoch, counted from the epoch: UTC. */
export const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS)

/**
 * What is being read, hour by hour: a digest for each, by the time of the lines. Only the moments at which sessions end
 * together are looked for over all of it, since a minute before and behind each has to be seen; each goes to its hour at the end.
 */
export class Hours {
  readonly #digests = new Map<number, Digest>()
  readonly #moments: Moments
  readonly #zone: ErrorLogZone | undefined

  /** `ring`: where an earlier reading ended. `zone`: of error logs; undefined: there are none. */
  constructor(ring: MomentsRing, zone: ErrorLogZone | undefined) {
    this.#moments = Moments.resume(ring)
    this.#zone = zone
  }

  /** The digest of an hour, made when it is new. */
  at(hour: number): Digest {
    let digest = this.#digests.get(hour)
    if (digest === undefined) {
      digest = Digest.empty()
      digest.summary.moments = this.#moments
      digest.errors = this.#zone === undefined ? undefined : ErrorDigest.empty(this.#zone)
      this.#digests.set(hour, digest)
    }
    return digest
  }

  /** All, by hour, ascending: while they are filled, they share their moments. */
  get all(): readonly (readonly [hour: number, digest: Digest])[] {
    return [...this.#digests].sort(([a], [b]) => a - b)
  }

  get newest(): number | undefined {
    return this.all.at(-1)?.[0]
  }

  /** To be called once, when all lines are read: each digest has its own moments then. @returns where a later reading goes on. */
  settle(): MomentsRing {
    const found = this.#moments.take()
    const ring = this.#moments.suspend()
    const byHour = new Map<number, EndMoment[]>()
    for (const moment of found) {
      const hour = hourOf(moment.second * 1000)
      this.at(hour)
      byHour.set(hour, [...(byHour.get(hour) ?? []), moment])
    }
    for (const [hour, digest] of this.#digests) digest.summary.moments = Moments.of(byHour.get(hour) ?? [])
    return ring
  }

  /** A place for lines that tell no time. */
  fallback(nowMs: number): number {
    return this.newest ?? hourOf(nowMs)
  }

  /** What the paths of all hours together show. */
  together(): Summary {
    const all = new Summary()
    for (const [, { summary }] of this.#digests) all.census.merge(summary.census)
    return all
  }
}
