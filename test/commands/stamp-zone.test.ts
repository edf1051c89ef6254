import { IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { stampZoneOf } from '../../src/commands/stamp-zone.ts'

describe('the zone of error-log stamps where clocks change within the logs', () => {
  const SUMMER = { offsetMinutes: 120, fromMs: Date.UTC(2026, 9, 23), toMs: Date.UTC(2026, 9, 23, 1) }
  const WINTER = { offsetMinutes: 60, fromMs: Date.UTC(2026, 9, 27), toMs: Date.UTC(2026, 9, 27, 1) }

  it('is that of --tz, where it has the offsets that the logs show: it knows the hour of the change', () => {
    const { clockOf, zone } = stampZoneOf([SUMMER, WINTER], IANAZone.create('Europe/Berlin'))
    expect(zone).toEqual({ zone: 'Europe/Berlin', from: 'option' })
    expect(clockOf().toUtc(Date.UTC(2026, 9, 24, 23, 10))).toBe(Date.UTC(2026, 9, 24, 21, 10))
    expect(clockOf().toUtc(Date.UTC(2026, 9, 25, 7, 10))).toBe(Date.UTC(2026, 9, 25, 6, 10))
  })

  it('is what the logs show, where no zone at hand has these offsets', () => {
    expect(stampZoneOf([SUMMER, WINTER], IANAZone.create('Asia/Shanghai')).zone).toEqual({ zone: '+02:00 and +01:00', from: 'access-log' })
  })
})
