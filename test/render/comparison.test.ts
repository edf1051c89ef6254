import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { compareReports } from '../../src/compare/compare.ts'
import type { Caveat, ComparableReport, ComparedRow, Comparison, Measure } from '../../src/compare/comparison.ts'
import { columnsOf } from '../../src/render/columns.ts'
import { formatBoth, formatChance, formatChange } from '../../src/render/comparison/figures.ts'
import { renderComparisonMarkdown } from '../../src/render/comparison/markdown.ts'
import { answerSentence, caveatSentence } from '../../src/render/comparison/sentences.ts'
import { renderComparison } from '../../src/render/comparison/terminal.ts'
import { COLOURED, PLAIN } from '../../src/render/paint.ts'
import { reportOf } from '../helpers/sample-report.ts'
import { Seeded } from '../helpers/seeded.ts'
import { simulate, USUAL } from '../compare/simulated.ts'

const zone = FixedOffsetZone.utcInstance
const shown = (comparison: Comparison, width = 80): string => renderComparison(comparison, { paint: PLAIN, width, zone })

const HOSTILE = ['\u001B[31mred', 'a\nb', '<script>alert(1)</script>', '| cell |', '\u202Eturned', '`code`', 'x'.repeat(500), '消息'.repeat(60)]

const random = new Seeded(5)
const before = simulate(USUAL, random)
const after = simulate({ ...USUAL, idlePerHour: 0, failing: 0.06 }, random, { day: 1 })
const hostile = (report: ComparableReport, text: string): ComparableReport => ({
  ...report, inputs: [{ path: text, kind: 'access', logFormat: text }], hosts: [{ name: text }], window: { ...report.window, timeZone: text }, version: text, evidence: { ...report.evidence, missing: [text as 'host'] }, findings: [{ code: text, severity: 'warning', title: text, sessions: 1, share: 0.1 }],
})

describe('renderComparison', () => {
  const comparison = compareReports(before, after)

  it('answers in the first line', () => {
    const answer = shown(comparison).split('\n\n')[0]!.replaceAll('\n', ' ')
    expect(answer).toMatch(/^Better: .*idle-timeout [\d,]+ → 0 \([\d.]+ % → 0 %\).*\. Worse: success rate [\d.]+ % → [\d.]+ %; failed: not-found/)
    expect(answerSentence(comparison)).toBe(answer)
  })

  it.each([80, 120])('fits %d columns, and no line ends with blanks', (width) => {
    for (const line of shown(comparison, width).split('\n')) {
      expect(columnsOf(line)).toBeLessThanOrEqual(width)
      expect(line).toBe(line.trimEnd())
    }
  })

  it('is the same text in colour', () => {
    expect(renderComparison(comparison, { paint: COLOURED, width: 80, zone }).replaceAll(/\u001B\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(shown(comparison))
  })

  it.each(HOSTILE)('shows %j as text, in its columns', (text) => {
    const output = shown(compareReports(hostile(before, text), hostile(after, `${text}!`)))
    expect(output).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/)
    for (const line of output.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
  })

  it.each(HOSTILE)('never takes %j for Markdown', (text) => {
    const output = renderComparisonMarkdown(compareReports(hostile(before, text), hostile(after, `${text}!`)), { zone })
    expect(output).not.toMatch(/(?<!\\)[<`]/)
    for (const block of output.trimEnd().split('\n\n').filter((each) => each.startsWith('|'))) expect(new Set(block.split('\n').map((line) => line.split(/(?<!\\)\|/).length)).size).toBe(1)
  })

  it('says what there is when nothing is beyond chance', () => {
    const [own, other] = [new Seeded(3), new Seeded(4)]
    expect(answerSentence(compareReports(simulate(USUAL, own), simulate(USUAL, other, { day: 1 })))).toMatch(/^Nothing better or worse beyond chance: success rate .*; sessions cut /)
  })

  it.each([
    ['the same twice', before, before, 'Both reports tell of the same lines: nothing to compare.'],
    ['an empty one', reportOf([]), after, 'Nothing to compare: no WebSocket handshake in the report before.'],
    ['another empty one', before, reportOf([]), 'Nothing to compare: no WebSocket handshake in the report after.'],
  ])('%s: says so, and has no table', (_, one, other, answer) => {
    const output = shown(compareReports(one, other))
    expect(output.split('\n')[0]).toBe(answer)
    expect(output).not.toContain('verdict')
  })
})

const measure = (unit: Measure['unit'], own: number, other: number): Measure => ({ unit, before: own, after: other, difference: other - own, ratio: own === 0 ? null : other / own, interval: null, p: null, adjustedP: null })

describe('figures', () => {
  it.each<[Measure['unit'], number, number, string, string, string]>([
    ['share', 0.912, 0.998, '91.2 %', '99.8 %', '+8.6 pp'],
    ['share', 0.9991, 0.999, '99.91 %', '99.90 %', '−0.01 pp'],
    ['share', 0.5, 0.5, '50 %', '50 %', '='],
    ['share', 0.0000004, 0.0000003, '<0.1 %', '<0.1 %', '−<0.01 pp'],
    ['share', 0.1, 0, '10 %', '0 %', '−10 pp'],
    ['per-session-hour', 20.4, 0.1, '20.4', '0.1', '÷ 204'],
    ['per-session-hour', 0, 3, '0', '3', '+'],
    ['per-minute', 10, 20, '10', '20', '× 2'],
    ['seconds', 60, 66, '60 s', '66 s', '+10 %'],
    ['sessions', 1500, 1000, '1,500', '1,000', '−33 %'],
  ])('%s: %d and %d', (unit, own, other, ownText, otherText, change) => {
    expect(formatBoth(measure(unit, own, other))).toEqual({ before: ownText, after: otherText })
    expect(formatChange(measure(unit, own, other))).toBe(change)
  })

  it.each([[null, ''], [0.00001, '<0.1 %'], [0.012, '1 %'], [0.004, '0.4 %'], [0.31, '31 %'], [1, '100 %']])('chance %s is %j', (adjustedP, text) => {
    expect(formatChance({ adjustedP, also: null, reason: null })).toBe(text)
  })
})

describe('figures that are not known, or extreme', () => {
  it('are a dash', () => {
    const unknown: Measure = { ...measure('seconds', 1, 2), before: null, difference: null, ratio: null }
    expect(formatBoth(unknown)).toEqual({ before: '–', after: '2 s' })
    expect(formatChange(unknown)).toBe('–')
  })

  it.each([[100, 25_000, '× 250'], [100, 250, '× 2.5'], [1000, 1000.5, '+<0.1 %'], [1000, 999.5, '−<0.1 %'], [1, 0, '−100 %']])('%d and %d', (own, other, change) => {
    expect(formatChange(measure('per-minute', own, other))).toBe(change)
  })

  const also = (adjustedP: number | null): Measure => ({ ...measure('share', 1, 2), adjustedP })
  it.each<[number | null, Measure | null, ComparedRow['reason'], string]>([
    [0.3, also(0.02), null, '30 %'],
    [0.3, also(0.02), 'measures-differ', '2 %'],
    [0.3, also(null), null, ''],
    [0.3, null, 'few', '30 %'],
  ])('of two measures the less sure one, or the one that changed: %d %j %s', (adjustedP, other, reason, text) => {
    expect(formatChance({ adjustedP, also: other, reason })).toBe(text)
  })
})

describe('what makes two reports less comparable', () => {
  it.each<[Caveat['code'], string, string, RegExp]>([
    ['length', '60', '179', /^Of different length: 60 min before, 179 min after\./],
    ['length', '180', '1440', /: 3 h before, 24 h after\./],
    ['length', '4320', '10080', /: 3 d before, 7 d after\./],
    ['empty', '0', '5', /^Handshakes: 0 before, 5 after\.$/],
    ['same-report', 'a', 'a', /^The same lines twice: a\.$/],
    ['order', '', '', /of a later time/],
    ['hosts', 'a', 'b', /^No host in common: a; b\./],
  ])('%s %s %s', (code, own, other, text) => {
    expect(caveatSentence({ code, before: own, after: other })).toMatch(text)
  })
})

describe('rows that are told in part', () => {
  const comparison = compareReports(before, after)
  const [some] = comparison.rows
  const row = (parts: Partial<ComparedRow>): ComparedRow => ({ ...some!, also: null, ...parts })
  const shownRows = (...rows: readonly ComparedRow[]): string => shown({ ...comparison, rows, findings: [], caveats: [] }, 100)

  it.each<[ComparedRow['presence'], string]>([['appeared', '60 s (appeared)'], ['gone', '60 s (gone)'], ['moved', '60 s (moved)'], ['both', '60 s '], [null, '60 s ']])('an age that is %s', (presence, text) => {
    expect(shownRows(row({ group: 'clusters', label: '60 s', presence }))).toContain(`  ${text}`)
  })

  it('a table whose title is longer than its first column has no head', () => {
    expect(shown({ ...comparison, rows: [row({ group: 'clusters', label: '60 s' })] }, 80)).toMatch(/^Ages at which sessions end together$/m)
  })

  it.each<[ComparedRow['reason'], boolean]>([['few', true], ['short', true], ['evidence-differs', false], ['rule-differs', false], [null, false]])('the reason %s is said in a line of its own: %s', (reason, isSaid) => {
    expect(/^ {4}\S/m.test(shownRows(row({ reason })).split('\n\n')[2]!)).toBe(isSaid)
    const markdown = renderComparisonMarkdown({ ...comparison, rows: [row({ reason })], findings: [] }, { zone })
    expect(markdown.includes('fewer than six in both')).toBe(reason === 'few')
    expect(markdown).not.toContain('What to change')
  })

  it('names four that got better, and how many more', () => {
    const rows = Array.from({ length: 6 }, (_, index) => row({ id: `x${index}`, group: 'sessions', label: `row ${index}`, verdict: 'better' }))
    expect(answerSentence({ ...comparison, rows })).toMatch(/^Better: row 0 .*; row 3 [^;]*; and 2 more\. Worse: nothing beyond chance\.$/)
  })

  it.each([['better', COLOURED.good], ['same', COLOURED.strong], ['worse', COLOURED.bad]] as const)('an answer of what is %s has its colour', (verdict, colour) => {
    expect(renderComparison({ ...comparison, rows: [row({ verdict })] }, { paint: COLOURED, width: 80, zone }).startsWith(colour('|').split('|')[0]!)).toBe(true)
  })

  it.each([
    ['unclear', 'unclear', true],
    ['unclear', 'same', false],
  ] as const)('nothing beyond chance, where the main rows are %s and %s', (one, other, isUnclear) => {
    const rows = [row({ id: 'success-rate', verdict: one }), row({ id: 'faults', verdict: other })]
    expect(answerSentence({ ...comparison, rows }).endsWith('There is too little to rule a change out.')).toBe(isUnclear)
  })

  it.each([
    ['named already', 'better', false],
    ['named with another verdict', 'worse', true],
  ] as const)('an age whose cause is %s', (_, verdict, isNamed) => {
    const rows = [row({ id: 'ending:idle-timeout', group: 'endings', label: 'idle-timeout', verdict: 'better' }), row({ id: 'cluster:60s:idle-timeout', group: 'clusters', label: '60 s', verdict })]
    expect(answerSentence({ ...comparison, rows }).includes('60 s')).toBe(isNamed)
  })

  it('neither report has a handshake', () => {
    expect(answerSentence(compareReports(reportOf([]), reportOf([{ status: 200, endedAtMs: 5 }].slice(1))))).toBe('Both reports tell of the same lines: nothing to compare.')
    expect(answerSentence({ ...comparison, caveats: [], before: { ...comparison.before, attempts: 0 }, after: { ...comparison.after, attempts: 0 } })).toBe('Nothing to compare: no WebSocket handshake in either report.')
  })

  it.each([['appeared', 5, /new: {2}Something \(warning, 5, x\)/], ['gone', 0, /gone: Something \(warning, x\)/]] as const)('a finding that is %s', (presence, sessions, text) => {
    const side = { severity: 'warning', title: 'Something', sessions, share: 0.1 } as const
    const findings: Comparison['findings'] = [{ code: 'x', presence, before: presence === 'gone' ? side : null, after: presence === 'gone' ? null : side }]
    expect(shown({ ...comparison, findings })).toMatch(text)
    expect(renderComparisonMarkdown({ ...comparison, findings }, { zone })).toContain('## What to change: new and gone')
  })
})
