import { criticalT, twoSidedSplit, twoSidedT } from './distributions.ts'
import type { Noise } from './noise.ts'

/** How far a difference between two ratios is beyond chance. */
export interface Chance {
  readonly p: number
  /** Half of the 95 % interval of the difference. */
  readonly halfWidth: number
}

export interface RatioSide {
  readonly events: number
  /** Of so many, or in so many hours or minutes; above 0. */
  readonly of: number
  readonly noise: Noise
}

export const LEVEL = 0.05

/**
 * Tests whether two ratios differ. Two answers, and the less sure one holds:
 *
 * Welch's t, its variance the one that the blocks show, or what independent events would give (binomial for a share, Poisson
 * for a rate), whichever is more. Right for many events, and its freedom knows how few the blocks are.
 *
 * The exact split of the events between before and after, each counted as a part of a burst: with `dispersion`
 * (variance as a multiple of that of independent events) 1500 events at 500 are three things that happened. Right
 * for few events, where t is too sure.
 *
 * @returns undefined when there are too few blocks
 */
export const testRatio = (before: RatioSide, after: RatioSide, kind: 'share' | 'rate'): Chance | undefined => {
  if (before.noise.freedom === 0 || after.noise.freedom === 0) return undefined
  const events = before.events + after.events
  const of = before.of + after.of
  // Half an event more: none seen does not mean that there can be none.
  const pooled = kind === 'share' ? Math.min(1, (events + 0.5) / (of + 1)) : (events + 0.5) / of
  const floor = (side: RatioSide): number => (kind === 'share' ? (pooled * (1 - pooled)) / side.of : pooled / side.of)
  const [floorBefore, floorAfter] = [floor(before), floor(after)]
  const difference = after.events / after.of - before.events / before.of
  const drift = ({ events: own, of: whole, noise }: RatioSide): number => (noise.drift * (own / whole) * (kind === 'share' ? 1 - own / whole : 1)) ** 2
  const [own, other] = [Math.max(before.noise.variance, floorBefore) + drift(before), Math.max(after.noise.variance, floorAfter) + drift(after)]
  const freedom = welch({ variance: own, freedom: before.noise.freedom }, { variance: other, freedom: after.noise.freedom })
  const error = Math.sqrt(own + other)
  const dispersion = (own + other) / (floorBefore + floorAfter)
  // Of what is nearly all, the rest is counted.
  const few = (side: RatioSide): number => (kind === 'share' && pooled > 0.5 ? side.of - side.events : side.events) / dispersion
  const split = twoSidedSplit({ before: few(before), after: few(after), share: after.of / of })
  return { p: difference === 0 ? 1 : Math.max(twoSidedT(difference / error, freedom), split), halfWidth: criticalT(LEVEL, freedom) * error }
}

/** Degrees of freedom of a difference: Welch 1947, Satterthwaite 1946. Where nothing varies, all that there are. */
export const welch = (a: Pick<Noise, 'variance' | 'freedom'>, b: Pick<Noise, 'variance' | 'freedom'>): number => {
  const both = a.variance + b.variance
  return both === 0 ? a.freedom + b.freedom : (both * both) / ((a.variance * a.variance) / a.freedom + (b.variance * b.variance) / b.freedom)
}
