import { describe, expect, it } from 'vitest'
import type { SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { narrow, withoutTimers } from '../../src/cluster/cut-window.ts'
import { times } from '../helpers/seeded.ts'

const session = (startedAtMs: number, endedAtMs: number): SampledHandshake => ({
  key: 0, status: 101, startedAtMs, endedAtMs, durationMs: endedAtMs - startedAtMs, bytesToClient: 0, client: '10.0.0.1', host: '', path: '/', upstream: 'a:1', userAgent: '', tries: 1, isComplete: undefined, verdict: endingVerdict('closed', 'guess'), isExplained: false,
})
const ends = (...groups: readonly (readonly [count: number, atMs: number, spreadMs?: number])[]): SampledHandshake[] =>
  groups.flatMap(([count, atMs, spreadMs = 0]) => times(count, (index) => session(0, atMs + Math.round((index * spreadMs) / Math.max(1, count - 1)))))

describe('the narrowest part of a moment', () => {
  const MOMENT = { fromMs: 10_000, toMs: 12_000 }

  it.each<[string, SampledHandshake[], number, { fromMs: number; toMs: number }]>([
    ['all at one ms', ends([20, 10_400]), 0, { fromMs: 10_395, toMs: 10_406 }],
    ['within 20 ms', ends([20, 10_400, 20]), 0, { fromMs: 10_395, toMs: 10_426 }],
    ['nine of ten of them, the others by chance', ends([18, 10_400, 15], [1, 10_000], [1, 11_500]), 0, { fromMs: 10_395, toMs: 10_421 }],
    ['fewer than that are not enough: a wider one', ends([17, 10_400, 15], [3, 10_450]), 0, { fromMs: 10_395, toMs: 10_456 }],
    ['more by chance are expected, so fewer are enough', ends([16, 10_400, 15], [4, 11_500, 300]), 3, { fromMs: 10_395, toMs: 10_421 }],
    ['a slow one is all of it', ends([20, 10_000, 1900]), 0, MOMENT],
    ['the fullest of two', ends([9, 10_400], [1, 10_415], [10, 10_408]), 0, { fromMs: 10_395, toMs: 10_421 }],
    ['whole seconds: one', ends([20, 10_000], [1, 11_000]), 0, { fromMs: 10_000, toMs: 11_000 }],
    ['whole seconds: two', ends([10, 10_000], [10, 11_000]), 0, { fromMs: 10_000, toMs: 12_000 }],
    ['whole seconds, far apart: all of it', ends([10, 10_000], [10, 12_000]), 0, MOMENT],
  ])('%s', (_, members, expected, window) => {
    expect(narrow(members, MOMENT, expected)).toEqual(window)
    expect(narrow(members.toReversed(), MOMENT, expected)).toEqual(window)
  })
})

describe('a moment without timers', () => {
  const AT = 1_000_000
  /** So many that began at different times, a tenth apart in age each. */
  const mixed = (count: number): SampledHandshake[] => times(count, (index) => session(AT - Math.round(1000 * 1.2 ** index), AT))
  const bunch = (count: number, ageMs: number, stepMs = 0): SampledHandshake[] => times(count, (index) => session(AT - ageMs - index * stepMs, AT))

  it.each<[string, SampledHandshake[], number]>([
    ['all of different ages stay', mixed(24), 24],
    ['five of an age, of twenty, go', [...mixed(15), ...bunch(5, 77_000)], 15],
    ['four stay, of however few', [...mixed(6), ...bunch(4, 77_000)], 10],
    ['five, of thirty, stay: chance may give them', [...mixed(25), ...bunch(5, 777_000)], 30],
    ['two timers go', [...mixed(12), ...bunch(6, 77_000), ...bunch(6, 30_000)], 12],
    ['all of one age go', bunch(10, 60_000), 0],
    ['ages a hundredth apart, and a little, are one', bunch(6, 100_000, 200), 0],
    ['ages further apart are not', bunch(6, 100_000, 1100), 6],
  ])('%s', (_, members, left) => {
    expect(withoutTimers(members)).toHaveLength(left)
    expect(withoutTimers(members.toReversed())).toHaveLength(left)
  })
})
