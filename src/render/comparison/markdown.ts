import type { Zone } from 'luxon'
import type { ComparedRow, ComparedSide, Comparison } from '../../compare/comparison.ts'
import { formatCount, formatInstant } from '../format.ts'
import { markdownTable, markdownText } from '../markdown-text.ts'
import { SEVERITIES } from '../sentences.ts'
import { formatBoth, formatChance, formatChange } from './figures.ts'
import { answerSentence, caveatSentence, CHANGE_VERDICTS, REASONS, VERDICT_KEY } from './sentences.ts'

/** The comparison as Markdown, for a ticket or a chat. */
export const renderComparisonMarkdown = (comparison: Comparison, { zone }: { readonly zone: Zone }): string => {
  const isCompared = !comparison.caveats.some(({ code }) => code === 'same-report' || code === 'empty')
  const changed = comparison.findings.filter(({ presence }) => presence !== 'both')
  const blocks = [
    markdownText(answerSentence(comparison)),
    markdownTable(['', 'time', 'handshakes', 'sessions', 'logs'], [sideCells('before', comparison.before, zone), sideCells('after', comparison.after, zone)]),
    comparison.caveats.map((caveat) => `- ${markdownText(caveatSentence(caveat))}`).join('\n'),
    ...(isCompared && comparison.rows.length > 0 ? [markdownTable(['', 'before', 'after', 'change', 'number', 'verdict', 'chance', ''], comparison.rows.flatMap(rowCells)), markdownText(VERDICT_KEY)] : []),
    ...(changed.length > 0 ? ['## What to change: new and gone', markdownTable(['', 'finding', 'severity', 'code'], changed.map(({ code, presence, before, after }) => [presence === 'appeared' ? 'new' : 'gone', (after ?? before)!.title, SEVERITIES[(after ?? before)!.severity], code]))] : []),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

const sideCells = (name: string, { window, attempts, sessions, inputs }: ComparedSide, zone: Zone): string[] => [name, `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${zone.name}`, formatCount(attempts), formatCount(sessions), inputs.join(', ')]

const rowCells = (row: ComparedRow): string[][] => {
  const { before, after } = formatBoth(row)
  const also = row.also === null ? undefined : formatBoth(row.also)
  return [
    [row.label, before, after, formatChange(row), row.counts === null ? '' : `${formatCount(row.counts.before)} → ${formatCount(row.counts.after)}`, CHANGE_VERDICTS[row.verdict], formatChance(row), row.reason === null ? '' : REASONS[row.reason]],
    ...(also === undefined ? [] : [[`${row.label}, in an hour of sessions`, also.before, also.after, formatChange(row.also!), '', '', '', '']]),
  ]
}
