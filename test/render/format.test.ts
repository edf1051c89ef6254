import { FixedOffsetZone, IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { formatAge, formatBytes, formatCount, formatInstant, formatMinute, formatSeconds, formatShare } from '../../src/render/format.ts'

const UTC = FixedOffsetZone.utcInstance

describe('figures', () => {
  it.each([[0, '0'], [999, '999'], [1000, '1,000'], [1_234_567, '1,234,567']])('formatCount(%d) is %j', (count, expected) => {
    expect(formatCount(count)).toBe(expected)
  })

  it.each([
    [null, '–'], [0, '0 %'], [1, '100 %'], [0.5, '50 %'], [0.123, '12.3 %'], [0.1234, '12.3 %'], [0.999, '99.9 %'], [0.9996, '99.9 %'], [0.999_999_9, '99.9 %'], [0.001, '0.1 %'], [0.0009, '<0.1 %'], [1e-9, '<0.1 %'],
  ])('formatShare(%d) is %j', (share, expected) => {
    expect(formatShare(share)).toBe(expected)
  })

  it.each([
    [null, '–'], [0, '0 s'], [0.001, '0.001 s'], [0.31, '0.31 s'], [1, '1 s'], [1.234, '1.23 s'], [9.999, '10 s'], [62, '62 s'], [62.04, '62 s'], [62.06, '62.1 s'], [100, '100 s'], [599, '599 s'],
    [600, '10 min'], [840, '14 min'], [845, '14.1 min'], [7200, '2 h'], [18_720, '5.2 h'], [172_800, '2 d'], [259_200, '3 d'], [8_640_000, '100 d'],
  ])('formatSeconds(%d) is %j', (seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected)
  })

  it.each([[60, '60 s'], [60.008, '60.01 s'], [0.032, '0.03 s'], [99.994, '99.99 s'], [3600.04, '3600 s'], [3600.25, '3600.3 s'], [600, '600 s']])('formatAge(%d) is %j', (seconds, expected) => {
    expect(formatAge(seconds)).toBe(expected)
  })

  it.each([
    [null, '–'], [0, '0 B'], [4, '4 B'], [999, '999 B'], [1000, '1 kB'], [1500, '1.5 kB'], [999_900, '999.9 kB'], [999_999, '1 MB'], [1_000_000, '1 MB'], [1.5e9, '1.5 GB'], [2e12, '2 TB'], [5e18, '5000 PB'],
  ])('formatBytes(%d) is %j', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected)
  })
})

describe('times', () => {
  it.each([
    [null, UTC, '–', '–', '–'],
    ['2026-11-20T23:59:59.999Z', UTC, '2026-11-20 23:59:59', '23:59', '2026-11-20 23:59'],
    ['2026-11-20T23:30:00.000Z', FixedOffsetZone.instance(120), '2026-11-21 01:30:00', '01:30', '2026-11-21 01:30'],
    ['2026-11-20T23:30:00.000Z', IANAZone.create('America/New_York'), '2026-11-20 18:30:00', '18:30', '2026-11-20 18:30'],
  ])('%s', (instant, zone, full, minute, withDate) => {
    expect(formatInstant(instant, zone)).toBe(full)
    expect(formatMinute(instant, { zone, hasDate: false })).toBe(minute)
    expect(formatMinute(instant, { zone, hasDate: true })).toBe(withDate)
  })
})
