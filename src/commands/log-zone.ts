import type { Zone } from 'luxon'

/**
 * A time zone, as far as reading needs one. Those of luxon are such too, but it takes longer to load luxon than to read a small log:
 * who renders times does, and who was given `--tz`, `--since` or `--until`.
 */
export interface LogZone {
  readonly name: string
  /** Minutes east of UTC, at a moment in ms since the epoch. */
  offset(atMs: number): number
}

/** The zone of a log that shows its offset, in minutes east of UTC; named as luxon names it: `UTC`, `UTC+8`, `UTC-3:30`. */
export const zoneOfOffset = (minutes: number): LogZone => {
  const rest = Math.abs(minutes % 60)
  return { name: minutes === 0 ? 'UTC' : `UTC${signOf(minutes)}${wholeHours(minutes)}${rest === 0 ? '' : `:${rest}`}`, offset: () => minutes }
}

/** `+08:00` */
export const offsetText = (minutes: number): string => `${signOf(minutes)}${String(wholeHours(minutes)).padStart(2, '0')}:${String(Math.abs(minutes % 60)).padStart(2, '0')}`

const signOf = (minutes: number): string => (minutes < 0 ? '-' : '+')
const wholeHours = (minutes: number): number => Math.floor(Math.abs(minutes) / 60)

/** The zone of the machine. */
export const SYSTEM_ZONE: LogZone = {
  get name() {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone
  },
  offset: (atMs) => -new Date(atMs).getTimezoneOffset(),
}

/** The same zone, for luxon. */
export const luxonZone = async (zone: LogZone): Promise<Zone> => (await import('./time-option.ts')).asLuxonZone(zone)
