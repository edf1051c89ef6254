import { describe, expect, it } from 'vitest'
import { row, scenario } from '../helpers/bench.ts'
import { mergeResults, ratioTo } from './results.ts'

const ORDER = ['ws', 'ws_json']

describe('mergeResults', () => {
  it('puts what was measured in the place of what was known of the same log, and keeps the rest', () => {
    const kept = { version: '1.0.0', scenarios: [scenario({ commit: 'old' }), scenario({ megabytes: 50, commit: 'old' })] }
    const { version, scenarios } = mergeResults(kept, [scenario({ commit: 'new' })], ORDER)
    expect(version).toBe('1.0.0')
    expect(scenarios.map(({ megabytes, commit }) => [megabytes, commit])).toEqual([[50, 'old'], [500, 'new']])
  })

  it('goes by size, then by log as they are listed', () => {
    const measured = [scenario({ log: 'ws_json', megabytes: 50 }), scenario({ megabytes: 5000 }), scenario({ megabytes: 50 })]
    expect(mergeResults({ version: '1.0.0', scenarios: [] }, measured, ORDER).scenarios.map(({ log, megabytes }) => `${log} ${megabytes}`)).toEqual(['ws 50', 'ws_json 50', 'ws 5000'])
  })
})

describe('ratioTo', () => {
  it('is of the medians', () => {
    expect(ratioTo('wc', row('wslog', 0.4), scenario())).toBeCloseTo(4)
  })

  it.each([
    ['took no part', scenario({ rows: [] })],
    ['failed', scenario({ rows: [{ ...row('wc', 1), outcome: { failure: 'not installed' } }] })],
  ])('is unknown where the other %s', (_, other) => {
    expect(ratioTo('wc', row('wslog', 1), other)).toBeUndefined()
  })

  it('is unknown of one that failed', () => {
    expect(ratioTo('wc', { ...row('wslog', 1), outcome: { failure: 'over 5 s' } }, scenario())).toBeUndefined()
  })
})
