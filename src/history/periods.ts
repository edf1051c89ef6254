import { DateTime, type Zone } from 'luxon'

const HOUR_MS = 3_600_000

/** Segments of a state are hours, in UTC (`2026-11-21T05Z`), and days, in the zone of the state (`2026-11-21`). */
const HOUR_NAME = /^\d{4}-\d\d-\d\dT\d\dZ$/
const DAY_NAME = /^\d{4}-\d\d-\d\d$/

export const isHourName = (name: string): boolean => HOUR_NAME.test(name)
export const isDayName = (name: string): boolean => DAY_NAME.test(name)

/** `hour`: counted from the epoch. */
export const nameOfHour = (hour: number): string => `${new Date(hour * HOUR_MS).toISOString().slice(0, 13)}Z`

export const hourOfName = (name: string): number => Date.parse(`${name.slice(0, 13)}:00:00Z`) / HOUR_MS

/** The day that an hour belongs to: that in which it begins. */
export const dayOfHour = (hour: number, zone: Zone): string => DateTime.fromMillis(hour * HOUR_MS, { zone }).toISODate()!

/** A stretch of time, ms since the epoch: `[fromMs, toMs)`. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** The time that a segment is about. */
export const stretchOf = (name: string, zone: Zone): Stretch => {
  if (isHourName(name)) return { fromMs: hourOfName(name) * HOUR_MS, toMs: (hourOfName(name) + 1) * HOUR_MS }
  // Where clocks go forward at midnight, a day begins at one o'clock.
  const day = DateTime.fromISO(name, { zone }).startOf('day')
  return { fromMs: firstHour(day), toMs: firstHour(day.plus({ days: 1 }).startOf('day')) }
}

/**
 * The whole hours of `[fromMs, toMs)`, which may be infinite: hours that it has a part of. Where it begins with a day that begins between two hours of UTC, it begins
 * where that day does here.
 */
export const wholeHours = ({ fromMs, toMs }: Stretch, zone: Zone): Stretch => ({ fromMs: isMidnight(fromMs, zone) ? ceilHour(fromMs) : Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs: ceilHour(toMs) })

const isMidnight = (atMs: number, zone: Zone): boolean => Number.isFinite(atMs) && DateTime.fromMillis(atMs, { zone }).startOf('day').toMillis() === atMs

const ceilHour = (atMs: number): number => Math.ceil(atMs / HOUR_MS) * HOUR_MS

/** The latest time that segments are about, ms since the epoch; undefined: there are none. */
export const newestOf = (names: Iterable<string>, zone: Zone): number | undefined => {
  const ends = [...names].filter((name) => isHourName(name) || isDayName(name)).map((name) => stretchOf(name, zone).toMs - 1)
  return ends.length === 0 ? undefined : Math.max(...ends)
}

/** Where a day begins between two hours of UTC, it begins with the next hour here. */
const firstHour = (day: DateTime): number => ceilHour(day.toMillis())
