import type { ClusterReport } from '../../../report/report.ts'
import { clusterFacts } from '../../facts.ts'
import { formatAge } from '../../format.ts'
import { SECTIONS } from '../../html-sentences.ts'
import { candidatesSentence } from '../../sentences.ts'
import { html, type Markup } from '../markup.ts'
import type { Section } from './section.ts'

/** Ages at which sessions end together: what a timer leaves behind, and whose it is. */
export const clusters: Section = ({ clusters: found }) =>
  found.length === 0 ? undefined : { id: 'clusters', title: SECTIONS.clusters, body: html`<dl class="clusters">${found.map(item)}</dl>` }

const item = (cluster: ClusterReport): Markup => {
  const { sessions, isFault, verdict } = clusterFacts(cluster)
  return html`<div><dt>${formatAge(cluster.seconds)}</dt><dd><p>${sessions}</p><p>${isFault && html`<span class="cut" aria-hidden="true">✗ </span>`}<b>${verdict}</b></p>${cluster.evidence.length > 0 && html`<p class="note">${cluster.evidence.join('; ')}</p>`}${note(candidatesSentence(cluster))}</dd></div>
`
}

const note = (sentence: string | undefined): Markup | undefined => (sentence === undefined ? undefined : html`<p class="note">${sentence}</p>`)
