import { DateTime, type Zone } from 'luxon'
import { formatShare } from '../format.ts'
import type { Panel } from './charts-data.ts'
import { swatch } from './looks.ts'
import { html, type Markup } from './markup.ts'
import { plot } from './plot.ts'
import { type ListedPeriod, rateOf } from './sections/periods.ts'
import { floorOfRate } from './timeline-panels.ts'

const MOST_DAYS = 92

/** Days side by side: sessions that were cut among all that ended, and how many handshakes reached 101. A day that is not over would look like a fall. Undefined for a single day. */
export const daysChart = (days: readonly ListedPeriod[], { zone }: { readonly zone: Zone }): Markup | undefined => {
  const over = days.filter(({ row }) => row.isOver)
  const last = over.map(({ period }) => period.name).sort().at(-1)
  if (last === undefined || over.length < 2) return undefined
  const byDay = new Map(over.map(({ period, row }) => [period.name, row]))
  const end = DateTime.fromISO(last, { zone }).plus({ days: 1 })
  const starts = Array.from({ length: MOST_DAYS }, (_, index) => end.minus({ days: MOST_DAYS - index }))
  const shown = starts.slice(starts.findIndex((start) => byDay.has(start.toISODate()!)))
  const rows = shown.map((start) => byDay.get(start.toISODate()!))
  const edges = [...shown, end].map((at) => at.toSeconds())
  const rates = rows.map((row) => (row === undefined ? null : rateOf(row))).map((rate) => (rate === null ? null : rate * 100))
  const known = rates.filter((rate) => rate !== null)
  const drops: Panel = { id: 'drops', title: 'Sessions that ended, by day', isPerMinute: false, unit: '', min: 0, max: null, series: [
    { label: 'cut', hue: 'bad', pattern: 'solid', kind: 'stack', values: rows.map((row) => row?.faults ?? null), rest: 'sum' },
    { label: 'in order, or by whom is not known', hue: 'orderly', pattern: 'solid', kind: 'stack', values: rows.map((row) => (row === undefined ? null : row.sessions - row.faults)), rest: 'sum' },
  ] }
  const rate: Panel = { id: 'rate', title: 'Handshakes that reached 101', isPerMinute: false, unit: '%', min: floorOfRate(Math.min(100, ...known)), max: 100, series: [{ label: 'reached 101', hue: 'good', pattern: 'solid', kind: 'line', values: rates, rest: 'min' }] }
  return html`<div class="days-chart"><figure class="panel panel-drops"><figcaption><b>${drops.title}</b> <ul class="legend">${drops.series.map((series) => html`<li>${swatch(series)} ${series.label}</li>`)}</ul></figcaption>
${plot(drops, { edges, zone })}
</figure>
${known.length > 0 && html`<figure class="panel panel-rate"><figcaption><b>${rate.title}</b> <ul class="legend"><li>lowest <b>${formatShare(Math.min(...known) / 100)}</b></li></ul></figcaption>
${plot(rate, { edges, zone })}
</figure>`}
<p class="note">The same in figures: the table below.</p></div>`
}
