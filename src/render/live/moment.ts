import { DateTime, type Zone } from 'luxon'

export const MOMENT_WIDTH = 8

/** `14:03:27` on the day of `now`; the day for others: `20 Nov`, of another year `2025`. Never more than eight columns. */
export const formatMoment = (instant: string, { now, zone }: { now: string; zone: Zone }): string => {
  const at = DateTime.fromISO(instant, { zone, locale: 'en' })
  const today = DateTime.fromISO(now, { zone })
  if (at.hasSame(today, 'day')) return at.toFormat('HH:mm:ss')
  return at.hasSame(today, 'year') ? at.toFormat('d LLL') : at.toFormat('yyyy')
}
