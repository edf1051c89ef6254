import { describe, expect, it } from 'vitest'
import type { SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import type { Cluster } from '../../src/cluster/find-clusters.ts'
import { gather, type Gathered, isLimitOfAll } from '../../src/cluster/gather.ts'
import { times } from '../helpers/seeded.ts'

const AT_MS = 60_000
const CLUSTER: Cluster = { centerMs: AT_MS - 5, fromMs: AT_MS - 10, toMs: AT_MS, sessions: 20, quiet: 20, expected: 0 }
const ONE: SampledHandshake = {
  key: 0, status: 101, endedAtMs: AT_MS, startedAtMs: 5, durationMs: AT_MS - 5, bytesToClient: 0, client: 'A', host: 'h', path: '/ws', upstream: 'u', userAgent: '', tries: 1, isComplete: undefined,
  verdict: endingVerdict('closed', 'guess'), isExplained: false,
}

type Parts = Partial<SampledHandshake> | ((index: number) => Partial<SampledHandshake>)
const some = (count: number, parts: Parts = {}): SampledHandshake[] => times(count, (index) => ({ ...ONE, ...(typeof parts === 'function' ? parts(index) : parts) }))
/** Of an address of their own, and older than the cluster. */
const others = (count: number, parts: Partial<SampledHandshake> = {}): SampledHandshake[] => some(count, (index) => ({ client: `other ${index}`, durationMs: 120_000, bytesToClient: 900, ...parts }))

const gathered = (members: readonly SampledHandshake[], rest: readonly SampledHandshake[]): Gathered => gather(members, [...members, ...rest], CLUSTER)

describe('the few addresses of a cluster', () => {
  it.each<[string, SampledHandshake[], SampledHandshake[], readonly string[] | undefined]>([
    ['one', some(20), others(9), ['A']],
    ['four, of five sessions each', some(20, (index) => ({ client: 'ABCD'[index % 4]! })), others(9), ['A', 'B', 'C', 'D']],
    ['four, of four sessions each: too few to say it', some(16, (index) => ({ client: 'ABCD'[index % 4]! })), others(9), undefined],
    ['five', some(50, (index) => ({ client: 'ABCDE'[index % 5]! })), others(20), undefined],
    ['one, and a twentieth of another that happened to end', [...some(19), ...some(1, { client: 'X' })], others(9), ['A']],
    ['one, and another that came before it', [...some(1, { client: 'X' }), ...some(19)], others(9), ['A']],
    ['four of five, the rarest of which came first', [...some(2, { client: 'X' }), ...some(48, (index) => ({ client: 'ABCD'[index % 4]! }))], others(20), ['A', 'B', 'C', 'D']],
    ['two, one of them rare', [...some(18), ...some(2, { client: 'X' })], others(9), ['A', 'X']],
    ['no others live longer', some(20), others(20, { durationMs: AT_MS * 1.01 }), undefined],
    ['two others live longer', some(20), [...others(2), ...others(20, { durationMs: 1000 })], undefined],
    ['three do', some(20), [...others(3), ...others(20, { durationMs: 1000 })], ['A']],
    ['its own alone live longer', some(20), [...some(5, { durationMs: 120_000 }), ...others(20, { durationMs: 1000 })], undefined],
    ['nearly all sessions are of it: that is no sign', some(20), [...some(10, { durationMs: 1000 }), ...others(12)], undefined],
    ['seven of ten are', some(20), [...some(10, { durationMs: 1000 }), ...others(13)], ['A']],
  ])('%s', (_, members, rest, expected) => {
    const { clients } = gathered(members, rest)
    expect(clients && [...clients].sort()).toEqual(expected)
  })

  it('have a share of all other sessions', () => {
    expect(gathered(some(20), [...some(5, { durationMs: 1000 }), ...others(25)]).clientsShare).toBe(5 / 30)
    expect(gathered(some(20), others(25)).clientsShare).toBe(0)
    expect(gathered(some(20), []).clientsShare).toBe(0)
  })

  it.each<[string, SampledHandshake[], boolean]>([
    ['three quiet ones of others, at the same place', others(3, { bytesToClient: 0 }), true],
    ['that got a Close frame', others(3, { bytesToClient: 4 }), true],
    ['two', others(2, { bytesToClient: 0 }), false],
    ['of the same address', some(3, { durationMs: 120_000 }), false],
    ['busy', others(3, { bytesToClient: 5 }), false],
    ['of no known bytes', others(3, { bytesToClient: -1 }), false],
    ['at another upstream', others(3, { bytesToClient: 0, upstream: 'v' }), false],
    ['at another host', others(3, { bytesToClient: 0, host: 'i' }), false],
    ['hardly older', others(3, { bytesToClient: 0, durationMs: AT_MS * 1.01 }), false],
  ])('are outlived by those that nginx and the application treat alike: %s', (_, rest, expected) => {
    expect(gathered(some(20), [...rest, ...others(9)]).isOutlivedAlike).toBe(expected)
  })

  it.each<[string, SampledHandshake[], SampledHandshake[], boolean]>([
    ['one', some(20), [], true],
    ['four', some(20, (index) => ({ client: 'ABCD'[index % 4]! })), [], true],
    ['four, of hardly more than one session each', some(19, (index) => ({ client: 'ABCD'[index % 4]! })), [], false],
    ['five', some(50, (index) => ({ client: 'ABCDE'[index % 5]! })), [], false],
    ['one, and others elsewhere', some(20), others(20), false],
  ])('may be all that the log has: %s', (_, members, rest, expected) => {
    expect(gathered(members, rest).isFewClients).toBe(expected)
  })
})

describe('the one upstream of a cluster', () => {
  const quiet = { bytesToClient: 0 }

  it.each<[string, SampledHandshake[], SampledHandshake[], string | undefined]>([
    ['quiet ones of others live longer', some(20), others(3, { ...quiet, upstream: 'v' }), 'u'],
    ['two of them: too few', some(20), others(2, { ...quiet, upstream: 'v' }), undefined],
    ['busy ones of others do', some(20), others(3, { upstream: 'v' }), undefined],
    ['one of its own does, too', some(20), [...others(3, { ...quiet, upstream: 'v' }), ...others(1, quiet)], undefined],
    ['a busy one of its own does', some(20), [...others(3, { ...quiet, upstream: 'v' }), ...others(1)], 'u'],
    ['a twentieth of another happened to end', [...some(19), ...some(1, { upstream: 'v' })], others(3, { ...quiet, upstream: 'v' }), 'u'],
    ['and that came before it', [...some(1, { upstream: 'v' }), ...some(19)], others(3, { ...quiet, upstream: 'v' }), 'u'],
    ['a tenth of another did', [...some(18), ...some(2, { upstream: 'v' })], others(3, { ...quiet, upstream: 'v' }), undefined],
    ['no upstream was asked', some(20, { upstream: '' }), others(3, { ...quiet, upstream: 'v' }), undefined],
  ])('%s', (_, members, rest, expected) => {
    expect(gathered(members, rest).upstream).toBe(expected)
  })

  it('or how many there are', () => {
    expect(gathered(some(20), others(9, { upstream: 'v' })).upstreams).toBe(1)
    expect(gathered(some(20, (index) => ({ upstream: `u${index % 3}` })), []).upstreams).toBe(3)
  })
})

describe('what else a cluster has in common', () => {
  it.each([[10, true], [11, false]])('half as many quiet ones may live longer: %i of 20', (count, expected) => {
    expect(gathered(some(20), [...others(count, { bytesToClient: 4 }), ...others(50)]).isLastQuiet).toBe(expected)
  })

  it.each([[20, true], [19, true], [18, false]])('nearly all of them ended at times of a kind: %i of 20', (count, expected) => {
    const { covered } = gathered(some(20, (index) => ({ endedAtMs: index })), [])
    expect(covered((atMs) => atMs < count)).toBe(expected)
  })

  it('of nothing nothing is said', () => {
    expect(gathered([], others(9)).covered(() => true)).toBe(false)
  })
})

describe('whether an age is a limit to all sessions', () => {
  const LIMIT = { toMs: AT_MS }
  const busy = (parts: Parts = {}): SampledHandshake[] => some(100, parts)
  const apart = (index: number): Partial<SampledHandshake> => ({ upstream: `u${index % 5}`, path: `/p${index % 5}`, client: `c${index % 5}` })

  it.each<[string, SampledHandshake[], SampledHandshake[], boolean]>([
    ['nothing lives longer', busy(apart), [], true],
    ['two of a hundred do', busy(apart), others(2), true],
    ['three do', busy(apart), others(3), false],
    ['many live as long', busy(apart), others(50, { durationMs: AT_MS * 1.01 }), true],
    ['at other upstreams they do', busy((index) => ({ ...apart(index), upstream: `u${index % 4}` })), others(50, { upstream: 'v' }), true],
    ['at one of its upstreams they do', busy((index) => ({ ...apart(index), upstream: `u${index % 4}` })), others(50, { upstream: 'u1' }), false],
    ['at other paths they do', busy((index) => ({ ...apart(index), path: `/a/room${index}` })), others(50, { path: '/b/room1' }), true],
    ['at other rooms of the same place they do', busy((index) => ({ ...apart(index), path: `/a/room${index}` })), others(50, { path: '/a/other' }), false],
    ['with another query they do', busy((index) => ({ ...apart(index), path: `/a?room=${index}` })), others(50, { path: '/a?room=x' }), false],
    ['of other clients they do', busy((index) => ({ ...apart(index), client: 'c' })), others(50), true],
    ['of other clients they do, and a tenth of it is of those', busy((index) => ({ ...apart(index), client: index < 90 ? 'c' : `other ${index % 50}` })), others(50), false],
  ])('%s', (_, members, rest, expected) => {
    expect(isLimitOfAll(members, [...members, ...rest], LIMIT)).toBe(expected)
  })
})
