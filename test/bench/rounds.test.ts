import { describe, expect, it } from 'vitest'
import type { Measurement } from './measure.ts'
import { runRounds } from './rounds.ts'

const SECONDS: Readonly<Record<string, number>> = { quick: 1, slow: 7, never: 100 }

/** Programs that take as long as their name says; `broken` fails at its second run. */
const meeting = () => {
  const order: string[] = []
  const run = async (program: string): Promise<Measurement> => {
    order.push(program)
    if (program === 'broken' && order.filter((name) => name === 'broken').length === 2) throw new Error('ended with 3')
    return { seconds: SECONDS[program] ?? 1, cpuSeconds: 0, peakMegabytes: 0 }
  }
  return { order, run }
}

describe('runRounds', () => {
  it('lets the programs run in turn', async () => {
    const { order, run } = meeting()
    const records = await runRounds(['a', 'b'], run, { rounds: 3, budgetSeconds: 60 })
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
    expect(records.get('a')).toEqual({ measurements: Array.from({ length: 3 }, () => ({ seconds: 1, cpuSeconds: 0, peakMegabytes: 0 })) })
  })

  it('runs the slow in fewer rounds, and at least in one', async () => {
    const { order, run } = meeting()
    await runRounds(['quick', 'slow', 'never'], run, { rounds: 4, budgetSeconds: 10 })
    expect(order).toEqual(['quick', 'slow', 'never', 'quick', 'slow', 'quick', 'quick'])
  })

  it('runs every program once even without a budget', async () => {
    const { order, run } = meeting()
    await runRounds(['quick', 'slow'], run, { rounds: 4, budgetSeconds: 0 })
    expect(order).toEqual(['quick', 'slow'])
  })

  it('says why a program failed, and goes on with the others', async () => {
    const { order, run } = meeting()
    const records = await runRounds(['broken', 'quick'], run, { rounds: 3, budgetSeconds: 10 })
    expect(records.get('broken')).toEqual({ failure: 'ended with 3' })
    expect(order).toEqual(['broken', 'quick', 'broken', 'quick', 'quick'])
  })
})
