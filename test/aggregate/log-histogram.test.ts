import { describe, expect, it } from 'vitest'
import { LogHistogram } from '../../src/aggregate/log-histogram.ts'
import { cellsOf } from '../helpers/cells.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const MILLION = 1_000_000

/** Nearest rank: the smallest value at or below which a share q of all lies. */
const exactQuantile = (sorted: Float64Array, q: number): number => sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!

const DISTRIBUTIONS: [name: string, make: (random: Seeded) => number][] = [
  ['uniform to an hour', (random) => random.int(0, 3_600_000)],
  ['exponential around 90 s', (random) => Math.round(random.exponential(90_000))],
  ['log-normal around 5 min', (random) => Math.round(random.logNormal({ median: 300_000, sigma: 1.5 }))],
  ['two sharp timers', (random) => random.pick([60_000, 3_600_000]) + random.int(0, 20)],
  ['small whole numbers', (random) => random.int(0, 40)],
  ['bytes with a heavy tail', (random) => Math.min(1e14, Math.floor(100 * (1 - random.next()) ** -1.2))],
  ['all the same', () => 61_003],
  ['mostly nothing', (random) => (random.next() < 0.97 ? 0 : random.int(1, 1e6))],
]

describe('LogHistogram', () => {
  describe.each(DISTRIBUTIONS)('over 10^6 values, %s', (_, make) => {
    const random = new Seeded(2026)
    const values = Float64Array.from({ length: MILLION }, () => make(random))
    const sorted = Float64Array.from(values).sort()

    it.each([6, 7, 11])('gives every quantile within 1 %% of the exact one with %i bits', (bits) => {
      const histogram = new LogHistogram(bits)
      for (const value of values) histogram.add(value)
      for (const q of [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]) {
        const exact = exactQuantile(sorted, q)
        // Below one cell of the exact range there is nothing to be off by.
        expect(Math.abs(histogram.quantile(q) - exact), `q ${q}: ${histogram.quantile(q)}, exact ${exact}`).toBeLessThanOrEqual(exact * 0.01)
        expect(Math.abs(histogram.quantile(q) - exact)).toBeLessThanOrEqual(exact / 2 ** (bits + 1))
      }
    })

    it('knows count, sum, least and most exactly', () => {
      const histogram = new LogHistogram(11)
      for (const value of values) histogram.add(value)
      expect(histogram).toMatchObject({ count: MILLION, sum: values.reduce((sum, value) => sum + value, 0), min: sorted[0], max: sorted.at(-1) })
      expect(cellsOf(histogram).reduce((sum, { count }) => sum + count, 0)).toBe(MILLION)
    })
  })

  it('has no quantile when it is empty', () => {
    const histogram = new LogHistogram(7)
    expect(histogram.quantile(0.5)).toBeNaN()
    expect(cellsOf(histogram)).toEqual([])
    expect(histogram.toJSON()).toEqual({ bits: 7, min: 0, max: 0, sum: 0, cells: [] })
  })

  it.each([
    [[5], 0, 5],
    [[5], 1, 5],
    [[1, 2], 0.5, 1],
    [[1, 2, 3], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 2],
    [times(100, (index) => index + 1), 0.95, 95],
    [times(10, (index) => index + 1), 0.1, 1],
    [times(10, (index) => index + 1), 0.11, 2],
  ])('takes the nearest rank: of %j at %d it is %d', (values, q, expected) => {
    const histogram = new LogHistogram(7)
    for (const value of values) histogram.add(value)
    expect(histogram.quantile(q)).toBe(expected)
  })

  it.each([
    ['the middle of its whole numbers', [8, 9, 100], 0.5, 8.5],
    ['that of four of them', [16, 17, 18, 19, 100, 100, 100], 0.5, 17.5],
    ['but nothing below the least', [9, 9, 100], 0.5, 9],
    ['nor above the most', [1, 1, 1, 1, 16, 16], 0.95, 16],
  ])('gives for what is in one cell %s', (_, values, q, expected) => {
    // Four cells an octave: 8 and 9 are one, 16 to 19 are one.
    const histogram = new LogHistogram(2)
    // More than the few that are kept as they are.
    for (const value of values) times(20, () => histogram.add(value))
    expect(histogram.quantile(q)).toBe(expected)
  })

  it('is exact below 2^bits, one cell a number', () => {
    const histogram = new LogHistogram(4)
    for (let value = 0; value < 16; value++) times(value + 1, () => histogram.add(value))
    expect(cellsOf(histogram)).toEqual(times(16, (value) => ({ from: value, to: value + 1, count: value + 1 })))
  })

  it.each(times(52, (exponent) => exponent + 1))('puts 2^%i and its neighbours into a cell that holds them', (exponent) => {
    for (const bits of [1, 7, 11, 20]) {
      for (const value of [2 ** exponent - 1, 2 ** exponent, 2 ** exponent + 1]) {
        const histogram = new LogHistogram(bits)
        histogram.add(value)
        const [cell, ...others] = cellsOf(histogram)
        expect(others).toEqual([])
        expect(cell, `${value} with ${bits} bits`).toMatchObject({ count: 1 })
        expect(cell!.from).toBeLessThanOrEqual(value)
        expect(cell!.to).toBeGreaterThan(value)
        expect(cell!.to - cell!.from).toBeLessThanOrEqual(Math.max(1, value / 2 ** bits))
        expect(histogram.cellFloor(value)).toBe(cell!.from)
      }
    }
  })

  it.each([1, 15, 16, 17, 18, 40])('says the same of its first %i values, before and after it has been asked', (count) => {
    const values = times(count, (index) => (index * 7919) % 5000)
    const asked = new LogHistogram(7)
    const silent = new LogHistogram(7)
    for (const value of values) {
      asked.add(value)
      expect(asked.quantile(1)).toBe(asked.max)
      silent.add(value)
    }
    expect(silent.toJSON()).toEqual(asked.toJSON())
    expect(cellsOf(silent).reduce((sum, cell) => sum + cell.count, 0)).toBe(count)
  })

  it('refuses to merge one of another precision', () => {
    expect(() => new LogHistogram(7).merge(new LogHistogram(11))).toThrow(RangeError)
  })
})
