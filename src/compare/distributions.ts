import { bisect, gammaln } from 'simple-statistics'

const MAX_STEPS = 300
const EPSILON = 1e-14
const TINY = 1e-300

/**
 * The regularized incomplete beta function I_x(a, b), by Lentz's continued fraction: Press et al., *Numerical Recipes*,
 * 3rd ed., 6.4. `a`, `b` ≥ 0, `x` in 0..1. The probability that a binomial of `a + b − 1` tries at `x` is at least `a`,
 * for any a and b, also between whole numbers.
 */
export const incompleteBeta = (x: number, { a, b }: { readonly a: number; readonly b: number }): number => {
  if (a <= 0 || x >= 1) return 1
  if (b <= 0 || x <= 0) return 0
  // The fraction converges fast only on this side.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, { a: b, b: a })
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let step = 1; step <= MAX_STEPS; step++) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < EPSILON) break
  }
  return Math.min(1, front * fraction)
}

const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value)

/** How often Student's t is as far from 0 as this, on either side. */
export const twoSidedT = (t: number, freedom: number): number => incompleteBeta(freedom / (freedom + t * t), { a: freedom / 2, b: 0.5 })

/** The t that is exceeded on either side in so many cases: 0.05 gives the edge of a 95 % interval. */
export const criticalT = (p: number, freedom: number): number => bisect((t) => twoSidedT(t, freedom) - p, 0, 1e4, 200, 1e-9)

/**
 * How often chance splits `before + after` events so unevenly, when `share` of them should come after: the exact
 * conditional test of two Poisson rates (Przyborowski & Wilenski 1940), twice the smaller tail.
 */
export const twoSidedSplit = ({ before, after, share }: { readonly before: number; readonly after: number; readonly share: number }): number =>
  Math.min(1, 2 * Math.min(incompleteBeta(share, { a: after, b: before + 1 }), incompleteBeta(1 - share, { a: before, b: after + 1 })))
