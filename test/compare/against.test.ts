import { expect, it } from 'vitest'
import { compareWithEach } from '../../src/compare/against.ts'
import { compareReports } from '../../src/compare/compare.ts'
import { periodOfDay } from '../../src/history/calendar.ts'
import { Seeded } from '../helpers/seeded.ts'
import { simulate, USUAL } from './simulated.ts'

const random = new Seeded(5)
const [report, earlier] = [simulate(USUAL, random, { day: 1 }), simulate(USUAL, random)]

it('compares with what is kept, the earlier one first, and asks for nothing else', async () => {
  const asked: string[] = []
  const [yesterday, lastWeek] = [periodOfDay('2026-11-19', 'day'), periodOfDay('2026-11-13', 'day')]
  const found = await compareWithEach(report, [{ relation: 'day-before', period: yesterday, isKept: true }, { relation: 'week-ago', period: lastWeek, isKept: false }], async ({ name }) => {
    asked.push(name)
    return earlier
  })
  expect(asked).toEqual(['2026-11-19'])
  expect(found).toEqual([{ relation: 'day-before', period: yesterday, comparison: compareReports(earlier, report) }, { relation: 'week-ago', period: lastWeek, comparison: null }])
})
