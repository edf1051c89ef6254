import { whatWouldTell } from '../../facts.ts'
import { formatCount, formatShare } from '../../format.ts'
import { HOPS, MOST_KNOWN, MOST_LOST, NO_LOSS, NONE_KNOWN, PATH_NOTE, SECTIONS } from '../../html-sentences.ts'
import { LAYERS } from '../../sentences.ts'
import { divisible, html, lines, type Markup } from '../markup.ts'
import { type HopLoss, type PathLosses, pathLosses } from '../path-losses.ts'
import type { Section } from './section.ts'

const MAX_CAUSES = 3

/** The path from the client to the upstream as a picture: a stream of handshakes, and what falls out of it at each hop. */
export const pathPicture: Section = (report) => {
  const losses = pathLosses(report)
  if (losses.attempts === 0) return undefined
  const most = Math.max(...losses.hops.map(({ share }) => share))
  const tells = whatWouldTell(report)
  return {
    id: 'path',
    title: SECTIONS.path,
    body: html`<p class="note">${PATH_NOTE}</p>
<div class="path">
${river(losses)}
<ol class="hops">
<li class="end"><h3>all</h3><p class="share">${formatCount(losses.attempts)}</p><p>${losses.attempts === 1 ? 'handshake' : 'handshakes'}</p></li>
${losses.hops.map((hop) => hopItem(hop, { most, unknown: (losses.unknownEnds + losses.unknownFailures) / losses.attempts }))}
${remainder(losses)}
</ol>
</div>
${tells !== undefined && html`<div class="hint"><p>${tells.why}</p><pre><code>${lines(tells.steps.join('\n'))}</code></pre></div>`}`,
  }
}

/** Where much is not known, nothing is said of what else may have been lost at a hop. */
const hopItem = ({ layer, cut, failed, share, causes }: HopLoss, { most, unknown }: { readonly most: number; readonly unknown: number }): Markup => {
  const isWorst = share > 0 && share === most
  const more = causes.length - MAX_CAUSES
  return html`<li class="hop${share === 0 && html` fine`}${isWorst && html` worst`}"><h3><span class="dot b-${layer}" aria-hidden="true"></span>${LAYERS[layer]} <small>${HOPS[layer]}</small></h3>
<p class="share">${share === 0 ? (unknown > 0 ? NONE_KNOWN : NO_LOSS) : formatShare(share)}${share > 0 && html`<span class="visually-hidden"> lost here</span>`}${isWorst && html` <em>${unknown > share ? MOST_KNOWN : MOST_LOST}</em>`}</p>
${share > 0 && html`<svg class="bar" width="100%" height="8" aria-hidden="true" focusable="false"><rect class="track" width="100%" height="8" rx="4"/><rect class="f-${layer}" width="${(Math.max(share, 0.01) * 100).toFixed(1)}%" height="8" rx="4"/></svg>
<p>${[cut > 0 && `${formatCount(cut)} ${cut === 1 ? 'session' : 'sessions'} cut`, failed > 0 && `${formatCount(failed)} ${failed === 1 ? 'handshake' : 'handshakes'} failed`].filter(Boolean).join(', ')}</p>
<ul>${causes.slice(0, MAX_CAUSES).map(({ text, count }) => html`<li><b>${formatCount(count)}</b> ${divisible(text)}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>`}</li>
`
}

/** What is no loss, and what nobody can tell: apart, since neither is a fault of anyone. */
const remainder = ({ attempts, orderly, unknownEnds, unknownFailures }: PathLosses): Markup => {
  const unknown = unknownEnds + unknownFailures
  return html`<li class="end"><h3>${NO_LOSS}</h3><p class="share">${formatShare(orderly / attempts)}</p><p>${formatCount(orderly)} ended in order</p>
${unknown > 0 && html`<h3 class="unknown"><span class="dot b-unknown" aria-hidden="true"></span>not known</h3><p class="share">${formatShare(unknown / attempts)}</p><p>${[unknownEnds > 0 && `${formatCount(unknownEnds)} ended, by whom is not known`, unknownFailures > 0 && `${formatCount(unknownFailures)} failed, why is not known`].filter(Boolean).join('; ')}</p>`}</li>
`
}

const WIDTH = 1200
/** As the columns of the list are in the style: 8 + 4 × 11 + 8. */
const FIRST = WIDTH * (8 / 60)
const COLUMN = WIDTH * (11 / 60)
const TOP = 8
const THICKNESS = 72
const HEIGHT = 124

/** The stream is as thick as what is left of it. Stretched to the width of the page, its columns are those of the list below. */
const river = ({ hops, attempts, orderly, unknownEnds, unknownFailures }: PathLosses): Markup => {
  let bottom = TOP + THICKNESS
  const edge = [`M0 ${TOP}V${bottom}`]
  const branches = hops.map(({ layer, share }, index) => {
    if (share === 0) return undefined
    const width = Math.max(2, THICKNESS * share)
    const x = FIRST + COLUMN * (index + 0.5)
    const upper = bottom - width
    const left = x - COLUMN * 0.4
    const path = html`<path class="f-${layer}" d="M${r(left)} ${r(upper)}C${r(x)} ${r(upper)} ${r(x + width / 2)} ${r(upper + 20)} ${r(x + width / 2)} ${HEIGHT}H${r(x - width / 2)}C${r(x - width / 2)} ${r(bottom + 16)} ${r(x - 20)} ${r(bottom)} ${r(left)} ${r(bottom)}Z"/>`
    edge.push(`H${r(left)}V${r(upper)}`)
    bottom = upper
    return path
  })
  const unknown = (THICKNESS * (unknownEnds + unknownFailures)) / attempts
  const split = FIRST + COLUMN * 3.9
  edge.push(`H${r(WIDTH)}V${TOP}Z`)
  return html`<svg class="river" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="f-stream" d="${edge.join('')}"/>${unknown > 0 && html`<rect fill="url(#pattern-unknown-stripes)" x="${r(split)}" width="${r(WIDTH - split)}" y="${r(TOP + (THICKNESS * orderly) / attempts)}" height="${r(unknown)}"/>`}${branches}</svg>`
}

const r = (value: number): string => value.toFixed(1)
