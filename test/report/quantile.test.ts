import * as statistics from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { medianSorted, quantileSorted } from '../../src/report/quantile.ts'
import { Seeded } from '../helpers/seeded.ts'

describe('quantileSorted', () => {
  it.each([
    ['of one number, that', [7], 0.95, 7],
    ['the smallest', [1, 2, 10], 0, 1],
    ['the largest', [1, 2, 10], 1, 10],
    ['the one in the middle', [1, 2, 10], 0.5, 2],
    ['between two', [0, 10], 0.95, 9.5],
  ])('gives %s', (_, sorted, p, expected) => {
    expect(quantileSorted(sorted, p)).toBe(expected)
  })

  it('gives what simple-statistics gives, to the last bit', () => {
    const random = new Seeded(6)
    for (let round = 0; round < 500; round++) {
      const sorted = Array.from({ length: 1 + Math.floor(random.next() * 40) }, () => (round % 2 === 0 ? Math.floor(random.next() * 50) : random.next() * 1e6)).sort((a, b) => a - b)
      for (const p of [0, 0.05, 0.5, 0.9, 0.95, 0.99, 1]) expect(quantileSorted(sorted, p)).toBe(statistics.quantileSorted(sorted, p))
      expect(medianSorted(sorted)).toBe(statistics.medianSorted(sorted))
    }
  })

  it('has no answer where there are no numbers', () => {
    expect(() => quantileSorted([], 0.5)).toThrow(RangeError)
    expect(() => medianSorted([])).toThrow(RangeError)
  })
})
