import type { SessionCause } from '../cause/cause.ts'
import { verdictByNumber } from '../cause/verdict.ts'

export const HOUR_SECONDS = 3600
export const HOUR_MINUTES = 60

/** Changes that are kept one by one; an hour with more gets an array of its seconds. */
const FEW_CHANGES = 256

/** The change of the number of open sessions at each second of an hour: small for quiet hours, fixed for busy ones. */
class Changes {
  #few: Map<number, number> | undefined = new Map()
  #seconds: Int32Array | undefined

  add(second: number, by: number): void {
    if (this.#few === undefined) {
      this.#seconds![second]! += by
      return
    }
    this.#few.set(second, (this.#few.get(second) ?? 0) + by)
    if (this.#few.size <= FEW_CHANGES) return
    this.#seconds = new Int32Array(HOUR_SECONDS)
    for (const [at, change] of this.#few) this.#seconds[at] = change
    this.#few = undefined
  }

  at(second: number): number {
    return this.#few === undefined ? this.#seconds![second]! : (this.#few.get(second) ?? 0)
  }

  /** The seconds at which something changed, in no order. */
  *entries(): Generator<[number, number]> {
    if (this.#few !== undefined) yield* this.#few
    else for (const [second, by] of this.#seconds!.entries()) if (by !== 0) yield [second, by]
  }
}

/** What happened in one hour, by minute, and how the number of open sessions changed, by second. */
export class Hour {
  readonly attempts = new Uint32Array(HOUR_MINUTES)
  readonly succeeded = new Uint32Array(HOUR_MINUTES)
  readonly drops = new Uint32Array(HOUR_MINUTES)
  readonly faults = new Uint32Array(HOUR_MINUTES)
  /** Drops by the number of their verdict; what takes one from another summary's is negative. */
  readonly byVerdict: (Int32Array | undefined)[] = []
  readonly changes = new Changes()
}

/** Counts drops of a verdict in a minute of the hour. */
export const addDrops = ({ byVerdict }: Hour, verdict: number, minute: number, count: number): void => {
  while (byVerdict.length <= verdict) byVerdict.push(undefined)
  const minutes = (byVerdict[verdict] ??= new Int32Array(HOUR_MINUTES))
  minutes[minute]! += count
}

/** Drops of a minute by cause; only causes that there are. */
export const causesOf = ({ byVerdict }: Hour, minute: number): Partial<Record<SessionCause, number>> => {
  const causes: Partial<Record<SessionCause, number>> = {}
  for (const [number, minutes] of byVerdict.entries()) {
    const count = minutes?.[minute] ?? 0
    if (count === 0) continue
    const cause = verdictByNumber(number).cause as SessionCause
    causes[cause] = (causes[cause] ?? 0) + count
  }
  return causes
}

/** 0..59, also before 1970: a clock may not be set yet. */
export const minuteOfHour = (ms: number): number => Math.floor(ms / 60_000) - Math.floor(ms / 3_600_000) * HOUR_MINUTES

/** Sessions that ended in the hour, and handshakes that failed in it. */
export const countOf = ({ attempts, succeeded, drops }: Hour): number => drops.reduce((sum, count, minute) => sum + count + attempts[minute]! - succeeded[minute]!, 0)

/** The minutes of the hour in which something happened. */
export const minutesOf = ({ attempts, drops }: Hour): number[] => Array.from(attempts.keys()).filter((minute) => attempts[minute]! + drops[minute]! > 0)
