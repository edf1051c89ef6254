import type { Zone } from 'luxon'
import type { Against } from '../../compare/against.ts'
import type { Period } from '../../report/period.ts'
import type { PeriodRow } from '../../compare/period-row.ts'
import type { Report } from '../../report/report.ts'
import { formatInstant } from '../format.ts'
import { KINDS, notWhole, periodLabel, periodTitle } from '../period-sentences.ts'
import { html } from './markup.ts'
import type { PageFrame, PageLink, PageSection } from './page.ts'
import { comparisonSection } from './sections/comparison.ts'
import { type ListedPeriod, periodsTable } from './sections/periods.ts'

export interface PeriodPage {
  readonly period: Period
  /** Days of which something is kept. */
  readonly days: readonly string[]
  /** When it begins, ms since the epoch. */
  readonly stretch: { readonly fromMs: number }
  readonly isOver: boolean
  /** It begins no later than what is kept: more of it may have been before. */
  readonly isFirst: boolean
  readonly previous: Period | undefined
  readonly next: Period | undefined
  /** The week and month of a day, the months of a week. */
  readonly up: readonly Period[]
}

export interface FrameOptions {
  readonly report: Report
  readonly against: readonly Against[]
  /** What is known of the pages beside it. */
  readonly rows: ReadonlyMap<string, PeriodRow>
  readonly zone: Zone
  /** Where the index is, and the page of a period by its name: relative to this page. */
  readonly index: string
  readonly hrefOf: (name: string) => string
}

/** What stands around the report of a day, week or month: where to go from it, and what changed. */
export const frameOf = (shown: PeriodPage, { report, against, rows, zone, index, hrefOf }: FrameOptions): PageFrame => {
  const { period, isOver, previous, next, up, days } = shown
  const to = (other: Period | undefined, rel: PageLink['rel']): PageLink[] => (other === undefined ? [] : [{ label: periodLabel(other), href: hrefOf(other.name), rel }])
  return {
    title: periodTitle(period),
    links: [{ label: 'All days', href: index, rel: 'up' }, ...up.flatMap((one) => to(one, 'up')), ...to(previous, 'prev'), ...to(period, 'current'), ...to(next, 'next')],
    before: [...edge(shown, report, zone), ...daysSection(period, days, { rows, hrefOf }), comparisonSection(against, { period, isOver, hrefOf })],
    after: [],
  }
}

const HOUR_MS = 3_600_000

const edge = ({ period, days, stretch, isFirst }: PeriodPage, { window }: Report, zone: Zone): PageSection[] => {
  if (!isFirst || window.from === null || Date.parse(window.from) - stretch.fromMs < HOUR_MS) return []
  return [{ id: 'edge', title: `Not the whole ${KINDS[period.kind].one}`, body: html`<p>${notWhole(period, { from: formatInstant(window.from, zone), kept: days.length })}</p>` }]
}

/** The days of a week or a month; those that are not over, too. */
const daysSection = ({ kind }: Period, days: readonly string[], { rows, hrefOf }: Pick<FrameOptions, 'rows' | 'hrefOf'>): PageSection[] => {
  const listed = days.flatMap((day): ListedPeriod[] => (rows.has(day) ? [{ period: { kind: 'day', name: day, days: [day] }, href: hrefOf(day), row: rows.get(day)! }] : []))
  return kind === 'day' || listed.length === 0 ? [] : [{ id: 'days', title: KINDS.day.many, body: periodsTable(listed, { caption: `Days of this ${KINDS[kind].one}` }) }]
}
