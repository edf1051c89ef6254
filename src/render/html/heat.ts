import { DateTime, type Zone } from 'luxon'
import type { MinuteReport } from '../../report/report.ts'

/** Drops by weekday (Monday first) and hour, in the zone of the report. */
export interface Heat {
  /** Drops an hour, on average over the hours of that name in the window; null: the window has none. */
  readonly rows: readonly (readonly (number | null)[])[]
  readonly most: number
}

const MIN_DAYS = 2

/** Undefined for less than two days: there is nothing to compare. */
export const heatOf = (timeline: readonly MinuteReport[], zone: Zone): Heat | undefined => {
  if (timeline.length < MIN_DAYS * 1440) return undefined
  const drops = Array.from({ length: 7 * 24 }, () => 0)
  const minutes = Array.from({ length: 7 * 24 }, () => 0)
  let cell = 0
  for (const [index, { minute, drops: count }] of timeline.entries()) {
    const atMs = Date.parse(minute)
    // Offsets change at quarters of an hour.
    if (index === 0 || atMs % 900_000 === 0) {
      const local = DateTime.fromMillis(atMs, { zone })
      cell = (local.weekday - 1) * 24 + local.hour
    }
    drops[cell]! += count
    minutes[cell]!++
  }
  const means = drops.map((count, index) => (minutes[index] === 0 ? null : (count / minutes[index]!) * 60))
  return { rows: Array.from({ length: 7 }, (_, day) => means.slice(day * 24, day * 24 + 24)), most: Math.max(...means.map((mean) => mean ?? 0)) }
}
