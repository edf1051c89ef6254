import type { Zone } from 'luxon'
import type { Period, PeriodKind } from '../../report/period.ts'
import { type PeriodRow, rowsToJson } from '../../compare/period-row.ts'
import { formatCount, formatInstant, formatShare } from '../format.ts'
import { MARKS, STATUS, TITLE } from '../html-sentences.ts'
import { changedText, INDEX_KEY, INDEX_TITLE, KINDS, NOTHING_YET, OLDER_PAGES, periodLabel, periodTitle, worstText } from '../period-sentences.ts'
import { daysChart } from './days-chart.ts'
import { patternDefinitions } from './looks.ts'
import { divisible, type Content, dataElement, html, type Markup } from './markup.ts'
import { type HtmlAssets, type Mood, page, type PageSection } from './page.ts'
import { cutShare, type ListedPeriod, periodsTable, rateOf } from './sections/periods.ts'

/** The element that keeps the rows of an index for the next one. */
export const ROWS_DATA = 'pages-data'

export interface IndexPageOptions {
  /** Of all pages, in any order, and where they are. */
  readonly pages: readonly { readonly period: Period; readonly href: string }[]
  /** What is known of them, by name. */
  readonly rows: ReadonlyMap<string, PeriodRow>
  readonly zone: Zone
  /** ISO 8601 in UTC. */
  readonly generatedAt: string
  readonly version: string
  /** What the last run could not read. */
  readonly errors: readonly string[]
  readonly assets: HtmlAssets
}

/** Days that are seen at once; older ones are folded. */
const DAYS_SHOWN = 31

/** One look tells how the sockets do; from there to each day, week and month. */
export const renderIndexPage = ({ pages, rows, zone, generatedAt, version, errors, assets }: IndexPageOptions): string => {
  const newestFirst = [...pages].sort((a, b) => (a.period.days[0]! < b.period.days[0]! ? 1 : -1))
  const listedOf = (kind: PeriodKind): ListedPeriod[] => newestFirst.flatMap(({ period, href }) => (period.kind === kind && rows.has(period.name) ? [{ period, href, row: rows.get(period.name)! }] : []))
  const [days, weeks, months] = [listedOf('day'), listedOf('week'), listedOf('month')]
  // The day that can be judged; of a log that is one day old, that one.
  const latest = days.find(({ row }) => row.isOver) ?? days[0]
  const unknown = newestFirst.filter(({ period }) => !rows.has(period.name))
  return page({
    title: latest === undefined ? INDEX_TITLE : `${STATUS[latest.row.status]} – ${INDEX_TITLE}, ${periodLabel(latest.period)}`,
    mood: latest === undefined ? 'unknown' : moodOfRow(latest.row),
    links: [],
    header: [patternDefinitions(), html`<p class="about"><b>${TITLE}</b> <span>last run ${formatInstant(generatedAt, zone)} ${zone.name}</span></p>`, latest === undefined ? html`<h1>${NOTHING_YET}</h1>` : head(latest), errors.map((error) => html`<p class="first"><b>Not read in the last run:</b> ${error}</p>`)],
    sections: [
      ...(days.length === 0 ? [] : [{ id: 'days', title: KINDS.day.many, body: [daysChart(days, { zone }), folded(days, 'Days, newest first')] }]),
      ...periodsSection(weeks),
      ...periodsSection(months),
      ...(unknown.length === 0 ? [] : [{ id: 'older', title: 'Older pages', body: html`<p>${OLDER_PAGES}</p><ul class="older">${unknown.map(({ period, href }) => html`<li><a href="${href}">${periodLabel(period)}</a></li>`)}</ul>` }]),
    ],
    footer: html`<p>${INDEX_KEY}</p><p>wslog ${version}, ${formatInstant(generatedAt, zone)}.</p>`,
    data: dataElement(ROWS_DATA, rowsToJson(newestFirst.flatMap(({ period }) => rows.get(period.name) ?? []))),
    assets,
  })
}

const moodOfRow = ({ status }: PeriodRow): Mood => (status === 'ok' ? 'good' : status === 'unknown' ? 'unknown' : 'bad')

const head = ({ period, href, row }: ListedPeriod): Content => html`<h1 class="${moodOfRow(row)}"><span class="mark" aria-hidden="true">${MARKS[row.status]}</span><span><a href="${href}">${periodTitle(period)}</a>: ${STATUS[row.status].toLowerCase()}<small>${headSentence(row)}${!row.isOver && ' This day is not over.'}</small></span></h1>
<dl class="tiles">${tile('Reached 101', formatShare(rateOf(row)), { note: `of ${formatCount(row.attempts)} handshakes`, isBad: (rateOf(row) ?? 1) < 0.99 })}${tile('Drops', formatCount(row.sessions), { note: 'ends of sessions, of whatever kind', isBad: false })}${tile('Cut', formatShare(cutShare(row)), { note: row.isCutKnown ? `${formatCount(row.faults)} sessions` : 'by whom, this log does not say', isBad: row.faults > 0 })}${row.worst !== null && tile('Worst cause', worstText(row.worst), { note: `${formatCount(row.worst.count)} ${row.worst.kind === 'failure' ? 'handshakes' : 'sessions'}`, isBad: true })}</dl>`

const headSentence = ({ against }: PeriodRow): string => {
  if (against === null) return 'Not compared with the day before.'
  const { better, worse } = against
  const parts = [...(worse.length > 0 ? [changedText('worse', worse)] : []), ...(better.length > 0 ? [changedText('better', better)] : [])]
  return `Against the day before: ${parts.length === 0 ? 'nothing better or worse beyond chance' : parts.join('; ')}.`
}

const tile = (label: string, value: string, { note, isBad }: { readonly note: string; readonly isBad: boolean }): Markup =>
  html`<div${isBad && html` class="bad"`}><dt>${label}</dt><dd><b${value.length > 12 && html` class="words"`}>${divisible(value)}</b> <span>${note}</span></dd></div>`

const folded = (listed: readonly ListedPeriod[], caption: string): Content => [
  periodsTable(listed.slice(0, DAYS_SHOWN), { caption }),
  listed.length > DAYS_SHOWN && html`<details><summary>${formatCount(listed.length - DAYS_SHOWN)} older days</summary>${periodsTable(listed.slice(DAYS_SHOWN), { caption: 'Older days' })}</details>`,
]

const periodsSection = (listed: readonly ListedPeriod[]): PageSection[] => {
  const [first] = listed
  return first === undefined ? [] : [{ id: `${first.period.kind}s`, title: KINDS[first.period.kind].many, body: periodsTable(listed, { caption: `${KINDS[first.period.kind].many}, newest first` }) }]
}
