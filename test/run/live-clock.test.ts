import { describe, expect, it } from 'vitest'
import { LiveClock } from '../../src/run/live-clock.ts'

const NOON_MS = Date.UTC(2026, 10, 21, 12)
const HOUR_MS = 3_600_000
const UTC = { name: 'UTC', offsetAt: () => 0 }
/** It puts its clocks back by an hour at noon UTC. */
const CHANGING = { name: 'Test/Changing', offsetAt: (utcMs: number) => (utcMs < NOON_MS ? 120 : 60) }

describe('the stamps of an error log that is followed', () => {
  it('are of the machine\'s zone until an access line shows another, and then of that from the next entry on', () => {
    const clock = new LiveClock({ option: undefined, system: UTC })
    const stamps = clock.wallClock()
    expect([stamps.toUtc(NOON_MS), clock.zone]).toEqual([NOON_MS, { zone: 'UTC', from: 'system' }])
    clock.see(480, NOON_MS)
    expect([stamps.toUtc(NOON_MS), clock.zone]).toEqual([NOON_MS - 8 * HOUR_MS, { zone: '+08:00', from: 'access-log' }])
    clock.see(420, NOON_MS)
    expect(stamps.toUtc(NOON_MS)).toBe(NOON_MS - 7 * HOUR_MS)
  })

  it('run through the hour that comes twice, where the machine\'s zone is that of the access log', () => {
    const clock = new LiveClock({ option: undefined, system: CHANGING })
    clock.see(120, NOON_MS - HOUR_MS)
    const stamps = clock.wallClock()
    const shown = NOON_MS + 2 * HOUR_MS
    expect([stamps.toUtc(shown - 60_000), stamps.toUtc(shown - HOUR_MS)]).toEqual([NOON_MS - 60_000, NOON_MS])
    clock.see(60, NOON_MS)
    expect(stamps.toUtc(shown - HOUR_MS / 2)).toBe(NOON_MS + HOUR_MS / 2)
  })

  it('are of the zone that was named, whatever the access log shows', () => {
    const clock = new LiveClock({ option: CHANGING, system: UTC })
    clock.see(480, NOON_MS)
    expect([clock.wallClock().toUtc(NOON_MS), clock.zone]).toEqual([NOON_MS - 2 * HOUR_MS, { zone: 'Test/Changing', from: 'option' }])
  })
})
