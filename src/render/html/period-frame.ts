import type { Zone } from 'luxon'
import type { Against } from '../../history/against.ts'
import type { Period } from '../../history/calendar.ts'
import type { PlannedPage } from '../../history/page-plan.ts'
import type { PeriodRow } from '../../history/period-row.ts'
import type { Report } from '../../report/report.ts'
import { formatInstant } from '../format.ts'
import { KINDS, notWhole, periodLabel, periodTitle } from '../period-sentences.ts'
import { html } from './markup.ts'
import type { PageFrame, PageLink, PageSection } from './page.ts'
import { comparisonSection } from './sections/comparison.ts'
import { type ListedPeriod, periodsTable } from './sections/periods.ts'

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
export const frameOf = (planned: PlannedPage, { report, against, rows, zone, index, hrefOf }: FrameOptions): PageFrame => {
  const { period, isOver, previous, next, up, days } = planned
  const to = (other: Period | undefined, rel: PageLink['rel']): PageLink[] => (other === undefined ? [] : [{ label: periodLabel(other), href: hrefOf(other.name), rel }])
  return {
    title: periodTitle(period),
    links: [{ label: 'All days', href: index, rel: 'up' }, ...up.flatMap((one) => to(one, 'up')), ...to(previous, 'prev'), ...to(period, 'current'), ...to(next, 'next')],
    before: [...edge(planned, report, zone), ...daysSection(period, days, { rows, hrefOf }), comparisonSection(against, { period, isOver, hrefOf: ({ name }) => (planned.against.some((one) => one.isKept && one.period.name === name) ? hrefOf(name) : undefined) })],
    after: [],
  }
}

const HOUR_MS = 3_600_000

const edge = ({ period, days, stretch, isFirst }: PlannedPage, { window }: Report, zone: Zone): PageSection[] => {
  if (!isFirst || window.from === null || Date.parse(window.from) - stretch.fromMs < HOUR_MS) return []
  return [{ id: 'edge', title: `Not the whole ${KINDS[period.kind].one}`, body: html`<p>${notWhole(period, { from: formatInstant(window.from, zone), kept: days.length })}</p>` }]
}

/** The days of a week or a month; those that are not over, too. */
const daysSection = ({ kind }: Period, days: readonly string[], { rows, hrefOf }: Pick<FrameOptions, 'rows' | 'hrefOf'>): PageSection[] => {
  const listed = days.flatMap((day): ListedPeriod[] => (rows.has(day) ? [{ period: { kind: 'day', name: day, days: [day] }, href: hrefOf(day), row: rows.get(day)! }] : []))
  return kind === 'day' || listed.length === 0 ? [] : [{ id: 'days', title: KINDS.day.many, body: periodsTable(listed, { caption: `Days of this ${KINDS[kind].one}` }) }]
}
