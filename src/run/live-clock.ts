import { WallClock } from '../error-log/wall-clock.ts'
import type { Evidence } from '../report/report.ts'

/** Puts the stamps of one error log on UTC, in their order; both in ms since the epoch. */
export type StampClock = Pick<WallClock, 'toUtc'>

/** A time zone by name. */
export interface NamedZone {
  readonly name: string
  /** Minutes east of UTC at `utcMs`, ms since the epoch. */
  offsetAt(utcMs: number): number
}

/**
 * The zone of the stamps of error logs that are followed: `--tz`, else the machine's where it agrees with what the access
 * log shows (and then its changes in spring and autumn are known), else the offset that the access log showed last.
 */
export class LiveClock {
  readonly #option: NamedZone | undefined
  readonly #system: NamedZone
  #offsetMinutes: number | undefined
  #isSystem = true

  constructor({ option, system }: { readonly option: NamedZone | undefined; readonly system: NamedZone }) {
    this.#option = option
    this.#system = system
  }

  /** The offset of the access log's latest line; undefined until one shows it. */
  get offsetMinutes(): number | undefined {
    return this.#offsetMinutes
  }

  /** What the clock of an access line showed at `atMs`. */
  see(offsetMinutes: number, atMs: number): void {
    if (offsetMinutes === this.#offsetMinutes) return
    this.#offsetMinutes = offsetMinutes
    this.#isSystem = this.#system.offsetAt(atMs) === offsetMinutes
  }

  get zone(): NonNullable<Evidence['errorLogZone']> {
    if (this.#option !== undefined) return { zone: this.#option.name, from: 'option' }
    if (this.#offsetMinutes === undefined) return { zone: this.#system.name, from: 'system' }
    return { zone: offsetName(this.#offsetMinutes), from: 'access-log' }
  }

  /** A clock for one error log. */
  wallClock(): StampClock {
    let offset = this.#fixedOffset
    let clock = this.#newClock()
    return {
      toUtc: (stampMs) => {
        // A zone is asked seldom and its answers are kept; another fixed offset is another zone.
        if (this.#fixedOffset !== offset) {
          offset = this.#fixedOffset
          clock = this.#newClock()
        }
        return clock.toUtc(stampMs)
      },
    }
  }

  #newClock(): WallClock {
    return new WallClock({ offsetAt: (utcMs) => this.#offsetAt(utcMs) })
  }

  /** Minutes east of UTC, where no zone is known; undefined: one is. */
  get #fixedOffset(): number | undefined {
    return this.#option !== undefined || this.#isSystem ? undefined : this.#offsetMinutes
  }

  #offsetAt(utcMs: number): number {
    return this.#fixedOffset ?? (this.#option ?? this.#system).offsetAt(utcMs)
  }
}

/** `+08:00`. */
const offsetName = (minutes: number): string => {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
}
