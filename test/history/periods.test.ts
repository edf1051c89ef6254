import { DateTime, IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { dayOfHour, hourOfName, nameOfHour, stretchOf, wholeHours } from '../../src/history/periods.ts'

const HOUR_MS = 3_600_000
const ZONES = ['UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Africa/Cairo', 'Asia/Beirut', 'Australia/Lord_Howe', 'Pacific/Apia']

describe.each(ZONES)('days and hours of %s over two years', (name) => {
  const zone = IANAZone.create(name)
  const first = Date.UTC(2026, 0, 1) / HOUR_MS

  it('every hour lies in the stretch of its day, and in no other', () => {
    let current = { day: '', fromMs: Number.NaN, toMs: first * HOUR_MS }
    for (let hour = first; hour < first + 2 * 366 * 24; hour++) {
      const day = dayOfHour(hour, zone)
      if (day !== current.day) {
        const { fromMs, toMs } = stretchOf(day, zone)
        if (current.day !== '') expect(current.toMs).toBe(fromMs)
        current = { day, fromMs, toMs }
      }
      if (hourOfName(nameOfHour(hour)) !== hour) throw new Error(`${nameOfHour(hour)} is not ${hour}`)
      if (!(current.fromMs <= hour * HOUR_MS && current.toMs >= (hour + 1) * HOUR_MS)) throw new Error(`${nameOfHour(hour)} is of ${day}, which is ${new Date(current.fromMs).toISOString()} to ${new Date(current.toMs).toISOString()}`)
    }
  })

  it('a day, as --since and --until name it, is its stretch', () => {
    for (let at = DateTime.fromISO('2026-01-01', { zone }); at.year < 2028; at = at.plus({ days: 1 }).startOf('day')) {
      expect(wholeHours({ fromMs: at.toMillis(), toMs: at.plus({ days: 1 }).startOf('day').toMillis() }, zone)).toEqual(stretchOf(at.toISODate()!, zone))
    }
  })
})

describe('whole hours', () => {
  const zone = IANAZone.create('UTC')
  it.each([
    ['an hour stays', '08:00', '09:00', '08:00', '09:00'],
    ['what it has a part of is taken', '08:20', '09:40', '08:00', '10:00'],
    ['of a few minutes the hour is left', '08:20', '08:25', '08:00', '09:00'],
  ])('%s', (_name, from, to, wholeFrom, wholeTo) => {
    const at = (text: string): number => Date.parse(`2026-11-20T${text}Z`)
    expect(wholeHours({ fromMs: at(from), toMs: at(to) }, zone)).toEqual({ fromMs: at(wholeFrom), toMs: at(wholeTo) })
  })

  it('all of time stays that', () => {
    const all = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
    expect(wholeHours(all, zone)).toEqual(all)
  })
})
