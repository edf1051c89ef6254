import type { SampledHandshake } from '../aggregate/handshake-sample.ts'

/** Widths that a cut is looked for in, ms: a killed process loses its sessions within some 10 ms. */
const WIDTHS_MS = [20, 50, 100, 200, 400, 800]
/** Where times are whole seconds: one of them, or two. */
const WIDTHS_OF_SECONDS_MS = [0, 1000]
/** Of the sessions that chance does not explain, so many are in it. */
const MIN_HELD = 0.9
/** nginx rounds its times to the millisecond, and a worker takes some to write its lines. */
const PAD_MS = 5
/** Sessions of one age that end together are a timer after a burst of connects: this share of their age, and a little. */
const SAME_AGE = 0.01
const SAME_AGE_MS = 20
const MIN_BUNCH = 5
/** Fewer of one age than this share of all, and chance may give them. */
const MIN_BUNCH_SHARE = 0.2

interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** The narrowest part of a moment that holds its sessions, so that few others end in it. */
export const narrow = (members: readonly SampledHandshake[], { fromMs, toMs }: Window, expected: number): Window => {
  const isWholeSeconds = members.every(({ endedAtMs }) => endedAtMs % 1000 === 0)
  const times = members.map(({ endedAtMs }) => endedAtMs).sort((a, b) => a - b)
  const wanted = (members.length - expected) * MIN_HELD
  for (const width of isWholeSeconds ? WIDTHS_OF_SECONDS_MS : WIDTHS_MS) {
    let best = { from: 0, count: 0 }
    for (let from = 0, to = 0; from < times.length; from++) {
      while (to < times.length && times[to]! - times[from]! <= width) to++
      if (to - from > best.count) best = { from, count: to - from }
    }
    if (best.count < wanted) continue
    const first = times[best.from]!
    const last = times[best.from + best.count - 1]!
    return isWholeSeconds ? { fromMs: first, toMs: last + 1000 } : { fromMs: first - PAD_MS, toMs: last + PAD_MS + 1 }
  }
  // A slow restart takes longer than a moment: then all of it counts.
  return { fromMs, toMs }
}

/** Without those that began together, too: a timer ended them. */
export const withoutTimers = (members: readonly SampledHandshake[]): readonly SampledHandshake[] => {
  let left = members.toSorted((a, b) => ageOf(a) - ageOf(b))
  for (;;) {
    let best = { from: 0, count: 0 }
    for (let from = 0, to = 0; from < left.length; from++) {
      while (to < left.length && ageOf(left[to]!) <= ageOf(left[from]!) * (1 + SAME_AGE) + SAME_AGE_MS) to++
      if (to - from > best.count) best = { from, count: to - from }
    }
    if (best.count < Math.max(MIN_BUNCH, members.length * MIN_BUNCH_SHARE)) return left
    left = left.toSpliced(best.from, best.count)
  }
}

const ageOf = ({ endedAtMs, startedAtMs }: SampledHandshake): number => endedAtMs - startedAtMs
