import type { ChangeVerdict, ComparedFinding, ComparedRow, ComparedSide, Comparison, RowGroup } from '../../compare/comparison.ts'
import { clipColumns, columnsOf } from '../columns.ts'
import { formatCount, formatInstant } from '../format.ts'
import type { Paint } from '../paint.ts'
import { sanitize } from '../sanitize.ts'
import { SEVERITIES } from '../sentences.ts'
import type { TerminalOptions } from '../terminal/options.ts'
import { wrap } from '../wrap.ts'
import { formatBoth, formatChance, formatChange, formatMore } from './figures.ts'
import { answerSentence, caveatSentence, CHANGE_VERDICTS, HEALTH, REASONS, VERDICT_KEY } from './sentences.ts'

const MARKS: Readonly<Record<ChangeVerdict, string>> = { better: '✓', worse: '✗', changed: '~', same: '=', unclear: '?' }
const COLOURS: Readonly<Record<ChangeVerdict, keyof Paint>> = { better: 'good', worse: 'bad', changed: 'warn', same: 'faint', unclear: 'faint' }

const GROUPS: readonly { readonly title: string; readonly groups: readonly RowGroup[] }[] = [
  { title: 'Handshakes', groups: ['handshakes', 'failures'] },
  { title: 'Sessions', groups: ['sessions'] },
  { title: 'How sessions ended', groups: ['endings'] },
  { title: 'Ages at which sessions end together', groups: ['clusters'] },
  { title: 'Traffic', groups: ['traffic'] },
]

/** The comparison for a person at a terminal or in a mail: the answer in the first line. */
export const renderComparison = (comparison: Comparison, options: TerminalOptions): string => {
  const blocks = [answer(comparison, options), sides(comparison, options), caveats(comparison, options), ...GROUPS.map((group) => table(comparison, group, options)), findings(comparison, options), key(comparison, options)]
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const answer = (comparison: Comparison, { paint, width }: TerminalOptions): string[] => {
  const verdicts = new Set(comparison.rows.map(({ verdict }) => verdict))
  const colour = verdicts.has('worse') ? paint.bad : verdicts.has('better') ? paint.good : paint.strong
  return wrap(sanitize(answerSentence(comparison)), width).map((line) => colour(line))
}

const sides = ({ before, after }: Comparison, options: TerminalOptions): string[] => [...side('before', before, options), ...side('after', after, options)]

const side = (name: string, { window, attempts, sessions, inputs, health }: ComparedSide, { paint, width, zone }: TerminalOptions): string[] => {
  const time = window.from === null ? 'no lines' : `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${zone.name}`
  return [
    `${name.padEnd(7)} ${time}`,
    `        ${formatCount(attempts)} handshakes, ${formatCount(sessions)} sessions, ${HEALTH[health]}`,
    ...(inputs.length === 0 ? [] : [paint.faint(`        ${clipColumns(inputs.join(' '), width - 8)}`)]),
  ]
}

const caveats = (comparison: Comparison, { paint, width }: TerminalOptions): string[] =>
  comparison.caveats.flatMap((caveat) => wrap(caveatSentence(caveat), width, { first: '! ', rest: '  ' }).map(paint.warn))

/** Columns of the figures; the label has the rest. */
const FIGURES = [11, 11, 11, 11, 8] as const
const MIN_LABEL = 28

const table = ({ rows, caveats: warnings }: Comparison, { title, groups }: (typeof GROUPS)[number], { paint, width }: TerminalOptions): string[] => {
  if (warnings.some(({ code }) => code === 'same-report' || code === 'empty')) return []
  const own = rows.filter(({ group }) => groups.includes(group))
  if (own.length === 0) return []
  const labelWidth = Math.max(MIN_LABEL, Math.min(44, width - FIGURES.reduce((sum, column) => sum + column, 0)))
  const head = [title.padEnd(labelWidth).slice(0, labelWidth), 'before'.padStart(FIGURES[0]), 'after'.padStart(FIGURES[1]), 'change'.padStart(FIGURES[2]), '  verdict'.padEnd(FIGURES[3]), 'chance'.padStart(FIGURES[4])].join('')
  return [title.length > labelWidth - 2 ? `${paint.strong(title)}` : paint.strong(head), ...own.flatMap((row) => rowLines(row, labelWidth, paint))]
}

const rowLines = (row: ComparedRow, labelWidth: number, paint: Paint): string[] => {
  const { before, after } = formatBoth(row)
  const verdict = `  ${MARKS[row.verdict]} ${CHANGE_VERDICTS[row.verdict]}`.padEnd(FIGURES[3])
  const label = clipColumns(`  ${row.label}${row.presence === null || row.presence === 'both' ? '' : ` (${row.presence})`}`, labelWidth)
  const figures = `${before.padStart(FIGURES[0])}${after.padStart(FIGURES[1])}${formatChange(row).padStart(FIGURES[2])}`
  const more = formatMore(row)
  return [
    `${label}${' '.repeat(labelWidth - columnsOf(label))}${figures}${paint[COLOURS[row.verdict]](verdict)}${formatChance(row).padStart(FIGURES[4])}`.trimEnd(),
    ...(more === undefined ? [] : [paint.faint(`    ${more}`)]),
    // What one of the warnings says is not said again at each row.
    ...(row.reason === null || row.reason === 'evidence-differs' || row.reason === 'rule-differs' ? [] : [paint.faint(`    ${REASONS[row.reason]}`)]),
  ]
}

const findings = ({ findings: all }: Comparison, { paint, width }: TerminalOptions): string[] => {
  const changed = all.filter(({ presence }) => presence !== 'both')
  if (changed.length === 0) return []
  return [paint.strong('What to change: new and gone'), ...changed.flatMap((finding) => wrap(findingText(finding), width, { first: '  ', rest: '    ' }))]
}

const findingText = ({ code, presence, before, after }: ComparedFinding): string => {
  const side = (after ?? before)!
  return `${presence === 'appeared' ? 'new: ' : 'gone:'} ${sanitize(side.title)} (${SEVERITIES[side.severity]}${side.sessions > 0 ? `, ${formatCount(side.sessions)}` : ''}, ${sanitize(code)})`
}

const key = ({ rows, caveats: warnings, statistics: { tests, blockMinutes, blocks } }: Comparison, { paint, width }: TerminalOptions): string[] => {
  if (rows.length === 0 || warnings.some(({ code }) => code === 'same-report' || code === 'empty')) return []
  const blocked = `${tests} numbers tested together, over ${blocks.before} and ${blocks.after} stretches of ${blockMinutes} min.`
  return wrap(`${VERDICT_KEY} ${blocked}`, width, { first: '  ' }).map(paint.faint)
}
