import type { Zone } from 'luxon'
import { formatCount } from '../format.ts'
import type { Panel } from './charts-data.ts'
import { fill } from './looks.ts'
import { html, type Markup } from './markup.ts'
import { timeTicks } from './time-steps.ts'
import { drawn, niceCeiling } from './timeline-panels.ts'

const WIDTH = 1000
const HEIGHT = 100

/** A panel as a still picture: for print, and where no script runs. Its texts are HTML, so that they never shrink with it. */
export const plot = (panel: Panel, { edges, zone }: { readonly edges: readonly number[]; readonly zone: Zone }): Markup => {
  const values = drawn(panel, edges)
  const top = panel.max ?? niceCeiling(Math.max(...values.flat().map((value) => value ?? 0)))
  const [from = 0, to = 1] = [edges[0], edges.at(-1)]
  const x = (second: number): string => trim(((second - from) / (to - from)) * WIDTH)
  const y = (value: number): string => trim(HEIGHT - ((Math.max(value, panel.min) - panel.min) / (top - panel.min)) * HEIGHT)
  const shapes = panel.series.map((series, index) => ({ series, path: series.kind === 'stack' ? area(values[index]!, edges, { x, y }) : line(values[index]!, edges, { x, y }) }))
  const label = (value: number): string => `${formatCount(value)}${panel.unit === '' ? '' : ` ${panel.unit}`}`
  return html`<div class="plot" aria-hidden="true"><div class="y"><span>${label(top)}</span><span>${label((top + panel.min) / 2)}</span><span>${label(panel.min)}</span></div><div class="x-y"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" focusable="false"><path class="grid" d="M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}"/>${
    // The last of a stack is the highest: it is drawn first, and the others cover it.
    shapes.toReversed().filter(({ series }) => series.kind === 'stack').map(({ series, path }) => html`<path${fill(series)} d="${path}"/>`)
  }${shapes.filter(({ series }) => series.kind === 'line').map(({ series, path }) => html`<path class="l-${series.hue}" d="${path}"/>`)}</svg>
<svg class="ticks" width="100%" height="18" focusable="false">${timeTicks({ fromMs: from * 1000, toMs: to * 1000, zone, most: 5 }).map(({ atMs, label: text }) => html`<text x="${trim(((atMs / 1000 - from) / (to - from)) * 100)}%" y="13"${anchor((atMs / 1000 - from) / (to - from))}>${text}</text>`)}</svg></div></div>`
}

/** Labels at the ends stay inside. */
const anchor = (share: number): Markup => (share < 0.04 ? html`` : share > 0.96 ? html` text-anchor="end"` : html` text-anchor="middle"`)

interface Scales {
  readonly x: (second: number) => string
  readonly y: (value: number) => string
}

const area = (values: readonly (number | null)[], edges: readonly number[], { x, y }: Scales): string => {
  let path = `M0 ${HEIGHT}`
  let before = ''
  for (const [index, value] of values.entries()) {
    const level = y(value ?? 0)
    // A level that goes on needs no corner.
    if (level !== before) path += `${index === 0 ? '' : `H${x(edges[index]!)}`}V${level}`
    before = level
  }
  return `${path}H${WIDTH}V${HEIGHT}Z`
}

const line = (values: readonly (number | null)[], edges: readonly number[], { x, y }: Scales): string => {
  let path = ''
  let isDown = false
  for (const [index, value] of values.entries()) {
    if (value !== null) path += `${isDown ? 'V' : `M${x(edges[index]!)} `}${y(value)}H${x(edges[index + 1]!)}`
    isDown = value !== null
  }
  return path
}

const trim = (value: number): string => String(Number(value.toFixed(1)))
