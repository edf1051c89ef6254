import type { RankedReport, Report } from '../../../report/report.ts'
import { RANKED_FIELDS, type RankedField } from '../../../session/session.ts'
import { formatCount, formatSeconds, formatShare } from '../../format.ts'
import { RANKING_TITLES } from '../../ranking-titles.ts'
import { SECTIONS } from '../../html-sentences.ts'
import { html, type Markup } from '../markup.ts'
import { figureColumn, table, textColumn } from '../table.ts'
import type { Section } from './section.ts'

/** The busiest upstreams, hosts, paths, clients and user agents, and what became of their sessions. */
export const rankings: Section = (report) => {
  const shown = RANKED_FIELDS.filter((field) => report[field].length > 0)
  return shown.length === 0 ? undefined : { id: 'rankings', title: SECTIONS.rankings, body: shown.map((field) => ranking(field, report)) }
}

const ranking = (field: RankedField, report: Report): Markup => {
  const rows = report[field]
  const { values, error } = report.rankings[field]
  const hasFaults = report.drops.faults > 0
  const notes = [...(values > rows.length ? [`and ${formatCount(values - rows.length)} more`] : []), ...(error > 0 ? [`a row may lack up to ${formatCount(error)} handshakes`] : [])]
  return html`${table<RankedReport>({
    caption: RANKING_TITLES[field],
    columns: [
      textColumn('name', ({ name }) => html`<code>${name}</code>`),
      figureColumn('handshakes', ({ attempts }) => formatCount(attempts), ({ attempts }) => attempts),
      figureColumn('reached 101', ({ successRate }) => formatShare(successRate), ({ successRate }) => successRate),
      figureColumn('drops', ({ drops }) => formatCount(drops), ({ drops }) => drops),
      ...(hasFaults ? [figureColumn<RankedReport>('cut', ({ faults }) => formatCount(faults), ({ faults }) => faults), figureColumn<RankedReport>('of drops', ({ faults, drops }) => formatShare(drops === 0 ? null : faults / drops), ({ faults, drops }) => (drops === 0 ? null : faults / drops))] : []),
      figureColumn('p50', ({ p50 }) => formatSeconds(p50), ({ p50 }) => p50),
      figureColumn('p95', ({ p95 }) => formatSeconds(p95), ({ p95 }) => p95),
    ],
    rows,
    head: 0,
    isSortable: true,
    sortedBy: 1,
  })}
${notes.length > 0 && html`<p class="note">${notes.join('; ')}</p>`}`
}
