import { describe, expect, it } from 'vitest'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { type EndMoment, Moments } from '../../src/aggregate/moments.ts'
import { cutAt, findCuts } from '../../src/cluster/cuts.ts'
import { Ended } from '../../src/cluster/ended.ts'
import { ErrorEvidence } from '../../src/cluster/error-evidence.ts'
import type { LevelName } from '../../src/error-log/level.ts'
import { type ProcessEvent, ProcessLog } from '../../src/session/process-log.ts'
import { coverageOf } from '../helpers/coverage.ts'
import type { PlainEvent } from '../helpers/events.ts'
import { cutBy } from '../helpers/plain-facts.ts'
import { summaryOf } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const SECOND = Date.UTC(2026, 10, 20, 12) / 1000

/** Sessions of one upstream that end in these seconds, by when each began; those of another live on. */
const endsIn = (...seconds: readonly (readonly [second: number, count: number])[]): Partial<PlainEvent>[] => [
  ...seconds.flatMap(([second, count]) => times(count, (index): Partial<PlainEvent> => ({ upstream: 'a:1', client: `10.0.${index}.1`, endedAtMs: (SECOND + second) * 1000 + 100 + (index % 7), startedAtMs: (SECOND + second) * 1000 - Math.round(2000 * 1.2 ** index) }))),
  ...times(20, (index): Partial<PlainEvent> => ({ upstream: 'b:1', client: `10.1.${index}.1`, endedAtMs: (SECOND + 600 + index) * 1000, startedAtMs: (SECOND - 600) * 1000 })),
]
const moment = (second: number, parts: Partial<EndMoment> = {}): EndMoment => ({ second: SECOND + second, ends: 30, sigma: 9, endsAround: 0, secondsAround: 122, byUpstream: new Map([['a:1', 30]]), ...parts })

const cutsOf = (events: readonly Partial<PlainEvent>[], ...moments: readonly EndMoment[]) => cutsBy(undefined, events, ...moments)
const cutsBy = (errors: ErrorEvidence | undefined, events: readonly Partial<PlainEvent>[], ...moments: readonly EndMoment[]) => {
  const summary = summaryOf(events)
  summary.moments = Moments.of(moments)
  return findCuts(summary, new Ended(summary.sessionSample.rows), errors).map((cut) => ({ ...cut, from: cut.fromMs / 1000 - SECOND, to: cut.toMs / 1000 - SECOND }))
}

describe('findCuts', () => {
  it('says who cut the sessions of a moment, and how many', () => {
    expect(cutsOf(endsIn([0, 30]), moment(0))).toMatchObject([{ by: 'upstream', sessions: 30, expected: 0 }])
    expect([...cutsOf(endsIn([0, 30]), moment(0))[0]!.upstreams]).toEqual(['a:1'])
  })

  it.each([
    ['beside each other are one', 1, {}, 1],
    ['with a second between them are one', 2, {}, 1],
    ['with two seconds between them are two', 3, {}, 2],
    ['of which both are strong enough to stand alone are one', 1, { sigma: 5.6 }, 1],
    ['of which one is weaker: it is mostly others that happened to end, and no part of the strong one', 1, { sigma: 5.4 }, 1],
  ] as const)('two moments %s', (_, apart, parts, count) => {
    const cuts = cutsOf(endsIn([0, 30], [apart, 30]), moment(0), moment(apart, parts))
    expect(cuts).toHaveLength(count)
    // A weak one that nothing else speaks for is none at all.
    expect(cuts.reduce((sum, { sessions }) => sum + sessions, 0)).toBe('sigma' in parts && parts.sigma < 5.5 ? 30 : 60)
  })

  it('reckons what would have ended anyway from the seconds around', () => {
    const [cut] = cutsOf(endsIn([0, 30]), moment(0, { endsAround: 244, secondsAround: 122 }))
    // Two a second, in the hundredth of it in which all ended.
    expect(cut!.expected).toBeCloseTo(2 * (cut!.to - cut!.from), 6)
    expect(cutsOf(endsIn([0, 30]), moment(0, { endsAround: 244, secondsAround: 0 }))[0]!.expected).toBe(0)
  })

  it('says nothing without moments, or of one that is not beyond chance', () => {
    expect(cutsOf(endsIn([0, 30]))).toEqual([])
    expect(cutsOf(endsIn([0, 30]), moment(0, { sigma: 5.4 }))).toEqual([])
    expect(cutsOf(endsIn([0, 30]), moment(0, { sigma: 5.5 }))).toHaveLength(1)
    expect(cutsOf(endsIn([0, 4]), moment(0)), 'too few sessions to say anything of it').toEqual([])
  })
})

describe('who cut the sessions of a moment', () => {
  /** Of each upstream so many that end in the moment, and so many that live on; ages far apart. */
  const made = (of: Readonly<Record<string, readonly [cut: number, kept: number]>>, parts: Partial<PlainEvent> = {}): Partial<PlainEvent>[] =>
    Object.entries(of).flatMap(([upstream, [cut, kept]], number) => [
      ...times(cut, (index): Partial<PlainEvent> => ({ upstream, client: `10.${number}.${index}.1`, endedAtMs: SECOND * 1000 + 100 + (index % 7), startedAtMs: SECOND * 1000 - Math.round(2000 * 1.2 ** index) - number * 37, ...parts })),
      ...times(kept, (index): Partial<PlainEvent> => ({ upstream, client: `10.${number}.${index}.2`, endedAtMs: (SECOND + 600 + index) * 1000, startedAtMs: (SECOND - 600) * 1000 })),
    ])
  const failed = (cause: 'refused' | 'handshake-timeout', ...seconds: readonly number[]): Partial<PlainEvent>[] =>
    seconds.map((second) => ({ status: 502, upstream: 'a:1', verdict: failureVerdict(cause, 'upstream', 'likely'), startedAtMs: (SECOND + second) * 1000, endedAtMs: (SECOND + second) * 1000 + 1, durationMs: 1 }))
  const said = (events: readonly Partial<PlainEvent>[]): unknown => {
    const [cut] = cutsOf(events, moment(0))
    return cut && [cut.by, cut.cause, cut.sessions]
  }
  const one = made({ 'a:1': [20, 0], 'b:1': [0, 20] })

  it.each<[string, Partial<PlainEvent>[], unknown]>([
    ['nobody says it was a restart', one, ['upstream', undefined, 20]],
    ['connects that are refused behind it say so', [...one, ...failed('refused', 2, 3)], ['upstream', 'upstream-restart', 20]],
    ['other failures do not', [...one, ...failed('handshake-timeout', 2, 3)], ['upstream', undefined, 20]],
    ['nor refusals that went on before', [...one, ...failed('refused', ...times(30, (index) => index - 31)), ...failed('refused', 2, 3)], ['upstream', undefined, 20]],
    ['refusals that rise do', [...one, ...failed('refused', -20), ...failed('refused', 2, 3, 4, 5)], ['upstream', 'upstream-restart', 20]],
    ['those of long after are of something else', [...one, ...failed('refused', 32)], ['upstream', undefined, 20]],
    ['five are enough to say anything', made({ 'a:1': [5, 0], 'b:1': [0, 20] }), ['upstream', undefined, 5]],
    ['that lines explain are not of it', [...one.slice(0, 16).map((event) => ({ ...event, isExplained: true, verdict: endingVerdict('client-reset', 'confirmed') })), ...one.slice(16)], undefined],
    ['that end a while beside it are not of it', [...one, ...made({ 'a:1': [2, 0] }).map((event) => ({ ...event, endedAtMs: SECOND * 1000 + 900 }))], ['upstream', undefined, 20]],
    ['where others of it live on, it was not the upstream', made({ 'a:1': [20, 5], 'b:1': [0, 20] }), ['unknown', undefined, 20]],
    ['of all upstreams, of many addresses: nginx', made({ 'a:1': [12, 0], 'b:1': [12, 0] }), ['nginx', 'worker-shutdown', 24]],
    ['fewer than twenty: nobody knows', made({ 'a:1': [9, 0], 'b:1': [9, 0] }), ['unknown', undefined, 18]],
    ['of a few addresses it may be the hop in front', made({ 'a:1': [12, 0], 'b:1': [12, 0] }).map((event, index) => ({ ...event, client: `10.0.0.${index % 4}` })), ['unknown', undefined, 24]],
    ['of the only upstream: nobody knows', made({ 'a:1': [24, 0] }), ['unknown', undefined, 24]],
    ['left half sent, at all upstreams: nginx', made({ 'a:1': [9, 0], 'b:1': [9, 0] }, { isComplete: false }), ['nginx', 'worker-shutdown', 18]],
    ['left half sent, at one of them alone: not nginx', made({ 'a:1': [18, 0], 'b:1': [0, 18] }, { isComplete: false }), ['upstream', undefined, 18]],
    ['sent whole: not nginx', made({ 'a:1': [12, 0], 'b:1': [12, 0] }, { isComplete: true }), ['unknown', undefined, 24]],
  ])('%s', (_, events, expected) => {
    expect(said(events)).toEqual(expected)
  })

  it.each<[string, Partial<PlainEvent>[], object]>([
    ['refused connects back it up', [...one, ...failed('refused', 2, 3)], { isBackedUp: true, isConfirmed: false, isAlone: false }],
    ['nothing does', one, { isBackedUp: false, isConfirmed: false, isAlone: false }],
    ['of the only upstream, which refuses connects', [...made({ 'a:1': [24, 0] }), ...failed('refused', 2, 3)], { by: 'upstream', cause: 'upstream-restart', isBackedUp: true, isAlone: true }],
    ['nginx, of all', made({ 'a:1': [12, 0], 'b:1': [12, 0] }), { isBackedUp: true, isConfirmed: false, minAgeMs: 1000 }],
    ['nginx, half sent', made({ 'a:1': [9, 0], 'b:1': [9, 0] }, { isComplete: false }), { isBackedUp: true, isConfirmed: false, minAgeMs: 0 }],
    ['a quarter of another ends as well', made({ 'a:1': [20, 0], 'b:1': [5, 15] }), { by: 'upstream' }],
    ['more of it does: nobody knows', made({ 'a:1': [20, 0], 'b:1': [6, 14] }), { by: 'unknown', isBackedUp: false }],
    ['two sessions of an upstream say nothing of it', made({ 'a:1': [20, 0], 'b:1': [0, 20], 'c:1': [2, 0] }), { by: 'upstream', upstreams: new Set(['a:1']), sessions: 22 }],
    ['three do', made({ 'a:1': [20, 0], 'b:1': [0, 20], 'c:1': [3, 0] }), { by: 'upstream', upstreams: new Set(['a:1', 'c:1']) }],
  ])('and what speaks for it: %s', (_, events, expected) => {
    expect(cutsOf(events, moment(0))).toMatchObject([expected])
  })

  describe('with an error log', () => {
    const SPAN = { fromMs: (SECOND - 3600) * 1000, toMs: (SECOND + 3600) * 1000 }
    const evidence = (level: LevelName, ...events: readonly (readonly [kind: ProcessEvent['kind'], second: number, pid?: number])[]): ErrorEvidence => {
      const process = new ProcessLog()
      process.events.push(...events.map(([kind, second, pid = 11]): ProcessEvent => ({ atMs: (SECOND + second) * 1000, kind, pid, detail: -1 })))
      return new ErrorEvidence({ coverage: coverageOf(level, SPAN), process })
    }
    const verdict = (errors: ErrorEvidence | undefined, events: readonly Partial<PlainEvent>[]): unknown => {
      const [cut] = cutsBy(errors, events, moment(0))
      return cut && [cut.by, cut.cause, cut.isConfirmed, cut.isBackedUp]
    }
    const RESTART = ['upstream', 'upstream-restart', false, false]
    const UNSAID = ['upstream', undefined, false, false]

    it.each<[string, Partial<PlainEvent>[], unknown]>([
      ['all of an upstream within milliseconds', one, RESTART],
      ['eight are enough', made({ 'a:1': [8, 0], 'b:1': [0, 20] }), RESTART],
      ['seven are not', made({ 'a:1': [7, 0], 'b:1': [0, 20] }), UNSAID],
      ['one of twenty-one stayed', made({ 'a:1': [20, 1], 'b:1': [0, 20] }), RESTART],
      ['two of twenty-two stayed', made({ 'a:1': [20, 2], 'b:1': [0, 20] }), UNSAID],
      ['of the only upstream', made({ 'a:1': [24, 0] }), ['unknown', undefined, false, false]],
    ])('an upstream that ends at once has restarted, though nobody was refused: %s', (_, events, expected) => {
      expect(verdict(evidence('error'), events)).toEqual(expected)
    })

    /** Over a tenth of a second, as people leave, and processes that are told to stop. */
    const slowly = one.map((event, index) => (event.upstream === 'a:1' ? { ...event, endedAtMs: SECOND * 1000 + 100 + index * 5 } : event))
    const back = (second: number): Partial<PlainEvent> => ({ upstream: 'a:1', client: '10.9.9.9', startedAtMs: (SECOND + second) * 1000, endedAtMs: (SECOND + 600) * 1000 })

    it.each<[string, Partial<PlainEvent>[], unknown]>([
      ['nobody has come since', slowly, UNSAID],
      ['nor where the oldest ended first', one.map((event, index) => (event.upstream === 'a:1' ? { ...event, endedAtMs: SECOND * 1000 + 195 - index * 5 } : event)), UNSAID],
      ['nobody for half a minute, of ten a minute before', [...slowly, back(30)], RESTART],
      ['somebody after ten seconds', [...slowly, back(10), back(30)], UNSAID],
      ['whole seconds show no milliseconds', one.map((event) => (event.upstream === 'a:1' ? { ...event, endedAtMs: SECOND * 1000 } : event)), UNSAID],
      ['whole seconds, and nobody for half a minute', [...one.map((event) => (event.upstream === 'a:1' ? { ...event, endedAtMs: SECOND * 1000 } : event)), back(30)], RESTART],
    ])('or has been away while nobody got in: %s', (_, events, expected) => {
      expect(verdict(evidence('error'), events)).toEqual(expected)
      expect(verdict(undefined, events), 'without an error log its network may be lost').toEqual(UNSAID)
    })

    it('nginx would have said so, where its notices are seen', () => {
      const all = made({ 'a:1': [12, 0], 'b:1': [12, 0] })
      expect(verdict(evidence('error'), all)).toEqual(['nginx', 'worker-shutdown', false, true])
      expect(verdict(evidence('notice'), all)).toEqual(['unknown', undefined, false, false])
    })

    /** An old worker is told to leave a minute before, and leaves in this second. */
    const leaving = evidence('notice', ['graceful-shutdown', -60], ['worker-exiting', 0])
    const older = (count: number): Partial<PlainEvent>[] => times(count, (index): Partial<PlainEvent> => ({ upstream: `${'ab'[index % 2]}:1`, client: `10.5.${index}.1`, startedAtMs: (SECOND - 62 - 2 * index) * 1000, endedAtMs: SECOND * 1000 + 100 + (index % 7) }))
    const newer = (count: number): Partial<PlainEvent>[] => older(count).map((event, index) => ({ ...event, client: `10.6.${index}.1`, startedAtMs: (SECOND - 59) * 1000 + 100 + index * 1700 }))
    const stay = (events: readonly Partial<PlainEvent>[]): Partial<PlainEvent>[] => events.map((event) => ({ ...event, client: `${event.client}7`, endedAtMs: (SECOND + 600) * 1000 }))
    const SHUTDOWN = ['nginx', 'worker-shutdown', true, true]

    it.each<[string, Partial<PlainEvent>[], boolean]>([
      ['all of its sessions end', older(20), true],
      ['those of new workers stay', [...older(20), ...stay(newer(20))], true],
      ['a few of new workers end as well', [...older(17), ...newer(3)], true],
      ['more of new workers do', [...older(16), ...newer(4)], false],
      ['a few old ones stay, in another old worker', [...older(20), ...stay(older(3))], true],
      ['more of them stay', [...older(20), ...stay(older(4))], false],
      ['the answers were sent whole', older(20).map((event) => ({ ...event, isComplete: true })), false],
    ])('a line confirms that nginx cut them, where an old worker leaves in the moment: %s', (_, events, isSo) => {
      const said = verdict(leaving, events)
      if (isSo) expect(said).toEqual(SHUTDOWN)
      else expect((said as unknown[])[0]).not.toBe('nginx')
    })

    it('younger ones than the shutdown are not meant, to the second', () => {
      const [cut] = cutsBy(leaving, older(20), moment(0))
      expect(cut!.minAgeMs).toBe(cut!.fromMs - (SECOND - 60) * 1000 - 1000)
      expect(cutsBy(evidence('notice', ['graceful-shutdown', 0], ['worker-exiting', 1]), older(20), moment(0))[0]).toMatchObject({ by: 'nginx', minAgeMs: 0 })
    })
  })

  describe('of one address', () => {
    const X = '10.1.0.1'
    const cutOfX = (count: number): Partial<PlainEvent>[] => made({ 'a:1': [count / 2, 0], 'b:1': [count / 2, 0] }).map((event) => ({ ...event, client: X }))
    const strangers = (count: number): Partial<PlainEvent>[] => made({ 'a:1': [0, count] })
    const keptOfX = (count: number): Partial<PlainEvent>[] => made({ 'b:1': [0, count] }).map((event) => ({ ...event, client: X }))

    it.each<[string, Partial<PlainEvent>[], boolean]>([
      ['all of it end, others stay', [...cutOfX(20), ...strangers(10)], true],
      ['three others stay', [...cutOfX(20), ...strangers(3)], true],
      ['two others stay', [...cutOfX(20), ...strangers(2)], false],
      ['a tenth of others ends as well', [...cutOfX(18), ...made({ 'a:1': [2, 0] }), ...strangers(10)], true],
      ['more of others do', [...cutOfX(16), ...made({ 'a:1': [4, 0] }), ...strangers(10)], false],
      ['three of it stay', [...cutOfX(20), ...keptOfX(3), ...strangers(10)], true],
      ['four of it stay', [...cutOfX(20), ...keptOfX(4), ...strangers(10)], false],
    ])('it was the hop in front: %s', (_, events, isEdge) => {
      const [cut] = cutsOf(events, moment(0))
      expect([cut!.by === 'edge', cut!.client]).toEqual([isEdge, isEdge ? X : undefined])
      expect(cut!.cause, 'no code says that').toBeUndefined()
    })
  })

  describe('by age alone', () => {
    const young = (count: number, ageMs = 500): Partial<PlainEvent>[] => times(count, (index): Partial<PlainEvent> => ({ upstream: 'a:1', client: `10.8.${index}.1`, startedAtMs: SECOND * 1000 - ageMs - index, endedAtMs: (SECOND + 600) * 1000 }))
    const old = made({ 'a:1': [9, 0], 'b:1': [9, 0] })

    it.each<[string, Partial<PlainEvent>[], boolean]>([
      ['five young ones stay', [...old, ...young(5)], true],
      ['in whatever order they ended', [...old.toReversed(), ...young(5)], true],
      ['four young ones stay', [...old, ...young(4)], false],
      ['one that is older stays, too', [...old, ...young(5), ...young(1, 90_000)], false],
      ['a young one ends, too', [...old, ...young(5), { ...young(1)[0], endedAtMs: SECOND * 1000 + 103, client: '10.8.9.9' }], false],
      ['at one upstream alone', [...made({ 'a:1': [18, 0] }), ...young(5)], false],
      ['sent whole', [...old.map((event) => ({ ...event, isComplete: true })), ...young(5).map((event) => ({ ...event, isComplete: true }))], false],
    ])('nginx cuts all that is old and nothing that is young: %s', (_, events, isNginx) => {
      const [cut] = cutsOf(events, moment(0))
      expect([cut!.by === 'nginx', cut!.minAgeMs]).toEqual(isNginx ? [true, 2100] : [false, 0])
    })
  })

  it('new workers keep what has only begun: where that was cut as well, it was not nginx', () => {
    const young = (endedAtMs: number) => times(6, (index): Partial<PlainEvent> => ({ upstream: 'a:1', client: `10.7.${index}.1`, endedAtMs, startedAtMs: SECOND * 1000 - 50 * (index + 1) * (index + 1) % 900 - 90 }))
    const all = made({ 'a:1': [14, 0], 'b:1': [14, 0] })
    expect((said(all) as unknown[])[0]).toBe('nginx')
    expect((said([...all, ...young(SECOND * 1000 + 103)]) as unknown[])[0]).not.toBe('nginx')
  })
})

it.each([[999, undefined], [1000, 0], [1999, 0], [2000, undefined], [3000, 1], [4999, 1], [5000, 2], [9000, undefined]])('the cut that holds %i ms', (atMs, index) => {
  const cuts = [cutBy([], { fromMs: 1000, toMs: 2000 }), cutBy([], { fromMs: 3000, toMs: 5000 }), cutBy([], { fromMs: 5000, toMs: 9000 })]
  expect(cutAt(atMs, cuts)).toBe(index === undefined ? undefined : cuts[index])
  expect(cutAt(atMs, [])).toBeUndefined()
})
