import { isFault } from '../../../cause/cause.ts'
import type { EndingReport, HandshakesReport } from '../../../report/report.ts'
import { handshakeFacts, isAnyEndingKnown } from '../../facts.ts'
import { faultsFirst } from '../../faults.ts'
import { formatCount, formatShare } from '../../format.ts'
import { SECTIONS } from '../../html-sentences.ts'
import { CAUSES, CONFIDENCE_KEY, CONFIDENCES, endingText, LAYERS, notTold } from '../../sentences.ts'
import { type Content, html, type Markup } from '../markup.ts'
import { figureColumn, table, textColumn } from '../table.ts'
import type { Section } from './section.ts'

const layer = (name: EndingReport['layer']): Markup => html`<span class="dot b-${name}" aria-hidden="true"></span>${LAYERS[name]}`

/** Who cut the sessions, and how sure that is: first what nobody asked for. */
export const endings: Section = (report) => {
  if (report.sessions.count === 0) return undefined
  return { id: 'endings', title: SECTIONS.endings, body: isAnyEndingKnown(report) ? endingsTable(report.endings) : html`<p>${notTold(report)}</p>` }
}

const endingsTable = (found: readonly EndingReport[]): Content => [
  table<EndingReport>({
    caption: 'How sessions ended',
    columns: [
      textColumn('how', (ending) => [isFault(ending.cause) && html`<span class="cut"><span aria-hidden="true">✗ </span><span class="visually-hidden">cut: </span></span>`, endingText(ending)]),
      figureColumn('sessions', ({ sessions }) => formatCount(sessions), ({ sessions }) => sessions),
      figureColumn('share', ({ share }) => formatShare(share), ({ share }) => share),
      textColumn('layer', ({ layer: name }) => layer(name)),
      textColumn('how sure', ({ confidence }) => CONFIDENCES[confidence]),
    ],
    rows: faultsFirst(found),
    head: 0,
    isSortable: true,
    sortedBy: undefined,
  }),
  html`<p class="note">${CONFIDENCE_KEY}</p>`,
]

type Failure = HandshakesReport['failures'][number]

/** Why handshakes failed. */
export const failures: Section = (report) => {
  const { failures: found, attempts } = report.handshakes
  if (attempts === 0) return undefined
  const { counts, rule } = handshakeFacts(report)
  return {
    id: 'failures',
    title: SECTIONS.failures,
    body: html`<p>${counts}</p><p class="note">${rule}</p>
${found.length > 0 && table<Failure>({
  caption: 'Failed handshakes',
  columns: [
    textColumn('why', ({ cause }) => CAUSES[cause]),
    figureColumn('failed', ({ count }) => formatCount(count), ({ count }) => count),
    figureColumn('share', ({ share }) => formatShare(share), ({ share }) => share),
    figureColumn('status', ({ status }) => String(status).padStart(3, '0'), ({ status }) => status),
    textColumn('layer', ({ layer: name }) => layer(name)),
    textColumn('how sure', ({ confidence }) => CONFIDENCES[confidence]),
  ],
  rows: found,
  head: 0,
  isSortable: true,
  sortedBy: 1,
})}`,
  }
}
