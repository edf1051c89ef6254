import { describe, expect, it } from 'vitest'
import type { SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { isPeriodic } from '../../src/cluster/periodic.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const session = (startedAtMs: number, { client = 'a', ageMs = 10_000 }: { client?: string; ageMs?: number } = {}): SampledHandshake => ({
  key: 0, status: 101, startedAtMs, endedAtMs: startedAtMs + ageMs, durationMs: ageMs, bytesToClient: 0, client, host: '', path: '/', upstream: 'a:1', userAgent: '', tries: 1, isComplete: undefined, verdict: endingVerdict('closed', 'guess'), isExplained: false,
})
const every = (ms: number, count: number, parts: Parameters<typeof session>[1] = {}): SampledHandshake[] => times(count, (index) => session(index * ms, parts))
const random = new Seeded(3)

describe('isPeriodic', () => {
  it.each<[string, readonly SampledHandshake[], boolean]>([
    ['each half minute', every(30_000, 30), true],
    ['seven of them: six gaps', every(30_000, 7), true],
    ['six: five gaps', every(30_000, 6), true],
    ['five: too few to say', every(30_000, 5), false],
    ['in no order', new Seeded(1).shuffled(every(30_000, 30)), true],
    ['with some left out by the sample', every(30_000, 40).filter((_, index) => index % 3 !== 1), true],
    ['with many left out at its beginning', every(30_000, 27).filter((_, index) => index > 10 || index % 2 === 0), true],
    ['from another address each time', every(30_000, 30).map((one, index) => session(one.startedAtMs, { client: `10.0.0.${index}` })), true],
    ['four seconds and a half', every(4500, 30, { ageMs: 60_000 }), true],
    ['less: short gaps are multiples of a second anyway', every(4499, 30, { ageMs: 60_000 }), false],
    ['as soon as the one before is cut: whoever comes back at once', every(10_000, 30), false],
    ['a little later', every(11_500, 30), false],
    ['later than that', every(11_501, 30), true],
    ['hardly earlier', every(9800, 30), false],
    ['earlier', every(9799, 30), true],
    ['a tenth beside the time', every(30_000, 30).map((one, index) => session(one.startedAtMs + (index % 2) * 1400)), true],
    ['more than that', every(30_000, 30).map((one, index) => session(one.startedAtMs + (index % 2) * 1500)), false],
    ['by chance', times(60, () => session(random.int(0, 3_600_000))), false],
    ['nobody', [], false],
  ])('%s', (_, members, expected) => {
    expect(isPeriodic(members)).toBe(expected)
  })

  it('is said of gaps of which seven of ten are multiples of one', () => {
    const of = (even: number, odd: number): SampledHandshake[] => {
      let at = 0
      return [session(0), ...times(even, () => session((at += 30_000))), ...times(odd, () => session((at += 45_000)))]
    }
    expect([isPeriodic(of(7, 3)), isPeriodic(of(6, 4))]).toEqual([true, false])
  })

  describe('of each address by itself', () => {
    const checker = (client: string): SampledHandshake[] => every(30_000, 10, { client }).map((one) => session(one.startedAtMs + client.charCodeAt(0) * 1777, { client }))
    const people = (count: number): SampledHandshake[] => times(count, (index) => session(random.int(0, 300_000), { client: `10.0.0.${index}` }))

    it.each<[string, readonly SampledHandshake[], boolean]>([
      ['several checkers', ['a', 'g', 'p'].flatMap(checker), true],
      ['checkers for more than half', [...['a', 'g', 'p'].flatMap(checker), ...people(29)], true],
      ['for half', [...['a', 'g', 'p'].flatMap(checker), ...people(30)], false],
    ])('%s', (_, members, expected) => {
      expect(isPeriodic(members)).toBe(expected)
    })
  })
})
