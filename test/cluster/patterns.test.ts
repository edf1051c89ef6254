import { describe, expect, it } from 'vitest'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { certainCuts } from '../../src/cluster/certainty.ts'
import { Ended } from '../../src/cluster/ended.ts'
import type { NamedCluster } from '../../src/cluster/name-clusters.ts'
import { findPatterns, Patterns } from '../../src/cluster/patterns.ts'
import type { SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import type { SessionEvent } from '../../src/session/session.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { cutBy } from '../helpers/plain-facts.ts'
import { NOON, summaryOf } from '../helpers/sample-report.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const IDLE = endingVerdict('idle-timeout', 'confirmed')
const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 0, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'a:1' }
const CLUSTER: NamedCluster = {
  fromMs: 59_000, toMs: 61_000, centerMs: 60_000, sessions: 40, expected: 1, quiet: 40, ageClasses: ['silent'], cause: 'upstream-idle-timeout', layer: 'upstream', confidence: 'likely', evidence: [], candidates: [],
  clients: undefined, upstream: undefined, isLabelled: true, ownFromMs: 59_000, ownToMs: 61_000, echoesMs: [],
}

/** The verdict and the number of the cluster that patterns give to a session. */
const labelled = (patterns: Patterns, parts: Partial<PlainEvent> = {}): readonly [string, string, number] => {
  const maker = new EventMaker()
  const event = maker.event({ ...SESSION, ...parts }) as SessionEvent
  patterns.label(event, maker.names)
  return [event.verdict.cause, event.verdict.confidence, event.cluster]
}
const UNSAID = ['closed', 'guess', -1] as const
const SAID = ['upstream-idle-timeout', 'likely', 0] as const

describe('a session at an age at which many end', () => {
  it.each<[string, Partial<NamedCluster>, Partial<PlainEvent>, readonly [string, string, number]]>([
    ['of its class of bytes', {}, {}, SAID],
    ['at the first ms of the age', {}, { durationMs: 59_000 }, SAID],
    ['a ms before', {}, { durationMs: 58_999 }, UNSAID],
    ['at its end', {}, { durationMs: 61_000 }, UNSAID],
    ['of no duration', {}, { durationMs: Number.NaN }, UNSAID],
    ['of another class of bytes', {}, { bytesToClient: 100 }, UNSAID],
    ['that only some clients meet: one of them', { clients: new Set(['10.0.0.1']) }, {}, SAID],
    ['another client', { clients: new Set(['10.0.0.2']) }, {}, UNSAID],
    ['that only one upstream has: it', { upstream: 'a:1' }, {}, SAID],
    ['another upstream', { upstream: 'b:1' }, {}, UNSAID],
    ['of no known cause', { cause: null }, {}, ['closed', 'guess', 0]],
    ['too mixed to say it of each', { isLabelled: false }, {}, ['closed', 'guess', 0]],
    ['that a line explains', {}, { isExplained: true, verdict: endingVerdict('client-reset', 'confirmed') }, ['client-reset', 'confirmed', -1]],
  ])('%s', (_, cluster, parts, expected) => {
    expect(labelled(new Patterns([], [{ ...CLUSTER, ...cluster }]), parts)).toEqual(expected)
  })

  it.each([[60_000, 1], [58_000, -1], [61_000, -1]])('that nginx timed out itself belongs to the cluster of those, at %i ms: %i', (durationMs, cluster) => {
    const patterns = new Patterns([], [CLUSTER, { ...CLUSTER, ageClasses: ['timedOut'] }])
    expect(labelled(patterns, { isExplained: true, verdict: IDLE, durationMs })).toEqual(['idle-timeout', 'confirmed', cluster])
    expect(labelled(patterns), 'and no other one').toEqual(SAID)
  })
})

describe('a session in a moment at which many end', () => {
  const cut = (parts: Parameters<typeof cutBy>[1] = {}): Patterns => new Patterns([cutBy(['a:1'], { fromMs: NOON, toMs: NOON + 1000, ...parts })], [])
  const WAS_CUT = ['upstream-restart', 'likely', -1] as const

  it.each<[string, Parameters<typeof cutBy>[1], Partial<PlainEvent>, readonly [string, string, number]]>([
    ['of the upstream', {}, {}, WAS_CUT],
    ['in its last ms', {}, { endedAtMs: NOON + 999 }, WAS_CUT],
    ['a ms after', {}, { endedAtMs: NOON + 1000 }, UNSAID],
    ['a ms before', {}, { endedAtMs: NOON - 1 }, UNSAID],
    ['of another upstream', {}, { upstream: 'b:1' }, UNSAID],
    ['too young to be of it', { minAgeMs: 60_001 }, {}, UNSAID],
    ['just old enough', { minAgeMs: 60_000 }, {}, WAS_CUT],
    ['of no known cause', { cause: undefined }, {}, UNSAID],
    ['that an upstream ended: what it left half sent is not of it', {}, { isComplete: false }, UNSAID],
    ['that nginx ended: what was sent whole is not of it', { by: 'nginx', cause: 'worker-shutdown' }, { isComplete: true }, UNSAID],
    ['that nginx ended, half sent', { by: 'nginx', cause: 'worker-shutdown' }, { isComplete: false }, ['worker-shutdown', 'likely', -1]],
    ['the same, and a line confirms the moment', { by: 'nginx', cause: 'worker-shutdown', isConfirmed: true }, { isComplete: false }, ['worker-shutdown', 'confirmed', -1]],
    ['a line confirms it, and the log does not tell what was sent', { by: 'nginx', cause: 'worker-shutdown', isConfirmed: true }, {}, ['worker-shutdown', 'likely', -1]],
  ])('%s', (_, parts, session, expected) => {
    expect(labelled(cut(parts), session)).toEqual(expected)
  })

  it('is found among many moments', () => {
    const patterns = new Patterns(times(9, (index) => cutBy(['a:1'], { fromMs: NOON + index * 60_000, toMs: NOON + index * 60_000 + 1000 })).toReversed(), [])
    for (const index of times(9, (each) => each)) {
      expect(labelled(patterns, { endedAtMs: NOON + index * 60_000 + 500 })).toEqual(WAS_CUT)
      expect(labelled(patterns, { endedAtMs: NOON + index * 60_000 + 30_000 })).toEqual(UNSAID)
    }
  })
})

describe('the verdict on a session as it stands in the sample', () => {
  const judge = (parts: Partial<PlainEvent>, cluster: Partial<NamedCluster> = {}) => {
    const { rows: [one] } = summaryOf([{ ...SESSION, ...parts }]).sessionSample
    const { verdict, cluster: number } = new Patterns([], [{ ...CLUSTER, ageClasses: ['closed'] }, { ...CLUSTER, ...cluster }]).judge(one!, one!)
    return [verdict?.cause, number]
  }

  it.each([[58_999, undefined, -1], [59_000, 'upstream-idle-timeout', 1], [60_999, 'upstream-idle-timeout', 1], [61_000, undefined, -1], [Number.NaN, undefined, -1]])('at the age of %d ms', (durationMs, cause, number) => {
    expect(judge({ durationMs })).toEqual([cause, number])
  })

  it('has no verdict where its age has none, but its number', () => {
    expect(judge({}, { isLabelled: false })).toEqual([undefined, 1])
  })
})

it('another line than that of a timer puts a session into no cluster of ages that nginx logged', () => {
  const patterns = new Patterns([], [{ ...CLUSTER, ageClasses: ['timedOut'] }])
  expect(labelled(patterns, { isExplained: true, verdict: endingVerdict('client-reset', 'confirmed') })).toEqual(['client-reset', 'confirmed', -1])
  expect(labelled(patterns, { isExplained: true, verdict: IDLE, durationMs: 59_000 })).toEqual(['idle-timeout', 'confirmed', 0])
  expect([patterns.isSaying, patterns.isOfInterest(NOON, 60_000)], 'it says nothing of those that no line explains').toEqual([false, false])
})

describe('what patterns say at all', () => {
  it('is of interest from the first ms of an age to its last', () => {
    const patterns = new Patterns([], [CLUSTER])
    expect([58_999, 59_000, 60_999, 61_000].map((durationMs) => patterns.isOfInterest(NOON, durationMs))).toEqual([false, true, true, false])
  })

  it('is something as soon as one age, or one moment, has a cause', () => {
    expect(new Patterns([], [{ ...CLUSTER, cause: null }, CLUSTER]).isSaying).toBe(true)
    expect(new Patterns([cutBy(['a:1'])], []).isSaying).toBe(true)
    expect(new Patterns([], []).isSaying).toBe(false)
  })

  it('is of interest by its times', () => {
    const patterns = new Patterns([cutBy(['a:1'], { fromMs: NOON, toMs: NOON + 1000 })], [CLUSTER])
    expect([patterns.isOfInterest(NOON + 5000, 60_000), patterns.isOfInterest(NOON + 5000, 61_000), patterns.isOfInterest(NOON + 500, 5)]).toEqual([true, false, true])
    const mute = new Patterns([cutBy(['a:1'], { cause: undefined })], [{ ...CLUSTER, cause: null }])
    expect([mute.isSaying, patterns.isSaying, new Patterns([], [CLUSTER]).isSaying, mute.isOfInterest(500, 60_000)]).toEqual([false, true, true, false])
  })
})

describe('ages that nginx logged as timed out', () => {
  const explained = (seconds: number, count: number, bytesToClient: number): Partial<PlainEvent>[] => times(count, (index) => ({ durationMs: seconds * 1000 + (index % 4), bytesToClient, isExplained: true, verdict: IDLE, endedAtMs: NOON + index * 977, client: `10.0.${index % 200}.1` }))
  const random = new Seeded(1)
  const others = times(600, (index): Partial<PlainEvent> => ({ durationMs: Math.round(random.logNormal({ median: 200_000, sigma: 1.3 })), bytesToClient: 500, endedAtMs: NOON + index * 1013 }))
  const clustersOf = (events: readonly Partial<PlainEvent>[]) => findPatterns(summaryOf([...events, ...others]), { errors: undefined, readTimeoutMs: undefined }).clusters.filter(({ ageClasses }) => ageClasses.includes('timedOut'))

  it('are one timer with its echoes: busy sessions that fell silent later', () => {
    const [timer, ...more] = clustersOf([...explained(60, 80, 0), ...explained(90, 60, 900), ...explained(120, 60, 900)])
    expect(more).toEqual([])
    expect(timer).toMatchObject({ cause: 'idle-timeout', confidence: 'confirmed', layer: 'nginx', sessions: 200, quiet: 80 })
    expect(timer!.evidence.at(-1)).toBe('echoes at 90 s, 120 s: the last message and 60 s')
    expect(timer!.echoesMs.map((ms) => Math.round(ms / 1000))).toEqual([90, 120])
  })

  it('of two timers each has the echoes behind it', () => {
    const timers = clustersOf([...explained(60, 80, 0), ...explained(90, 60, 900), ...explained(300, 80, 0), ...explained(400, 60, 900)])
    expect(timers.map(({ centerMs, echoesMs }) => [Math.round(centerMs / 1000), echoesMs.map((ms) => Math.round(ms / 1000))])).toEqual(expect.arrayContaining([[60, [90]], [300, [400]]]))
    expect(timers).toHaveLength(2)
  })

  it('an age before the first timer of quiet sessions is its echo as well', () => {
    const [timer, ...more] = clustersOf([...explained(60, 60, 900), ...explained(300, 80, 0)])
    expect(more).toEqual([])
    expect([timer!.centerMs, timer!.echoesMs].flat().map((ms) => Math.round(ms / 1000))).toEqual([300, 60])
  })
})

describe('ages of which the log tells less', () => {
  const many = (bytesToClient: number, lateMs = 4): Partial<PlainEvent>[] => times(200, (index) => ({ durationMs: 60_000 + (index * 7) % lateMs, bytesToClient, endedAtMs: NOON + index * 977, startedAtMs: NOON + index * 977 - 60_000, client: `10.0.${index}.1` }))
  const clustersOf = (events: readonly Partial<PlainEvent>[]) => findPatterns(summaryOf(events), { errors: undefined, readTimeoutMs: undefined }).clusters

  it('without bytes nobody can tell a timer from a lifetime', () => {
    const [one] = clustersOf(many(-1))
    expect(one).toMatchObject({ cause: null, quiet: 0, ageClasses: ['untold'], isLabelled: false })
    expect(one!.evidence).toEqual(expect.arrayContaining(['the log does not tell whether they were quiet', 'add $body_bytes_sent to the log_format']))
  })

  it.each([[4, /^sharp: 0(\.\d+)? s wide$/], [2000, /^a flat top [12](\.\d)? s wide, as of a sweeper$/]])('a timer that is up to %i ms late', (lateMs, shape) => {
    const [one] = clustersOf(many(0, lateMs))
    expect(one!.evidence[1]).toMatch(shape)
  })
})

describe('cuts that chance may have made', () => {
  const row = (endedAtMs: number, index: number): SampledHandshake => ({ key: 0, status: 101, endedAtMs, startedAtMs: endedAtMs - 60_000, durationMs: 60_000, bytesToClient: 0, client: `10.0.0.${index}`, host: '', path: '/', upstream: 'a:1', userAgent: '', tries: 1, isComplete: undefined, verdict: endingVerdict('closed', 'guess'), isExplained: false })
  const cut = cutBy(['a:1'], { fromMs: NOON, toMs: NOON + 1000 })
  /** So many end in the moment, and so many in the half minute before. */
  const said = (inside: number, before: number, { sure = 0, of = [cut] }: { sure?: number; of?: readonly ReturnType<typeof cutBy>[] } = {}): (string | undefined)[] => {
    const rows = [...times(inside, (index) => row(NOON + (index % 1000), index)), ...times(before, (index) => row(NOON - 1 - Math.floor((index * 30_000) / Math.max(1, before)), index))]
    return certainCuts(of, new Ended(rows), { sure, isOfCluster: () => false }).map(({ cause }) => cause)
  }

  it.each([
    ['none by itself', 20, 0, 'upstream-restart'],
    ['few', 20, 40, 'upstream-restart'],
    ['too many', 20, 60, undefined],
    ['nearly all', 20, 600, undefined],
  ])('keep their cause only where few would have ended anyway: %s', (_, inside, before, cause) => {
    expect(said(inside, before)).toEqual([cause])
  })

  it('more of them may be others where many are sure', () => {
    expect([said(20, 60), said(20, 60, { sure: 100 })]).toEqual([[undefined], ['upstream-restart']])
    expect(said(20, 300, { sure: 10_000 }), 'but not too many of one').toEqual([undefined])
  })

  it('are not doubted where a line confirms them, or nobody said a cause', () => {
    expect(said(1, 600, { of: [{ ...cut, isConfirmed: true }, { ...cut, cause: undefined }] })).toEqual(['upstream-restart', undefined])
  })

  it('are doubted by what ends like their own sessions alone', () => {
    const rows = (parts: Partial<SampledHandshake>): SampledHandshake[] => [...times(20, (index) => row(NOON + index, index)), ...times(600, (index) => ({ ...row(NOON - 1 - index * 40, index), ...parts }))]
    const cause = (parts: Partial<SampledHandshake>, { minAgeMs = 0, isOfCluster = () => false }: { minAgeMs?: number; isOfCluster?: (one: SampledHandshake) => boolean } = {}): string | undefined =>
      certainCuts([{ ...cut, minAgeMs }], new Ended(rows(parts)), { sure: 0, isOfCluster })[0]!.cause
    expect(cause({})).toBeUndefined()
    expect(cause({ isExplained: true }), 'explained by lines').toBe('upstream-restart')
    expect(cause({ upstream: 'b:1' }), 'of another upstream').toBe('upstream-restart')
    expect(cause({ bytesToClient: 9 }, { isOfCluster: ({ bytesToClient }) => bytesToClient === 9 }), 'told by their age').toBe('upstream-restart')
    expect([cause({}, { minAgeMs: 60_000 }), cause({ startedAtMs: NOON - 30_000 }, { minAgeMs: 60_000 })], 'too young to be of it').toEqual([undefined, 'upstream-restart'])
  })

  it('count of their own sessions those that no line explains', () => {
    const of = (explained: number): string | undefined => {
      const rows = [...times(20, (index) => ({ ...row(NOON + index, index), isExplained: index < explained })), ...times(20, (index) => row(NOON - 1 - index * 1400, index))]
      return certainCuts([cut], new Ended(rows), { sure: 0, isOfCluster: () => false })[0]!.cause
    }
    expect([of(0), of(15)]).toEqual(['upstream-restart', undefined])
  })

  it('add up: the surest first, and of as sure ones the first', () => {
    const make = (name: string, inside: number, before: number) => {
      const at = NOON + name.charCodeAt(0) * 1_000_000
      return {
        cut: cutBy([name], { fromMs: at, toMs: at + 1000, sessions: inside }),
        rows: [...times(inside, (index) => ({ ...row(at + index, index), upstream: name })), ...times(before, (index) => ({ ...row(at - 1 - Math.floor((index * 29_000) / before), index), upstream: name }))],
      }
    }
    const causes = (...of: readonly ReturnType<typeof make>[]): unknown[] => certainCuts(of.map((one) => one.cut), new Ended(of.flatMap((one) => one.rows)), { sure: 0, isOfCluster: () => false }).map(({ cause, fromMs, sessions }) => [cause !== undefined, fromMs > 0, sessions])
    const [sure, one, other] = [make('a', 100, 60), make('b', 20, 180), make('c', 20, 180)]
    expect(causes(one), 'alone: three of twenty are too many').toEqual([[false, true, 20]])
    expect(causes(one, sure), 'beside a hundred that are sure they are not').toEqual([[true, true, 20], [true, true, 100]])
    expect(causes(one, other, sure), 'twice three are').toEqual([[true, true, 20], [false, true, 20], [true, true, 100]])
    expect(causes(other, one, sure)).toEqual([[true, true, 20], [false, true, 20], [true, true, 100]])
    const unsaid = { ...sure!, cut: { ...sure!.cut, cause: undefined } }
    expect(causes(one, unsaid), 'what has no cause makes no other surer').toEqual([[false, true, 20], [false, true, 100]])
  })

  it('keep their places', () => {
    const far = cutBy(['b:1'], { fromMs: NOON + 500_000, toMs: NOON + 501_000 })
    expect(said(20, 600, { of: [cut, far] })).toEqual([undefined, 'upstream-restart'])
  })
})
