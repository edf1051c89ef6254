import type { SampledHandshake } from '../aggregate/handshake-sample.ts'

/** Sessions by the time they ended, to be asked for what happened around a moment. */
export class Ended {
  readonly #byEnd: readonly SampledHandshake[]
  /** By the power of two of their length, so that who was open is found without a look at all who ended later. */
  readonly #byLength: readonly (readonly SampledHandshake[])[]
  /** When the sessions of each upstream began, ascending. */
  readonly #starts = new Map<string, number[]>()

  constructor(sessions: readonly SampledHandshake[]) {
    this.#byEnd = sessions.toSorted((a, b) => a.endedAtMs - b.endedAtMs)
    const byLength: SampledHandshake[][] = Array.from({ length: 64 }, () => [])
    for (const one of this.#byEnd) {
      const length = lengthClass(one.endedAtMs - one.startedAtMs)
      byLength[length]!.push(one)
      const starts = this.#starts.get(one.upstream)
      if (starts === undefined) this.#starts.set(one.upstream, [one.startedAtMs])
      else starts.push(one.startedAtMs)
    }
    this.#byLength = byLength
    for (const starts of this.#starts.values()) starts.sort((a, b) => a - b)
  }

  /** Those that ended in `[fromMs, toMs)`. */
  between(fromMs: number, toMs: number): SampledHandshake[] {
    return this.#byEnd.slice(before(this.#byEnd, fromMs, endOf), before(this.#byEnd, toMs, endOf))
  }

  /** Those that had started before `fromMs` and ended at `toMs` or later. */
  openAt(fromMs: number, toMs: number): SampledHandshake[] {
    const open: SampledHandshake[] = []
    for (const [length, sessions] of this.#byLength.entries()) {
      const lastMs = fromMs + 2 ** length
      for (let at = before(sessions, toMs, endOf); at < sessions.length && sessions[at]!.endedAtMs < lastMs; at++) {
        if (sessions[at]!.startedAtMs < fromMs) open.push(sessions[at]!)
      }
    }
    return open
  }

  /** How many sessions of an upstream began in `[fromMs, toMs)`. */
  started(upstream: string, fromMs: number, toMs: number): number {
    const starts = this.#starts.get(upstream) ?? []
    return before(starts, toMs, itself) - before(starts, fromMs, itself)
  }

  /** When the first session of an upstream began at `ms` or later; undefined: none did. */
  nextStart(upstream: string, ms: number): number | undefined {
    const starts = this.#starts.get(upstream) ?? []
    return starts[before(starts, ms, itself)]
  }
}

/** Sessions of class n live for less than 2^n ms. */
const lengthClass = (ms: number): number => (ms < 1 ? 0 : Math.floor(Math.log2(ms)) + 1)

const endOf = ({ endedAtMs }: SampledHandshake): number => endedAtMs
const itself = (value: number): number => value

/** How many come before `ms`, of what is sorted by time. */
const before = <T>(sorted: readonly T[], ms: number, timeOf: (one: T) => number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (timeOf(sorted[middle]!) < ms) low = middle + 1
    else high = middle
  }
  return low
}
