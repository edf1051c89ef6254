import type { ChangeVerdict, ComparedFinding, ComparedRow, Comparison } from '../../../compare/comparison.ts'
import type { Against } from '../../../compare/against.ts'
import type { Period } from '../../../report/period.ts'
import { formatBoth, formatChance, formatChange, formatMore } from '../../comparison/figures.ts'
import { answerSentence, caveatSentence, CHANGE_VERDICTS, REASONS, VERDICT_KEY } from '../../comparison/sentences.ts'
import { formatCount } from '../../format.ts'
import { notKept, notOver, periodTitle, RELATIONS } from '../../period-sentences.ts'
import { SEVERITIES } from '../../sentences.ts'
import { type Content, html, type Markup } from '../markup.ts'
import type { PageSection } from '../page.ts'
import { figureColumn, table, textColumn } from '../table.ts'

const MARKS: Readonly<Record<ChangeVerdict, string>> = { better: '✓', worse: '✗', changed: '~', same: '=', unclear: '?' }
const CHANGED: readonly ChangeVerdict[] = ['worse', 'better', 'changed']

export interface ComparisonOptions {
  readonly period: Period
  readonly isOver: boolean
  /** Where the page of a period is, by its name: relative to this one. */
  readonly hrefOf: (name: string) => string
}

/** What got better or worse against earlier periods, beyond chance. */
export const comparisonSection = (against: readonly Against[], { period: { kind }, isOver, hrefOf }: ComparisonOptions): PageSection => ({
  id: 'against',
  title: kind === 'day' ? 'Against the day before and the same day last week' : `Against the ${kind} before`,
  body: isOver ? [against.map((one, index) => oneAgainst(one, { index, hrefOf })), against.some(({ comparison }) => comparison !== null) && html`<p class="note">${VERDICT_KEY}</p>`] : html`<p>${notOver(kind)}</p>`,
})

const oneAgainst = ({ relation, period, comparison }: Against, { index, hrefOf }: { readonly index: number; readonly hrefOf: ComparisonOptions['hrefOf'] }): Markup => {
  const title = periodTitle(period)
  return html`<div class="against" role="group" aria-labelledby="against-${index}"><h3 id="against-${index}">Against ${RELATIONS[relation]}, ${comparison === null ? title : html`<a href="${hrefOf(period.name)}">${title}</a>`}</h3>
${comparison === null ? html`<p class="note">${notKept(period.kind)}</p>` : compared(comparison, RELATIONS[relation])}</div>
`
}

const compared = (comparison: Comparison, relation: string): Content => {
  const { rows, caveats, findings } = comparison
  const isCompared = !caveats.some(({ code }) => code === 'same-report' || code === 'empty')
  const changed = isCompared ? CHANGED.flatMap((verdict) => rows.filter((row) => row.verdict === verdict)) : []
  const others = isCompared ? rows.filter((row) => !changed.includes(row)) : []
  const news = findings.filter(({ presence }) => presence !== 'both')
  return html`<p class="answer ${changed.some(({ verdict }) => verdict === 'worse') ? 'bad' : changed.some(({ verdict }) => verdict === 'better') ? 'good' : 'even'}">${answerSentence(comparison)}</p>
${caveats.length > 0 && html`<ul class="facts note">${caveats.map((caveat) => html`<li>${caveatSentence(caveat)}</li>`)}</ul>`}
${changed.length > 0 && rowsTable(changed, `What changed against ${relation}`)}
${others.length + news.length > 0 && html`<details><summary>What did not change, or is unclear: ${formatCount(others.length)} more${news.length > 0 && `; findings that came or went: ${formatCount(news.length)}`}</summary>
${others.length > 0 && rowsTable(others, `What did not change against ${relation}`)}
${news.length > 0 && html`<ul class="facts">${news.map((finding) => html`<li>${findingText(finding)}</li>`)}</ul>`}</details>`}`
}

const rowsTable = (rows: readonly ComparedRow[], caption: string): Markup =>
  table<ComparedRow>({
    caption,
    columns: [
      textColumn('what', (row) => [row.label, formatMore(row) !== undefined && html`<br><span class="note">${formatMore(row)}</span>`, row.reason !== null && html`<br><span class="note">${REASONS[row.reason]}</span>`]),
      figureColumn('before', (row) => formatBoth(row).before, ({ before }) => before),
      figureColumn('now', (row) => formatBoth(row).after, ({ after }) => after),
      figureColumn('change', formatChange, ({ difference }) => difference),
      textColumn('verdict', ({ verdict }) => html`<span class="verdict ${verdict}"><span aria-hidden="true">${MARKS[verdict]} </span>${CHANGE_VERDICTS[verdict]}</span>`),
      figureColumn('chance', formatChance, ({ adjustedP }) => adjustedP),
    ],
    rows,
    head: 0,
    isSortable: false,
    sortedBy: undefined,
  })

const findingText = ({ presence, before, after }: ComparedFinding): string => {
  const side = (after ?? before)!
  return `${presence === 'appeared' ? 'New' : 'Gone'}: ${side.title} (${SEVERITIES[side.severity]}${side.sessions > 0 ? `, ${formatCount(side.sessions)}` : ''})`
}
