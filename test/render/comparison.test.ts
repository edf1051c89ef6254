import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { compareReports } from '../../src/compare/compare.ts'
import type { ComparableReport, Comparison, Measure } from '../../src/compare/comparison.ts'
import { columnsOf } from '../../src/render/columns.ts'
import { formatBoth, formatChance, formatChange } from '../../src/render/comparison/figures.ts'
import { renderComparisonMarkdown } from '../../src/render/comparison/markdown.ts'
import { answerSentence } from '../../src/render/comparison/sentences.ts'
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
