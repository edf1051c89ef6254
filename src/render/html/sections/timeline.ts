import type { Zone } from 'luxon'
import type { Report } from '../../../report/report.ts'
import { dropsPerMinuteFact, handshakeFacts, isLongerThanADay } from '../../facts.ts'
import { formatCount, formatMinute, formatShare } from '../../format.ts'
import { NO_TIMELINE, SECTIONS, TIMELINE_HINT } from '../../html-sentences.ts'
import type { ChartsData, Panel, PanelSeries } from '../charts-data.ts'
import { swatch } from '../looks.ts'
import { dataElement, html, type Markup } from '../markup.ts'
import { plot } from '../plot.ts'
import { figureColumn, table, textColumn } from '../table.ts'
import { offsetsOf, stepText } from '../time-steps.ts'
import { timelineData } from '../timeline-data.ts'
import { panelsOf, restOf } from '../timeline-panels.ts'
import type { Section } from './section.ts'

/** Buckets of the still pictures, of the charts that zoom, and of the table: as many as can be told apart. */
const MOST_STILL = 240
const MOST_ZOOMABLE = 1500
const MOST_ROWS = 24

/** When it happened: drops by cause, handshakes, success rate and open sessions, one below the other on the same time. */
export const timeline: Section = (report, { zone }) => {
  const still = timelineData(report, { zone, most: MOST_STILL })
  if (still === undefined) return { id: 'timeline', title: SECTIONS.timeline, body: html`<p>${NO_TIMELINE}</p>` }
  return {
    id: 'timeline',
    title: SECTIONS.timeline,
    body: html`<p class="note">Drops a minute: ${dropsPerMinuteFact(report, zone)}. ${handshakeFacts(report).counts}. Times in ${report.window.timeZone}.</p>
<div id="charts" role="group" aria-label="Charts over time" aria-describedby="charts-hint">
<p id="charts-hint" class="note" hidden>${TIMELINE_HINT}</p>
<div id="charts-tools" class="tools" hidden></div>
${panelsOf(still).map((panel) => panelFigure(panel, { edges: still.edges, zone }))}
<p id="charts-said" class="visually-hidden" role="status"></p>
</div>
${dataTable(report, zone)}`,
  }
}

const REST_WORDS: Readonly<Record<PanelSeries['rest'], string>> = { sum: '', max: 'most ', min: 'lowest ' }

const panelFigure = (panel: Panel, { edges, zone }: { readonly edges: readonly number[]; readonly zone: Zone }): Markup => html`<figure class="panel panel-${panel.id}" data-panel="${panel.id}">
<figcaption><b>${panel.title}</b> <span class="range"></span><ul class="legend">${panel.series.map((series) => legendItem(series, panel, edges)).toReversed()}</ul></figcaption>
${plot(panel, { edges, zone })}
</figure>
`

const legendItem = (series: PanelSeries, { isPerMinute, unit }: Panel, edges: readonly number[]): Markup => {
  const rest = restOf(series, { isPerMinute, edges })
  return html`<li data-series="${series.label}">${series.kind === 'stack' ? swatch(series) : html`<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false"><path class="l-${series.hue}" d="M0 7H14"/></svg>`} ${series.label} <b>${rest === null ? '–' : `${REST_WORDS[series.rest]}${formatCount(rest)}${unit === '' ? '' : ` ${unit}`}`}</b></li>`
}

/** The same in figures, for who cannot see a chart. */
const dataTable = (report: Report, zone: Zone): Markup => {
  const data = timelineData(report, { zone, most: MOST_ROWS })!
  const rows = data.attempts.map((attempts, index) => ({ at: new Date(data.edges[index]! * 1000).toISOString(), attempts, succeeded: data.succeeded[index]!, drops: data.drops[index]!, faults: data.faults[index]!, worst: data.worst[index]!, active: data.active[index]! }))
  type Row = (typeof rows)[number]
  const hasDate = isLongerThanADay(report)
  return html`<details><summary>The charts as a table</summary>
${table<Row>({
  caption: `By ${stepText(data.step)}`,
  columns: [
    textColumn('from', ({ at }) => formatMinute(at, { zone, hasDate })),
    figureColumn('handshakes', ({ attempts }) => formatCount(attempts), ({ attempts }) => attempts),
    figureColumn('reached 101', ({ attempts, succeeded }) => formatShare(attempts === 0 ? null : succeeded / attempts), ({ attempts, succeeded }) => (attempts === 0 ? null : succeeded / attempts)),
    figureColumn('drops', ({ drops }) => formatCount(drops), ({ drops }) => drops),
    figureColumn('cut', ({ faults }) => formatCount(faults), ({ faults }) => faults),
    figureColumn('drops in the worst minute', ({ worst }) => formatCount(worst), ({ worst }) => worst),
    figureColumn('open at once', ({ active }) => (active === null ? '–' : formatCount(active)), ({ active }) => active),
  ],
  rows,
  head: 0,
  isSortable: false,
  sortedBy: undefined,
})}</details>`
}

/** As the script looks for it. */
const CHARTS_DATA = 'charts-data'

export const chartsElement = (report: Report, zone: Zone): Markup | undefined => {
  const data = timelineData(report, { zone, most: MOST_ZOOMABLE })
  if (data === undefined) return undefined
  const [from, to] = [data.edges[0]! * 1000, data.edges.at(-1)! * 1000]
  const charts: ChartsData = { edges: data.edges, offsets: offsetsOf({ fromMs: from, toMs: to, zone }), panels: panelsOf(data) }
  return dataElement(CHARTS_DATA, charts)
}
