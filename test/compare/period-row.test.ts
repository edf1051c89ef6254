import { describe, expect, it } from 'vitest'
import { periodOfName } from '../../src/history/calendar.ts'
import { type PeriodRow, rowOf, rowsFromJson, rowsToJson } from '../../src/compare/period-row.ts'
import { ROOT } from '../helpers/cli.ts'
import { reportOf } from '../helpers/report.ts'

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
