import { createHash } from 'node:crypto'
import type { Zone } from 'luxon'
import type { PeriodRow } from '../compare/period-row.ts'
import type { Period, Relation } from '../report/period.ts'
import { comparedWith, type KeptPeriod, keptPeriods, periodOfDay, periodOfName, stretchOfPeriod } from './calendar.ts'
import type { Stretch } from './periods.ts'

export const INDEX = 'index.html'

/** The file of a period's page. */
export const pageFile = (name: string): string => `${name}.html`

/** The period that a file is the page of; undefined: it is none of ours. */
export const periodOfFile = (file: string): Period | undefined => (file.endsWith('.html') ? periodOfName(file.slice(0, -'.html'.length)) : undefined)

/** A page that is to be written. */
export interface PlannedPage extends KeptPeriod {
  readonly madeOf: string
  readonly stretch: Stretch
  readonly isOver: boolean
  /** It begins no later than what is kept: more of it may have been before. */
  readonly isFirst: boolean
  /** What is to be compared with, and whether it is kept; empty while the period goes on. */
  readonly against: readonly { readonly relation: Relation; readonly period: Period; readonly isKept: boolean }[]
  readonly previous: Period | undefined
  readonly next: Period | undefined
  /** The week and month of a day, the months of a week. */
  readonly up: readonly Period[]
}

export interface PagePlan {
  /** Of all pages that there will be, days, then weeks, then months, each ascending. */
  readonly periods: readonly Period[]
  /** In this order: what a page shows of others comes before it. */
  readonly toWrite: readonly PlannedPage[]
}

export interface PagePlanOptions {
  readonly segments: ReadonlyMap<string, { readonly sha256: string }>
  /** Names of files in the folder. */
  readonly files: readonly string[]
  /** What is known of these pages. */
  readonly rows: ReadonlyMap<string, PeriodRow>
  readonly zone: Zone
  readonly nowMs: number
  /** What else a page depends on: version, rows of tables, … */
  readonly settings: readonly (string | number | null)[]
}

/**
 * Which pages are missing, or were made from something else than is kept now. So a run that was killed before it wrote its pages is made up for, and what
 * did not change is not written again. Pages of which days were let go since stay as they are.
 */
export const planPages = ({ segments, files, rows, zone, nowMs, settings }: PagePlanOptions): PagePlan => {
  const kept = keptPeriods(segments.keys(), zone)
  const isThere = new Map(files.flatMap((file) => periodOfFile(file) ?? []).map((period) => [period.name, period]))
  const periods = [...new Map([...isThere, ...[...kept].map(([name, { period }]) => [name, period] as const)]).values()].sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || (a.name < b.name ? -1 : 1))
  const indexOf = new Map(periods.map(({ name }, index) => [name, index]))
  const firstDay = [...kept.values()][0]?.days[0] ?? ''
  const isLetGo = ({ period, days }: KeptPeriod): boolean => rows.get(period.name)?.days.some((day) => !days.includes(day)) === true
  const hashes = new Map([...kept].map(([name, one]) => [name, hash([...settings, zone.name, ...one.segments.flatMap((segment) => [segment, segments.get(segment)!.sha256])])]))
  /** What a period is compared with, unless some of it was let go. */
  const partOf = (name: string): string => {
    const one = kept.get(name)
    return one === undefined || isLetGo(one) ? GONE : hashes.get(name)!
  }
  const toWrite: PlannedPage[] = []
  for (const one of kept.values()) {
    const { period } = one
    const neighbour = (step: number): Period | undefined => [periods[indexOf.get(period.name)! + step]].find((other) => other?.kind === period.kind)
    const [previous, next] = [neighbour(-1), neighbour(1)]
    const stretch = stretchOfPeriod(period, zone)
    const isOver = nowMs >= stretch.toMs
    const against = isOver ? comparedWith(period).map((other) => ({ ...other, isKept: partOf(other.period.name) !== GONE })) : []
    const own = hash([hashes.get(period.name)!, String(isOver), previous?.name ?? '', next?.name ?? ''])
    const madeOf = [own, ...against.map((other) => partOf(other.period.name))].join('.')
    const row = rows.get(period.name)
    // Of what is over and cut by the first day that is kept, nobody knows whether the page knew more.
    const isKnownToBeBest = row === undefined ? isOver && period.days[0]! < firstDay : isLetGo(one) || isSameOrLess(row.madeOf, madeOf)
    if (isThere.has(period.name) && isKnownToBeBest) continue
    toWrite.push({ ...one, madeOf, stretch, isOver, isFirst: period.days[0]! <= firstDay, against, previous, next, up: upOf(period) })
  }
  return { periods, toWrite }
}

const ORDER: Readonly<Record<Period['kind'], number>> = { day: 0, week: 1, month: 2 }

const GONE = '-'

/** A page that is compared with what is no longer kept does not get better by being made anew. */
const isSameOrLess = (made: string, now: string): boolean => {
  const [before, after] = [made.split('.'), now.split('.')]
  return before.length === after.length && after.every((part, index) => part === before[index] || (index > 0 && part === GONE))
}

const hash = (parts: readonly (string | number | null)[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

const upOf = ({ kind, days }: Period): Period[] => {
  if (kind === 'month') return []
  if (kind === 'day') return [periodOfDay(days[0]!, 'week'), periodOfDay(days[0]!, 'month')]
  return [...new Map([days[0]!, days.at(-1)!].map((day) => periodOfDay(day, 'month')).map((month) => [month.name, month])).values()]
}
