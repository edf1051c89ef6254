import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/diagnose/diagnose.ts'
import { healthyVisits, logsOf } from '../helpers/day.ts'
import { factsOf } from '../helpers/facts.ts'
import { reportOf } from '../helpers/report.ts'

describe('a healthy log', () => {
  it.each([1, 2, 3, 4, 5])('written with every field and an error log at level info, finds nothing (seed %d)', async (seed) => {
    expect(diagnose(await factsOf(logsOf(healthyVisits(2000, { seed }))))).toEqual([])
  })

  it.each([11, 12, 13])('without an error log finds only what is missing (seed %d)', async (seed) => {
    expect(diagnose(await factsOf(logsOf(healthyVisits(2000, { seed }), { format: 'ws', level: 'none' }))).map(({ code, severity }) => [code, severity])).toEqual([['evidence-gaps', 'info']])
  })

  it('of a real nginx gives no warning', async () => {
    const { findings } = await reportOf(['samples/healthy.access.log'])
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  })
})
