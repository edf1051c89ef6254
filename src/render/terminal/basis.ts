import type { Report } from '../../report/report.ts'
import { lineFacts, missingElsewhere } from '../facts.ts'
import { formatCount } from '../format.ts'
import { clip, sanitize } from '../sanitize.ts'
import { errorLogSentences, MISSING, unknownMessages } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

/** What the report rests on: lines, error logs, what could not be read, and what is missing. */
export const basis: Section = (report, { paint, width }) => {
  const { lines, errors } = report
  const [counts = '', ...others] = lineFacts(report)
  // The section of the endings says it, where there are any.
  const missing = missingElsewhere(report)
  return [
    paint.strong('What this rests on'),
    ...wrap(sanitize(counts), width, { first: '  ' }),
    ...lines.examples.flatMap(({ path, line, column, reason }) => wrap(`${clip(path, width - 30)}:${line}:${column}: ${sanitize(reason)}`, width, { first: '    ', rest: '      ' })),
    ...others.map((fact) => `  ${fact}`),
    ...errorLogs(report, width),
    ...errors.flatMap(({ message }) => wrap(`not read: ${sanitize(message)}`, width, { first: '  ', rest: '    ' })).map(paint.bad),
    ...(missing.length > 0 ? ['  It cannot tell', ...missing.flatMap((one) => wrap(MISSING[one], width, { first: '  - ', rest: '    ' }))].map(paint.faint) : []),
  ]
}

const MAX_TEXTS = 3

const errorLogs = ({ inputs, evidence }: Report, width: number): string[] => {
  const logs = inputs.filter(({ kind }) => kind === 'error')
  const unknown = unknownMessages(evidence)
  return [
    ...logs.flatMap(({ path, lines, skipped }) => wrap(`error log ${clip(path, width - 30)}: ${formatCount(lines)} lines${skipped > 0 ? `, ${formatCount(skipped)} of them not nginx's` : ''}`, width, { first: '  ', rest: '    ' })),
    ...errorLogSentences(evidence).flatMap((sentence) => wrap(sanitize(sentence), width, { first: '    ', rest: '      ' })),
    ...(unknown === undefined ? [] : [`    ${unknown.sentence}:`, ...unknown.texts.slice(0, MAX_TEXTS).map((text) => `      ${clip(text, width - 6)}`)]),
  ]
}
