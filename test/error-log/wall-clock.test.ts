import { IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { type SeenOffset, WallClock, type Zone } from '../../src/error-log/wall-clock.ts'

const MINUTE = 60_000
const berlin = IANAZone.create('Europe/Berlin')
const zone: Zone = { offsetAt: (utcMs) => berlin.offset(utcMs) }
/** What a clock on a wall in Berlin shows. */
const stampOf = (utcMs: number): number => utcMs + zone.offsetAt(utcMs) * MINUTE
const every = (fromMs: number, toMs: number, stepMs: number): number[] => Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, index) => fromMs + index * stepMs)
const round = (clock: WallClock, instants: readonly number[]): number[] => instants.map((instant) => clock.toUtc(stampOf(instant)))

const FALL = Date.UTC(2026, 9, 25, 1)
const SPRING = Date.UTC(2026, 2, 29, 1)
const HOUR = 60 * MINUTE

describe.each([['fall-back', FALL, 120, 60], ['spring-forward', SPRING, 60, 120]])("Berlin's %s of 2026", (_, change, before, after) => {
  const seen = (gapMs: number): SeenOffset[] => [
    { offsetMinutes: before, fromMs: change - 30 * HOUR, toMs: change - gapMs },
    { offsetMinutes: after, fromMs: change + gapMs, toMs: change + 30 * HOUR },
  ]
  const minutely = every(change - 40 * HOUR, change + 40 * HOUR, MINUTE)

  it.each([
    ['the zone', zone],
    ['an access log that was busy', seen(1000)],
    ['an access log that was silent for three hours', seen(90 * MINUTE)],
  ])('is followed by %s', (_name, source) => {
    expect(round(new WallClock(source), minutely)).toEqual(minutely)
  })

  it('is followed through a late line of another worker', () => {
    const instants = [change - MINUTE, change, change - 1000, change + MINUTE, change - 2000, change + 2 * MINUTE]
    expect(round(new WallClock(zone), instants)).toEqual(instants)
  })

  it('needs no first line before it', () => {
    const instants = every(change + 2 * HOUR, change + 5 * HOUR, HOUR)
    expect(round(new WallClock(zone), instants)).toEqual(instants)
    expect(round(new WallClock(seen(1000)), instants)).toEqual(instants)
  })
})

describe('WallClock', () => {
  it.each([[-300], [0], [345]])('subtracts the one offset of %i minutes', (offsetMinutes) => {
    const clock = new WallClock([{ offsetMinutes, fromMs: 0, toMs: 1 }])
    expect(clock.toUtc(FALL)).toBe(FALL - offsetMinutes * MINUTE)
    expect(clock.toUtc(FALL - 50 * HOUR)).toBe(FALL - 50 * HOUR - offsetMinutes * MINUTE)
  })

  it('takes UTC when no offset was seen', () => {
    expect(new WallClock([]).toUtc(FALL)).toBe(FALL)
  })

  it('takes the first pass of an ambiguous hour until stamps jump back', () => {
    const clock = new WallClock(zone)
    const half = Date.UTC(2026, 9, 25, 2, 30)
    expect([clock.toUtc(half), clock.toUtc(half + MINUTE), clock.toUtc(half - 20 * MINUTE), clock.toUtc(half)]).toEqual([FALL - 30 * MINUTE, FALL - 29 * MINUTE, FALL + 10 * MINUTE, FALL + 30 * MINUTE])
  })

  it('begins again when a file of earlier days follows', () => {
    const clock = new WallClock(zone)
    const instants = [FALL + 50 * HOUR, FALL - 30 * MINUTE, FALL + 30 * MINUTE]
    expect([clock.toUtc(stampOf(instants[0]!)), clock.toUtc(stampOf(instants[1]!)), clock.toUtc(stampOf(instants[1]!) - 10 * MINUTE)]).toEqual([instants[0], instants[1], FALL + 20 * MINUTE])
  })

  it('puts a stamp of the hour that was leapt over behind the leap', () => {
    expect(new WallClock(zone).toUtc(Date.UTC(2026, 2, 29, 2, 30))).toBe(SPRING + 30 * MINUTE)
  })

  it('follows a year with two changes', () => {
    const clock = new WallClock([
      { offsetMinutes: 60, fromMs: SPRING - 999 * HOUR, toMs: SPRING - 1 },
      { offsetMinutes: 120, fromMs: SPRING, toMs: FALL - 1 },
      { offsetMinutes: 60, fromMs: FALL, toMs: FALL + 999 * HOUR },
    ])
    const instants = every(SPRING - 48 * HOUR, FALL + 48 * HOUR, 7 * MINUTE)
    expect(round(clock, instants)).toEqual(instants)
  })

  it('asks a zone once for a quarter of an hour', () => {
    let asked = 0
    const clock = new WallClock({ offsetAt: () => ++asked && 60 })
    for (const stamp of every(0, 15 * MINUTE, 1000)) clock.toUtc(stamp)
    expect(asked).toBe(2)
  })
})
