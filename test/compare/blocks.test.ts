import { describe, expect, it } from 'vitest'
import { blocksOf } from '../../src/compare/blocks.ts'
import type { ComparableMinute } from '../../src/compare/comparison.ts'
import { reportOf } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const START = Date.UTC(2026, 10, 20)
const minute = (index: number, parts: Partial<ComparableMinute> = {}): ComparableMinute => ({ minute: new Date(START + index * 60_000).toISOString(), attempts: 2, succeeded: 1, drops: 3, faults: 1, active: 60, causes: { closed: 2, 'idle-timeout': 1 }, ...parts })
const blocks = (timeline: readonly ComparableMinute[], length = 10) => blocksOf({ ...reportOf([]), timeline }, length)

describe('blocksOf', () => {
  it('adds up minutes', () => {
    const { blocks: [one, ...more], hasCauses } = blocks([minute(0), minute(1, { active: 120 })])
    expect([more, hasCauses]).toEqual([[], true])
    expect(one).toEqual({ minutes: 2, attempts: 4, failures: 2, drops: 6, faults: 2, sessionHours: 3, peak: 120, causes: new Map([['closed', 4], ['idle-timeout', 2]]) })
  })

  it.each([
    [0, []], [1, [1]], [10, [10]], [11, [11]], [14, [14]], [15, [10, 5]], [24, [10, 14]], [25, [10, 10, 5]],
  ])('%i minutes are blocks of %j: what is left is one of its own when it is half as long', (count, lengths) => {
    expect(blocks(times(count, (index) => minute(index))).blocks.map(({ minutes }) => minutes)).toEqual(lengths)
  })

  it('loses nothing of what is left', () => {
    const { blocks: [one] } = blocks(times(13, (index) => minute(index, index === 12 ? { active: 600, causes: { 'client-reset': 3 } } : {})))
    expect(one).toMatchObject({ minutes: 13, attempts: 26, drops: 39, faults: 13, sessionHours: 12 + 10, peak: 600 })
    expect(Object.fromEntries(one!.causes)).toEqual({ closed: 24, 'idle-timeout': 12, 'client-reset': 3 })
  })

  it('begins a block anew behind a gap', () => {
    expect(blocks([minute(0), minute(5), minute(10), minute(11), minute(12), minute(13), minute(14)]).blocks.map(({ minutes }) => minutes)).toEqual([2, 5])
  })

  it('takes minutes that do not tell how many were open', () => {
    expect(blocks([minute(0, { active: null })]).blocks).toMatchObject([{ sessionHours: 0, peak: 0 }])
  })

  it.each([
    ['told', [minute(0), minute(1, { drops: 0, causes: {} })], true],
    ['not told by an older version', [minute(0, { causes: undefined })], false],
    ['told of some', [minute(0), minute(1, { causes: {} })], false],
    ['not asked for without drops', [minute(0, { drops: 0, causes: undefined })], true],
    ['not known of nothing', [], false],
  ])('causes are %s', (_, timeline, hasCauses) => {
    expect(blocks(timeline).hasCauses).toBe(hasCauses)
  })
})
