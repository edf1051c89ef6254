import { IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { comparedWith, keptPeriods, periodOfDay, periodOfName, periodOfStretch, stretchOfPeriod } from '../../src/history/calendar.ts'

const zone = (name: string): IANAZone => IANAZone.create(name)
const hours = (name: string, place: string): number => {
  const { fromMs, toMs } = stretchOfPeriod(periodOfName(name)!, zone(place))
  return (toMs - fromMs) / 3_600_000
}

describe('the period of a day', () => {
  it.each([
    ['2026-11-20', 'week', '2026-W47', '2026-11-16', '2026-11-22'],
    ['2026-11-20', 'month', '2026-11', '2026-11-01', '2026-11-30'],
    // ISO weeks belong to the year of their Thursday.
    ['2027-01-03', 'week', '2026-W53', '2026-12-28', '2027-01-03'],
    ['2024-12-30', 'week', '2025-W01', '2024-12-30', '2025-01-05'],
    ['2021-01-01', 'week', '2020-W53', '2020-12-28', '2021-01-03'],
    ['2028-02-29', 'month', '2028-02', '2028-02-01', '2028-02-29'],
  ] as const)('%s: the %s %s', (day, kind, name, first, last) => {
    const period = periodOfDay(day, kind)
    expect([period.name, period.days[0], period.days.at(-1)]).toEqual([name, first, last])
    expect(periodOfName(name)).toEqual(period)
  })
})

describe('a name', () => {
  it.each(['2026-13', '2026-02-30', '2025-W53', '2026-W00', '2026-W60', '2026-00', '2026', 'index', '2026-11-20T05Z', '2026-1-1', '+2026-11', '2026-11-20 '])('%s is none', (name) => {
    expect(periodOfName(name)).toBeUndefined()
  })
})

describe('the stretch of a period', () => {
  it.each([
    ['2026-11-20', 'UTC', 24], ['2026-W47', 'UTC', 168], ['2026-11', 'UTC', 720],
    // Clocks go forward and back.
    ['2026-03-29', 'Europe/Berlin', 23], ['2026-10-25', 'Europe/Berlin', 25], ['2026-W13', 'Europe/Berlin', 167], ['2026-10', 'Europe/Berlin', 745],
    // By half an hour, in whole hours of UTC: midnight moves from 13:00 to 13:30, so to 14:00.
    ['2026-04-05', 'Australia/Lord_Howe', 25], ['2026-10-04', 'Australia/Lord_Howe', 23],
    // Midnight lies between two hours of UTC.
    ['2026-11-20', 'Asia/Kolkata', 24], ['2026-W47', 'Asia/Kathmandu', 168],
    // A day begins at 01:00.
    ['2026-09-06', 'America/Santiago', 23],
  ])('%s in %s: %i hours', (name, place, expected) => {
    expect(hours(name, place)).toBe(expected)
  })

  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'America/Santiago'])('days follow each other without a gap, and make up weeks and months, in %s', (place) => {
    for (const kind of ['week', 'month'] as const) {
      for (const day of ['2026-03-10', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-12-31']) {
        const period = periodOfDay(day, kind)
        const parts = period.days.map((one) => stretchOfPeriod(periodOfDay(one, 'day'), zone(place)))
        for (const [index, part] of parts.entries()) if (index > 0) expect(part.fromMs).toBe(parts[index - 1]!.toMs)
        expect(stretchOfPeriod(period, zone(place))).toEqual({ fromMs: parts[0]!.fromMs, toMs: parts.at(-1)!.toMs })
      }
    }
  })

  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Santiago'])('leads back to the period, in %s', (place) => {
    for (const name of ['2026-11-20', '2026-03-29', '2026-10-25', '2026-09-06', '2026-W47', '2026-W53', '2026-02', '2026-12']) {
      expect(periodOfStretch(stretchOfPeriod(periodOfName(name)!, zone(place)), zone(place))?.name).toBe(name)
    }
  })

  it('is no period otherwise', () => {
    const { fromMs, toMs } = stretchOfPeriod(periodOfName('2026-11-20')!, zone('UTC'))
    const HOUR = 3_600_000
    for (const stretch of [{ fromMs, toMs: toMs + HOUR }, { fromMs: fromMs + HOUR, toMs }, { fromMs: fromMs + HOUR, toMs: toMs + HOUR }, { fromMs, toMs: toMs + 24 * HOUR }, { fromMs, toMs: Number.POSITIVE_INFINITY }, { fromMs: Number.NEGATIVE_INFINITY, toMs }]) {
      expect(periodOfStretch(stretch, zone('UTC'))).toBeUndefined()
    }
  })
})

describe('what a period is compared with', () => {
  it.each([
    ['2026-03-01', ['day-before 2026-02-28', 'week-ago 2026-02-22']],
    ['2027-01-01', ['day-before 2026-12-31', 'week-ago 2026-12-25']],
    ['2027-W01', ['week-before 2026-W53']],
    ['2026-01', ['month-before 2025-12']],
  ])('%s', (name, expected) => {
    expect(comparedWith(periodOfName(name)!).map(({ relation, period }) => `${relation} ${period.name}`)).toEqual(expected)
  })
})

describe('what is kept', () => {
  it('belongs to days, weeks and months of the zone', () => {
    const kept = keptPeriods(['carry', '2026-11-01T22Z', '2026-11-01T23Z', '2026-10-30', '2026-11-02T22Z'], zone('Europe/Berlin'))
    expect([...kept].map(([name, { segments, days }]) => `${name}: ${segments.join(' ')} of ${days.join(' ')}`)).toEqual([
      '2026-10-30: 2026-10-30 of 2026-10-30',
      '2026-11-01: 2026-11-01T22Z of 2026-11-01',
      '2026-11-02: 2026-11-01T23Z 2026-11-02T22Z of 2026-11-02',
      '2026-W44: 2026-10-30 2026-11-01T22Z of 2026-10-30 2026-11-01',
      '2026-W45: 2026-11-01T23Z 2026-11-02T22Z of 2026-11-02',
      '2026-10: 2026-10-30 of 2026-10-30',
      '2026-11: 2026-11-01T22Z 2026-11-01T23Z 2026-11-02T22Z of 2026-11-01 2026-11-02',
    ])
  })
})
