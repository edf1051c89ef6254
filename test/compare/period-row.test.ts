import { describe, expect, it } from 'vitest'
import { periodOfName } from '../../src/history/calendar.ts'
import { type PeriodRow, rowOf, rowsFromJson, rowsToJson } from '../../src/compare/period-row.ts'
import { ROOT } from '../helpers/cli.ts'
import { compareReports } from '../../src/compare/compare.ts'
import type { ClusterReport, Report } from '../../src/report/report.ts'
import { reportOf } from '../helpers/report.ts'
import { reportOf as plainReportOf } from '../helpers/sample-report.ts'
import { Seeded, times } from '../helpers/seeded.ts'
import { simulate, USUAL } from './simulated.ts'

const ROW: PeriodRow = { name: '2026-11-20', madeOf: 'a.b.-', lines: 3, days: ['2026-11-20'], isOver: true, status: 'degraded', attempts: 9, succeeded: 8, sessions: 8, faults: 2, isCutKnown: true, worst: { kind: 'ending', code: 'idle-timeout', count: 2 }, against: { better: ['sessions cut'], worse: [] } }

describe('rows of an index', () => {
  it('survive JSON', () => {
    const rows = [ROW, { ...ROW, worst: null, against: null }, { ...ROW, worst: { kind: 'failure', code: 'refused', count: 1 } }, { ...ROW, worst: { kind: 'age', code: '60.01', count: 1 } }] as PeriodRow[]
    expect(rowsFromJson(JSON.parse(JSON.stringify(rowsToJson(rows))))).toEqual(rows)
  })

  it.each([
    undefined, null, 7, [], {}, { schema: 'wslog.pages/2', rows: [ROW] }, { schema: 'wslog.pages/1', rows: {} }, { schema: 'wslog.pages/1', rows: [{ ...ROW, attempts: -1 }] },
    { schema: 'wslog.pages/1', rows: [{ ...ROW, status: '<script>' }] }, { schema: 'wslog.pages/1', rows: [{ ...ROW, worst: { kind: 'ending', code: '<script>', count: 1 } }] }, { schema: 'wslog.pages/1', rows: [{ ...ROW, isOver: 'yes' }] },
  ])('are nothing where somebody changed them: %j', (document) => {
    expect(rowsFromJson(document)).toEqual([])
  })
})

describe('the row of a report', () => {
  const period = periodOfName('2026-11-21')!

  it('has its figures, and what costs most', async () => {
    const report = await reportOf([`${ROOT}samples/who-cut-it.access.log`, '-e', `${ROOT}samples/who-cut-it.error.log`])
    expect(rowOf(report, { period, madeOf: 'x', days: period.days, isOver: true, comparison: undefined })).toMatchObject({ name: '2026-11-21', lines: 312, status: 'degraded', attempts: 202, succeeded: 202, sessions: 202, faults: 132, isCutKnown: true, worst: { kind: 'ending', code: 'idle-timeout', count: 50 }, against: null })
  })

  it('names an age where nobody knows who cut', async () => {
    const report = await reportOf([`${ROOT}samples/who-cut-it.access.log`])
    const row = rowOf(report, { period, madeOf: 'x', days: period.days, isOver: true, comparison: undefined })
    expect(row.worst).toMatchObject({ kind: expect.stringMatching(/^(age|ending)$/) })
    expect(row.worst!.count).toBeGreaterThan(15)
  })
})

describe('what costs most', () => {
  const base = plainReportOf(times(10, () => ({})))
  const cluster: ClusterReport = { id: 'c1', seconds: 60.01, from: 59, to: 61, sessions: 6, quiet: 6, share: 0.6, expected: 1, cause: null, layer: 'unknown', confidence: 'guess', evidence: [], candidates: [], echoes: [] }
  const ending: Report['endings'][number] = { cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', sessions: 5, share: 0.5 }
  const failure: Report['handshakes']['failures'][number] = { cause: 'refused', layer: 'upstream', confidence: 'likely', status: 502, count: 7, share: 0.4 }
  const worstOf = (parts: Partial<Report>): PeriodRow['worst'] => rowOf({ ...base, clusters: [], endings: [], ...parts }, { period: periodOfName('2026-11-21')!, madeOf: 'x', days: [], isOver: true, comparison: undefined }).worst

  it.each<[string, Partial<Report>, PeriodRow['worst']]>([
    ['nothing', {}, null],
    ['what ends in order is nothing', { endings: [{ ...ending, cause: 'closed' }] }, null],
    ['a cause of cut sessions', { endings: [ending] }, { kind: 'ending', code: 'idle-timeout', count: 5 }],
    ['a cause of failures, where there are more', { endings: [ending], handshakes: { ...base.handshakes, failures: [failure] } }, { kind: 'failure', code: 'refused', count: 7 }],
    ['an age that has more', { endings: [ending], clusters: [cluster] }, { kind: 'age', code: '60.01', count: 6 }],
    ['an age alone', { clusters: [cluster] }, { kind: 'age', code: '60.01', count: 6 }],
    ['not an age that has as many', { endings: [{ ...ending, sessions: 6 }], clusters: [cluster] }, { kind: 'ending', code: 'idle-timeout', count: 6 }],
    ['not an age whose cause is known', { clusters: [{ ...cluster, cause: 'lifetime-limit' }] }, null],
    ['not an age of few', { clusters: [{ ...cluster, share: 0.049 }] }, null],
  ])('%s', (_, parts, worst) => {
    expect(worstOf(parts)).toEqual(worst)
  })
})

describe('what changed against the period before', () => {
  const random = new Seeded(5)
  const [before, after] = [simulate(USUAL, random), simulate({ ...USUAL, failing: 0.06 }, random, { day: 1 })]
  const against = (comparison: ReturnType<typeof compareReports>): PeriodRow['against'] => rowOf(plainReportOf([]), { period: periodOfName('2026-11-21')!, madeOf: 'x', days: [], isOver: true, comparison }).against

  it('is named', () => {
    expect(against(compareReports(before, after))!.worse).toContain('success rate')
  })

  it.each([['of the same lines', compareReports(before, before)], ['of nothing', compareReports(plainReportOf([]), after)]])('is nothing %s', (_, comparison) => {
    expect(against(comparison)).toBeNull()
  })
})
