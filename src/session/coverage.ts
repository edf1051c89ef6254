import { Level } from '../error-log/level.ts'

/** A stretch of time, ms since the epoch. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** A log that comes and goes for months has many stretches; the oldest are of no use any more. */
const MAX_STRETCHES = 1024

export interface Covered extends Span {
  readonly finest: number
}

/** A stretch of a log that is being followed: what it will hold from now on covers every later moment. */
export interface FollowedCoverage extends Covered {
  /** The lowest {@link Level} of its entries so far. */
  finest: number
  fromMs: number
  /** Up to when it can be read; infinite while it can. */
  toMs: number
}

/**
 * When error logs would have shown a line of a level, log by log: from the first to the last entry of a log that
 * holds entries of that level, or finer ones. Only there does it prove something that there is none.
 */
export class Coverage {
  readonly #logs: Covered[] = []

  /** `finest`: the lowest {@link Level} of its entries. */
  add(span: Span, finest: number): void {
    if (span.fromMs <= span.toMs) this.#logs.push({ ...span, finest })
  }

  /** The stretches so far. */
  get stretches(): readonly Covered[] {
    return this.#logs
  }

  /** The next stretch of a log that is read to its end before every access line. `finest`: of what stands in it already. */
  follow(fromMs: number, finest: number): FollowedCoverage {
    const followed = { fromMs, toMs: Number.POSITIVE_INFINITY, finest }
    this.#logs.push(followed)
    if (this.#logs.length > MAX_STRETCHES) this.#logs.shift()
    return followed
  }

  /** Idle cuts by nginx, and resets by clients, would have left a line. */
  info(atMs: number): boolean {
    return this.#covers(atMs, Level.info)
  }

  /** A reload would have. */
  notices(atMs: number): boolean {
    return this.#covers(atMs, Level.notice)
  }

  /** Whatever nginx failed at by itself would have, and an upstream that resets or is lost. */
  errors(atMs: number): boolean {
    return this.#covers(atMs, Level.error)
  }

  #covers(atMs: number, level: number): boolean {
    return this.#logs.some(({ finest, fromMs, toMs }) => finest <= level && atMs >= fromMs && atMs <= toMs)
  }
}

/** What is left of stretches without some times. */
export const without = (stretches: readonly Covered[], gaps: readonly Span[]): Covered[] => {
  let left = [...stretches]
  for (const { fromMs, toMs } of gaps) {
    left = left.flatMap((one) => (one.toMs < fromMs || one.fromMs > toMs ? [one] : [{ ...one, toMs: Math.min(one.toMs, fromMs - 1) }, { ...one, fromMs: Math.max(one.fromMs, toMs + 1) }].filter((part) => part.fromMs <= part.toMs)))
  }
  return left
}

/** Spans with one more; where they touch, or come within an hour, they are one. */
export const withSpan = (spans: readonly Span[], span: Span): Span[] => {
  const joined: Span[] = []
  for (const one of [...spans, span].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1)
    if (last !== undefined && one.fromMs <= last.toMs + JOIN_MS) joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, one.toMs) }
    else joined.push(one)
  }
  return joined.slice(-MAX_STRETCHES)
}

const JOIN_MS = 3_600_000
