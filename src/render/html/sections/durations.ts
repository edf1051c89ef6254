import type { ClusterReport, Report } from '../../../report/report.ts'
import { livedFacts, sessionFacts } from '../../facts.ts'
import { formatCount, formatSeconds, formatShare } from '../../format.ts'
import { DURATIONS_NOTE, SECTIONS } from '../../html-sentences.ts'
import { hueOfCause } from '../looks.ts'
import { html, type Markup } from '../markup.ts'
import { figureColumn, table, textColumn } from '../table.ts'
import type { Section } from './section.ts'

/** How long sessions lived: a histogram with the ages named at which many end together. */
export const durations: Section = (report, { zone }) => {
  const facts = sessionFacts(report, zone)
  if (facts.length === 0) return undefined
  const { histogram } = report.sessions
  return {
    id: 'durations',
    title: SECTIONS.durations,
    body: html`<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${histogram.length > 0 && html`<p class="figures">${livedFacts(report).map((fact) => html`<span>${fact}</span> `)}</p>
<p class="note">${DURATIONS_NOTE}</p>
<figure class="histogram">${picture(report)}</figure>
<details><summary>The histogram as a table</summary>${bins(report)}</details>`}`,
  }
}

const MAX_LABELS = 6
const LANE = 18
const BARS = 180
const AXIS = 22
/** Where the scale begins when the first bin begins at 0. */
const SHORTEST = 0.01

type Bin = Report['sessions']['histogram'][number]

/** In percent of the width, on a logarithmic scale over all bins. */
const scaleOf = (histogram: readonly Bin[]): ((seconds: number) => number) => {
  const from = Math.log10(Math.max(SHORTEST, histogram[0]!.from))
  const to = Math.max(Math.log10(histogram.at(-1)!.to), from + 0.3)
  return (seconds) => Math.min(100, Math.max(0, ((Math.log10(Math.max(SHORTEST, seconds)) - from) / (to - from)) * 100))
}

const picture = ({ sessions: { histogram }, clusters }: Report): Markup => {
  const x = scaleOf(histogram)
  const most = Math.max(...histogram.map(({ count }) => count))
  const named = inLanes(clusters.slice(0, MAX_LABELS), x)
  const top = named.length * LANE + 6
  const bottom = top + BARS
  return html`<svg width="100%" height="${bottom + AXIS}" role="img" aria-label="${spoken(named, histogram)}" focusable="false">
<line class="grid" x1="0" x2="100%" y1="${top}" y2="${top}"/><line class="grid" x1="0" x2="100%" y1="${top + BARS / 2}" y2="${top + BARS / 2}"/><line class="axis" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>
${histogram.map((bin) => bar(bin, { x, most, bottom, clusters: named }))}
<text class="small" x="0" y="${top - 3}">${formatCount(most)} sessions</text>
${ticks(histogram, x).map(({ at, label }) => html`<line class="axis" x1="${p(at)}" x2="${p(at)}" y1="${bottom}" y2="${bottom + 4}"/><text x="${p(at)}" y="${bottom + 17}" text-anchor="${at < 3 ? 'start' : at > 97 ? 'end' : 'middle'}">${label}</text>`)}
${named.map((cluster, index) => leader(x(cluster.seconds), { y: (index + 1) * LANE - 13, bottom }))}
${named.map((cluster, index) => clusterLabel(cluster, { at: x(cluster.seconds), y: (index + 1) * LANE - 4 }))}
</svg>`
}

const p = (percent: number): string => `${percent.toFixed(2)}%`

const bar = ({ from, to, count }: Bin, { x, most, bottom, clusters }: { readonly x: (seconds: number) => number; readonly most: number; readonly bottom: number; readonly clusters: readonly ClusterReport[] }): Markup => {
  const height = Math.max(1, (count / most) * BARS)
  const inside = clusters.find(({ seconds }) => seconds >= from && seconds < to)
  return html`<rect class="${inside === undefined ? 'f-attempts' : clusterFill(inside)}" x="${p(x(from))}" width="${p(Math.max(0.3, x(to) - x(from) - 0.12))}" y="${(bottom - height).toFixed(1)}" height="${height.toFixed(1)}"><title>${formatSeconds(from)} – ${formatSeconds(to)}: ${formatCount(count)}</title></rect>`
}

const clusterFill = ({ cause }: ClusterReport): string => (cause === null ? 'f-unknown' : `f-${hueOfCause(cause)}`)

const leader = (at: number, { y, bottom }: { readonly y: number; readonly bottom: number }): Markup => html`<line class="leader" x1="${p(at)}" x2="${p(at)}" y1="${y}" y2="${bottom}"/>`

const isLabelLeft = (at: number): boolean => at > 50

/** From the top: labels to the right of their age from the left one on, then those to the left of it from the right one on; so no leader crosses a label of its side. */
const inLanes = (clusters: readonly ClusterReport[], x: (seconds: number) => number): ClusterReport[] => {
  const sorted = clusters.toSorted((a, b) => a.seconds - b.seconds)
  return [...sorted.filter(({ seconds }) => !isLabelLeft(x(seconds))), ...sorted.filter(({ seconds }) => isLabelLeft(x(seconds))).toReversed()]
}

/** Each on a line of its own, so that none covers another, however narrow the page is. */
const clusterLabel = (cluster: ClusterReport, { at, y }: { readonly at: number; readonly y: number }): Markup => {
  const isLeft = isLabelLeft(at)
  return html`<text class="cluster" x="${p(at)}" dx="${isLeft ? -6 : 6}" y="${y}" text-anchor="${isLeft ? 'end' : 'start'}"><tspan class="strong">${formatSeconds(cluster.seconds)}:</tspan> ${cluster.cause ?? 'cause not known'}</text>`
}

const TICKS = [[0.001, '1 ms'], [0.01, '10 ms'], [0.1, '0.1 s'], [1, '1 s'], [10, '10 s'], [60, '1 min'], [600, '10 min'], [3600, '1 h'], [36_000, '10 h'], [86_400, '1 d'], [864_000, '10 d']] as const

const ticks = (histogram: readonly Bin[], x: (seconds: number) => number): { at: number; label: string }[] => {
  const inside = TICKS.filter(([seconds]) => seconds >= Math.max(SHORTEST, histogram[0]!.from) && seconds <= histogram.at(-1)!.to)
  const shown = inside.length > 0 ? inside.map(([seconds, label]) => ({ at: x(seconds), label })) : [{ at: x(histogram[0]!.from), label: formatSeconds(histogram[0]!.from) }, { at: 100, label: formatSeconds(histogram.at(-1)!.to) }]
  // Too near to the one before: on a telephone they would touch.
  return shown.filter(({ at }, index) => index === 0 || at - shown[index - 1]!.at >= 7)
}

const spoken = (clusters: readonly ClusterReport[], histogram: readonly Bin[]): string => {
  const most = histogram.reduce((best, bin) => (bin.count > best.count ? bin : best))
  return `Histogram of ${formatCount(histogram.reduce((sum, { count }) => sum + count, 0))} sessions by age; most, ${formatCount(most.count)}, lived ${formatSeconds(most.from)} to ${formatSeconds(most.to)}.${clusters.map(({ seconds, cause, sessions }) => ` ${formatCount(sessions)} ended at ${formatSeconds(seconds)}: ${cause ?? 'cause not known'}.`).join('')}`
}

const bins = ({ sessions: { histogram } }: Report): Markup => {
  const all = histogram.reduce((sum, { count }) => sum + count, 0)
  return table<Bin>({
    caption: 'Sessions by age',
    columns: [textColumn('age', ({ from, to }) => `${formatSeconds(from)} – ${formatSeconds(to)}`), figureColumn('sessions', ({ count }) => formatCount(count), ({ count }) => count), figureColumn('share', ({ count }) => formatShare(count / all), ({ count }) => count / all)],
    rows: histogram,
    head: 0,
    isSortable: false,
    sortedBy: undefined,
  })
}
