/** How much a ratio (events of so many, or in so many hours) varies by itself, as its blocks tell. */
export interface Noise {
  /** Of the ratio. */
  readonly variance: number
  /** Degrees of freedom; 0: too few blocks to tell. */
  readonly freedom: number
  /** How much it may vary from one such stretch of time to another without showing it within: a part of itself. */
  readonly drift: number
}

const MIN_BLOCKS = 3
const MAX_CORRELATION = 0.8

/**
 * The variance of `Σ events / Σ of` from the blocks' own differences from it: the ratio estimator of cluster sampling (Cochran
 * 1977, *Sampling Techniques*, 6.3), so a restart that ends 500 sessions counts as one thing that happened, not as 500. Where
 * a block resembles the next (an incident or a mood that lasts longer), there are fewer blocks than it seems, after Bayley &
 * Hammersley 1946: `(1 − r) / (1 + r)` of them, the correlation r mended for few blocks (Marriott & Pope 1954).
 */
export const noiseOf = <B extends { readonly minutes: number }>(blocks: readonly B[], { events, of }: { readonly events: (block: B) => number; readonly of: (block: B) => number }): Noise => {
  const used = blocks.filter((block) => of(block) > 0 || events(block) > 0)
  const count = used.length
  const all = sum(used, of)
  if (count < MIN_BLOCKS || all === 0) return { variance: 0, freedom: 0, drift: 0 }
  const ratio = sum(used, events) / all
  const rests = used.map((block) => events(block) - ratio * of(block))
  const squares = rests.reduce((total, rest) => total + rest * rest, 0)
  const neighbours = rests.reduce((total, rest, index) => total + rest * (rests[index + 1] ?? 0), 0)
  const seen = squares === 0 ? 0 : neighbours / squares
  const correlation = squares === 0 ? 0 : Math.min(MAX_CORRELATION, Math.max(0, seen + (1 + 3 * seen) / count))
  const fewer = (1 + correlation) / (1 - correlation)
  return { variance: (squares * fewer * count) / (count - 1) / (all * all), freedom: Math.max(1, count / fewer - 1), drift: driftOf(sum(used, ({ minutes }) => minutes)) }
}

const DAY_MINUTES = 1440
const MAX_DRIFT = 0.15

/**
 * What people do differs from one hour to the next, and ten minutes cannot show by how much: rates of short stretches are taken to
 * vary by up to 15 % (one standard deviation) more than they show. An assumption, not a measurement; a day shows its own hours.
 */
const driftOf = (minutes: number): number => MAX_DRIFT * Math.max(0, 1 - minutes / DAY_MINUTES)

const sum = <B>(blocks: readonly B[], of: (block: B) => number): number => blocks.reduce((total, block) => total + of(block), 0)
