import { describe, expect, it } from 'vitest'
import { benjaminiHochberg } from '../../src/compare/adjust.ts'
import { criticalT, incompleteBeta, twoSidedSplit, twoSidedT } from '../../src/compare/distributions.ts'

describe('twoSidedT', () => {
  // Critical values of any table of Student's t.
  it.each([
    [12.706, 1, 0.05], [4.303, 2, 0.05], [2.228, 10, 0.05], [2.069, 23, 0.05], [1.96, 1e6, 0.05], [63.657, 1, 0.01], [3.169, 10, 0.01], [3.291, 1e6, 0.001],
  ])('t %d with %d degrees of freedom: %d', (t, freedom, p) => {
    expect(twoSidedT(t, freedom) / p).toBeCloseTo(1, 2)
    expect(criticalT(p, freedom) / t).toBeCloseTo(1, 3)
  })

  it('is 1 at 0', () => expect(twoSidedT(0, 5)).toBe(1))
})

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)

describe('incompleteBeta', () => {
  it.each([[10, 3, 0.2], [20, 15, 0.5], [6, 6, 1 / 7], [40, 1, 0.01]])('is the upper tail of a binomial: %d tries, at least %d, at %d', (tries, least, share) => {
    let tail = 0
    for (let k = least; k <= tries; k++) tail += choose(tries, k) * share ** k * (1 - share) ** (tries - k)
    expect(incompleteBeta(share, { a: least, b: tries - least + 1 })).toBeCloseTo(tail, 12)
  })

  it.each([[0.3, 2, 5], [0.9, 100, 3.5], [1e-6, 0.4, 700]])('of %d is what the other side leaves', (x, a, b) => {
    expect(incompleteBeta(x, { a, b }) + incompleteBeta(1 - x, { a: b, b: a })).toBeCloseTo(1, 11)
  })
})

describe('twoSidedSplit', () => {
  it('is exact for few events', () => {
    expect(twoSidedSplit({ before: 0, after: 3, share: 0.5 })).toBeCloseTo(0.25, 12)
    expect(twoSidedSplit({ before: 0, after: 6, share: 1 / 7 })).toBeCloseTo(2 / 7 ** 6, 15)
  })

  it.each([[3, 9, 0.5], [0, 7.5, 0.3], [2.2, 0, 0.8]])('is the same the other way round: %d and %d', (before, after, share) => {
    expect(twoSidedSplit({ before, after, share })).toBeCloseTo(twoSidedSplit({ before: after, after: before, share: 1 - share }), 12)
  })
})

describe('benjaminiHochberg', () => {
  it('gives what the paper does', () => {
    // Benjamini & Hochberg 1995, their example: 4 of 15 hypotheses fall at 0.05.
    const ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]
    expect(benjaminiHochberg(ps).filter((p) => p < 0.05)).toHaveLength(4)
  })

  it('does not depend on the order, and never makes surer', () => {
    const ps = [0.04, 0.001, 0.5, 0.02]
    const adjusted = benjaminiHochberg(ps)
    expect(benjaminiHochberg(ps.toReversed())).toEqual(adjusted.toReversed())
    adjusted.forEach((p, index) => expect(p).toBeGreaterThanOrEqual(ps[index]!))
    expect(benjaminiHochberg([])).toEqual([])
  })
})
