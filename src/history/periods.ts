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
  const day = DateTime.fromISO(name, { zone })
  // Where clocks go forward at midnight, a day begins at 01:00, and the next one does not.
  return { fromMs: firstHour(day), toMs: firstHour(day.plus({ days: 1 }).startOf('day')) }
}

/** Where a day begins between two hours of UTC, it begins with the next hour here. */
const firstHour = (day: DateTime): number => Math.ceil(day.toMillis() / HOUR_MS) * HOUR_MS
