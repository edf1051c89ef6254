import type { Zone } from 'luxon'
import type { InputReport, Report } from '../../../report/report.ts'
import { lineFacts, missingElsewhere } from '../../facts.ts'
import { formatBytes, formatCount, formatInstant } from '../../format.ts'
import { SECTIONS } from '../../html-sentences.ts'
import { errorLogSentences, MISSING, unknownMessages } from '../../sentences.ts'
import { html, type Markup } from '../markup.ts'
import { figureColumn, table, textColumn } from '../table.ts'
import type { Section } from './section.ts'

/** What the report rests on: lines, error logs, what could not be read, and what is missing to know more. */
export const basis: Section = (report, { zone }) => {
  const { lines, errors, evidence } = report
  const unknown = unknownMessages(evidence)
  const missing = missingElsewhere(report)
  return {
    id: 'basis',
    title: SECTIONS.basis,
    body: html`<ul class="facts">${[...lineFacts(report), ...errorLogSentences(evidence).map((sentence) => `error log: ${sentence}`)].map((fact) => html`<li>${fact}</li>`)}${errors.map(({ message }) => html`<li class="cut">not read: ${message}</li>`)}</ul>
${missing.length > 0 && html`<h3>What is missing to know more</h3><p>It cannot tell</p><ul class="facts">${missing.map((one) => html`<li>${MISSING[one]}</li>`)}</ul>`}
${report.inputs.length > 0 && inputs(report, zone)}
${lines.examples.length > 0 && html`<h3>Lines that were skipped</h3><ul class="facts">${lines.examples.map(({ path, line, column, reason }) => html`<li><code>${path}:${line}:${column}</code>: ${reason}</li>`)}</ul>`}
${unknown !== undefined && html`<h3>In the error log</h3><p>${unknown.sentence}:</p><ul class="facts">${unknown.texts.map((text) => html`<li><code>${text}</code></li>`)}</ul>`}
${evidence.messages.length > 0 && messages(report)}`,
  }
}

const inputs = (report: Report, zone: Zone): Markup =>
  table<InputReport>({
    caption: 'Logs read',
    columns: [
      textColumn('log', ({ path }) => html`<code>${path}</code>`),
      textColumn('kind', ({ kind, logFormat, envelope }) => [kind, logFormat === '' || kind === 'error' ? '' : `, ${logFormat}`, envelope === null ? '' : ` in ${envelope}`]),
      figureColumn('size', ({ bytes }) => formatBytes(bytes), ({ bytes }) => bytes),
      figureColumn('lines', ({ lines }) => formatCount(lines), ({ lines }) => lines),
      figureColumn('skipped', ({ skipped }) => formatCount(skipped), ({ skipped }) => skipped),
      figureColumn('filtered out', ({ filtered }) => formatCount(filtered), ({ filtered }) => filtered),
      textColumn('from', ({ from }) => formatInstant(from, zone)),
      textColumn('to', ({ to }) => formatInstant(to, zone)),
    ],
    rows: report.inputs,
    head: 0,
    isSortable: true,
    sortedBy: undefined,
  })

type Message = Report['evidence']['messages'][number]

const messages = ({ evidence }: Report): Markup => html`<details><summary>What the error logs say, by message</summary>
${table<Message>({
  caption: 'Entries of the error logs',
  columns: [textColumn('text', ({ text }) => html`<code>${text}</code>`), textColumn('known as', ({ message }) => message ?? 'not known'), textColumn('level', ({ level }) => level), figureColumn('lines', ({ count }) => formatCount(count), ({ count }) => count)],
  rows: evidence.messages,
  head: 0,
  isSortable: true,
  sortedBy: 3,
})}</details>`
