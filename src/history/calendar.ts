import { DateTime, type Zone } from 'luxon'
import { type Period, PERIOD_KINDS, type PeriodKind, type Relation } from '../report/period.ts'
import { dayOfHour, hourOfName, isDayName, isHourName, type Stretch, stretchOf } from './periods.ts'

const utc = (day: string): DateTime => DateTime.fromISO(day, { zone: 'utc' })

/** The period of a kind that a day lies in. */
export const periodOfDay = (day: string, kind: PeriodKind): Period => {
  const first = utc(day).startOf(kind)
  const next = first.plus({ [`${kind}s`]: 1 })
  const count = Math.round(next.diff(first, 'days').days)
  return { kind, name: first.toFormat(FORMATS[kind]), days: Array.from({ length: count }, (_, index) => first.plus({ days: index }).toISODate()!) }
}

const FORMATS: Readonly<Record<PeriodKind, string>> = { day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM' }

/** The period of a name; undefined for what is no name, or no day, week or month that there is. */
export const periodOfName = (name: string): Period | undefined => {
  const kind = isDayName(name) ? 'day' : /^\d{4}-W\d\d$/.test(name) ? 'week' : /^\d{4}-\d\d$/.test(name) ? 'month' : undefined
  const first = DateTime.fromISO(name, { zone: 'utc' })
  if (kind === undefined || !first.isValid) return undefined
  const period = periodOfDay(first.toISODate(), kind)
  return period.name === name ? period : undefined
}

/** The time that a period is about: days as their hours are kept, 23 to 25 of them. */
export const stretchOfPeriod = ({ days }: Period, zone: Zone): Stretch => ({ fromMs: stretchOf(days[0]!, zone).fromMs, toMs: stretchOf(days.at(-1)!, zone).toMs })

/** The period that is exactly this stretch; undefined: it is none. */
export const periodOfStretch = ({ fromMs, toMs }: Stretch, zone: Zone): Period | undefined => {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) return undefined
  const day = dayOfHour(Math.floor(fromMs / 3_600_000), zone)
  return PERIOD_KINDS.map((kind) => periodOfDay(day, kind)).find((period) => {
    const own = stretchOfPeriod(period, zone)
    return own.fromMs === fromMs && own.toMs === toMs
  })
}

/** So many days before a day. */
const daysBefore = (day: string, days: number): string => utc(day).minus({ days }).toISODate()!

/** What a period is compared with: a day with the day before and the same day last week, others with the one before. */
export const comparedWith = ({ kind, days: [first = ''] }: Period): { readonly relation: Relation; readonly period: Period }[] => {
  if (kind === 'day') return [{ relation: 'day-before', period: periodOfDay(daysBefore(first, 1), 'day') }, { relation: 'week-ago', period: periodOfDay(daysBefore(first, 7), 'day') }]
  return [{ relation: kind === 'week' ? 'week-before' : 'month-before', period: periodOfDay(daysBefore(first, 1), kind) }]
}

/** A period of which something is kept. */
export interface KeptPeriod {
  readonly period: Period
  /** Segments with a part of it, ascending. */
  readonly segments: readonly string[]
  /** Days of which something is kept, ascending. */
  readonly days: readonly string[]
}

/** All periods of which something is kept, by name: days, then weeks, then months, each ascending. */
export const keptPeriods = (segments: Iterable<string>, zone: Zone): Map<string, KeptPeriod> => {
  const byDay = new Map<string, string[]>()
  for (const name of [...segments].sort()) {
    if (!isHourName(name) && !isDayName(name)) continue
    const day = isDayName(name) ? name : dayOfHour(hourOfName(name), zone)
    byDay.set(day, [...(byDay.get(day) ?? []), name])
  }
  const days = [...byDay.keys()].sort()
  const kept = new Map<string, KeptPeriod>()
  for (const kind of PERIOD_KINDS) {
    for (const day of days) {
      const period = kept.get(nameOf(day, kind))?.period ?? periodOfDay(day, kind)
      const before = kept.get(period.name)
      kept.set(period.name, { period, segments: [...(before?.segments ?? []), ...byDay.get(day)!], days: [...(before?.days ?? []), day] })
    }
  }
  return kept
}

const nameOf = (day: string, kind: PeriodKind): string => (kind === 'day' ? day : utc(day).toFormat(FORMATS[kind]))
