import type { Period } from '../../../report/period.ts'
import type { PeriodRow } from '../../../compare/period-row.ts'
import { formatCount, formatShare } from '../../format.ts'
import { MARKS, STATUS } from '../../html-sentences.ts'
import { changedText, KINDS, periodLabel, worstText } from '../../period-sentences.ts'
import { type Content, html, type Markup } from '../markup.ts'
import { figureColumn, table, textColumn } from '../table.ts'

/** A period with its page. */
export interface ListedPeriod {
  readonly period: Period
  readonly href: string
  readonly row: PeriodRow
}

/** Days, weeks or months, how their sockets did, and what changed. */
export const periodsTable = (listed: readonly ListedPeriod[], { caption }: { readonly caption: string }): Markup => {
  const kind = listed[0]?.period.kind ?? 'day'
  return html`<div class="periods">${table<ListedPeriod>({
    caption,
    columns: [
      textColumn(KINDS[kind].one, ({ period, href, row }) => html`<a href="${href}">${periodLabel(period)}</a><br><span class="status ${row.status}"><span aria-hidden="true">${MARKS[row.status]} </span>${STATUS[row.status]}</span>${!row.isOver && html`<span class="note">, not over</span>`}`),
      figureColumn('handshakes', ({ row }) => formatCount(row.attempts), ({ row }) => row.attempts),
      figureColumn('reached 101', ({ row }) => formatShare(rateOf(row)), ({ row }) => rateOf(row)),
      figureColumn('drops', ({ row }) => formatCount(row.sessions), ({ row }) => row.sessions),
      figureColumn('cut', ({ row }) => cut(row), ({ row }) => cutShare(row)),
      textColumn('worst cause', ({ row: { worst } }) => worst !== null && `${worstText(worst)} (${formatCount(worst.count)})`),
      textColumn(`against the ${KINDS[kind].one} before`, ({ row }) => changes(row)),
    ],
    rows: listed,
    head: 0,
    isSortable: true,
    sortedBy: undefined,
  })}</div>`
}

export const rateOf = ({ attempts, succeeded }: Pick<PeriodRow, 'attempts' | 'succeeded'>): number | null => (attempts === 0 ? null : succeeded / attempts)

/** Null: nobody knows who ended them. */
export const cutShare = ({ isCutKnown, sessions, faults }: Pick<PeriodRow, 'isCutKnown' | 'sessions' | 'faults'>): number | null => (sessions === 0 || !isCutKnown ? null : faults / sessions)

const BAR = 60

const cut = (row: PeriodRow): Content => {
  const share = cutShare(row)
  return share === null ? '–' : [html`<svg class="mini" width="${BAR}" height="10" aria-hidden="true" focusable="false"><rect class="track" width="${BAR}" height="10"/><rect class="f-bad" width="${Number((share * BAR).toFixed(1))}" height="10"/></svg> `, html`<span class="share">${formatShare(share)}</span>`]
}

const changes = ({ against }: PeriodRow): Content => {
  if (against === null) return html`<span class="note">not compared</span>`
  const { better, worse } = against
  if (better.length + worse.length === 0) return html`<span class="note">nothing beyond chance</span>`
  return [
    worse.length > 0 && html`<span class="verdict worse"><span aria-hidden="true">✗ </span>${changedText('worse', worse)}</span>`,
    better.length > 0 && [worse.length > 0 && html`<br>`, html`<span class="verdict better"><span aria-hidden="true">✓ </span>${changedText('better', better)}</span>`],
  ]
}
