import { describe, expect, it } from 'vitest'
import { significance } from '../../src/aggregate/significance.ts'

describe('significance', () => {
  // Worked out by hand from equation 17; with exposure 1 it is sqrt(2 [n ln(2n/(n+m)) + m ln(2m/(n+m))]).
  it.each([
    // sqrt(2 · 10 ln 2)
    [10, 0, 1, 3.723_297],
    // 20 ln(4/3) + 10 ln(2/3) = 5.753641 − 4.054651
    [20, 10, 1, 1.843_361],
    // 100 ln(4/3) + 50 ln(2/3) = 28.768207 − 20.273255
    [100, 50, 1, 4.121_881],
    // exposure 1/2: 30 ln(3 · 30/60) + 30 ln(1.5 · 30/60) = 30 ln 1.5 + 30 ln 0.75
    [30, 30, 0.5, 2.658_380],
    // exposure 1/10: 5 ln(11 · 5/15) + 10 ln(1.1 · 10/15) = 6.496415 − 3.101549
    [5, 10, 0.1, 2.605_711],
    // nothing beside: 5 ln 11
    [5, 0, 0.1, 4.896_831],
  ])('of %i inside, %i outside at an exposure of %d is %d', (inside, outside, exposure, expected) => {
    expect(significance({ inside, outside, exposure })).toBeCloseTo(expected, 4)
  })

  it.each([
    [0, 0, 1],
    [0, 10, 1],
    [10, 10, 1],
    [9, 100, 0.1],
    [10, 100, 0.1],
  ])('is 0 when the window holds no more than predicted: %i inside, %i outside, exposure %d', (inside, outside, exposure) => {
    expect(significance({ inside, outside, exposure })).toBe(0)
  })

  it('grows with what is inside, and falls with what is beside', () => {
    const base = significance({ inside: 50, outside: 100, exposure: 0.2 })
    expect(significance({ inside: 51, outside: 100, exposure: 0.2 })).toBeGreaterThan(base)
    expect(significance({ inside: 50, outside: 101, exposure: 0.2 })).toBeLessThan(base)
    expect(significance({ inside: 50, outside: 100, exposure: 0.21 })).toBeLessThan(base)
  })

  it('nears the normal approximation (n − b) / sqrt(b (1 + exposure)) where counts are large and excess is small', () => {
    const [inside, outside, exposure] = [101_000, 1_000_000, 0.1]
    const normal = (inside - outside * exposure) / Math.sqrt(exposure * (inside + outside))
    expect(significance({ inside, outside, exposure }) / normal).toBeCloseTo(1, 2)
  })
})
