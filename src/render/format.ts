import { DateTime, type Zone } from 'luxon'

/** A number with its thousands grouped, to a tenth: 1,234,567. */
export const formatCount = (count: number): string => count.toLocaleString('en-US', { maximumFractionDigits: 1 })

/** Two figures of what was extrapolated: 67,085 is 67,000. */
export const formatRough = (count: number): string => formatCount(Number(count.toPrecision(2)))

export const formatShare = (share: number | null): string => {
  if (share === null) return '–'
  const percent = share * 100
  // 99.96 % must not read as 100 %, nor 0.02 % as 0.
  if (percent > 0 && percent < 0.1) return '<0.1 %'
  if (percent > 99.9 && percent < 100) return '99.9 %'
  return `${percent.toFixed(1).replace(/\.0$/, '')} %`
}

/** Some three figures, in the unit that a person would use: `0.31 s`, `62 s`, `14 min`, `5.2 h`, `3 d`. */
export const formatSeconds = (seconds: number | null): string => {
  if (seconds === null) return '–'
  if (seconds < 1) return `${trim(seconds.toFixed(3))} s`
  if (seconds < 10) return `${trim(seconds.toFixed(2))} s`
  if (seconds < 100) return `${trim(seconds.toFixed(1))} s`
  if (seconds < 600) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${trim((seconds / 60).toFixed(1))} min`
  if (seconds < 172_800) return `${trim((seconds / 3600).toFixed(1))} h`
  return `${trim((seconds / 86_400).toFixed(1))} d`
}

/** A duration to the millisecond where that matters: the middle of a sharp timer. */
export const formatAge = (seconds: number): string => `${trim(seconds.toFixed(seconds < 100 ? 2 : 1))} s`

export const formatBytes = (bytes: number | null): string => {
  if (bytes === null) return '–'
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : trim(value.toFixed(1))} ${units[unit]!}`
}

const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** `2026-11-21 00:45:51` in the zone of the report. */
export const formatInstant = (instant: string | null, zone: Zone): string => (instant === null ? '–' : DateTime.fromISO(instant, { zone }).toFormat('yyyy-MM-dd HH:mm:ss'))

/** `00:45`, with the date where the window spans more than a day. */
export const formatMinute = (instant: string | null, { zone, hasDate }: { zone: Zone; hasDate: boolean }): string =>
  instant === null ? '–' : DateTime.fromISO(instant, { zone }).toFormat(hasDate ? 'yyyy-MM-dd HH:mm' : 'HH:mm')

/** `00:45:51`, with the date where the window spans more than a day. */
export const formatSecond = (instant: string, { zone, hasDate }: { zone: Zone; hasDate: boolean }): string =>
  DateTime.fromISO(instant, { zone }).toFormat(hasDate ? 'yyyy-MM-dd HH:mm:ss' : 'HH:mm:ss')
