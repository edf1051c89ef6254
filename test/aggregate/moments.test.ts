import { describe, expect, it } from 'vitest'
import { Moments } from '../../src/aggregate/moments.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { HandshakeRows, Kind } from '../../src/session/handshake-rows.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const START = Date.UTC(2026, 10, 20, 12) / 1000

interface End {
  /** Seconds after the start. */
  readonly at: number
  readonly upstream?: string
}

const momentsOf = (ends: readonly End[]): Moments => {
  const moments = new Moments()
  const { names } = new EventMaker()
  for (const { at, upstream = '10.1.0.1:80' } of ends) moments.add((START + at) * 1000, names.upstreams.idOf(upstream), names.upstreams)
  return moments
}

const found = (ends: readonly End[]): [number, number][] => momentsOf(ends).found().map(({ second, ends: count }) => [second - START, count])

/** Ends `[from, to)`, so many in each second, in order. */
const steady = (from: number, to: number, perSecond: (second: number) => number, upstream?: string): End[] =>
  times(to - from, (index) => from + index).flatMap((at) => times(perSecond(at), () => (upstream === undefined ? { at } : { at, upstream })))

const inOrder = (...parts: readonly (readonly End[])[]): End[] => parts.flat().sort((a, b) => a.at - b.at)

const poisson = (random: Seeded, mean: number): number => {
  let count = 0
  for (let sum = random.exponential(1); sum < mean; sum += random.exponential(1)) count++
  return count
}

describe('Moments', () => {
  it.each([
    ['in the middle', 300],
    ['in the first second', 0],
    ['in the second one', 1],
    ['in the last minute, which nothing has passed yet', 580],
    ['in the last second', 599],
  ])('finds the second in which many end at once: %s', (_, at) => {
    expect(found(inOrder(steady(0, 600, () => 1), steady(at, at + 1, () => 50)))).toEqual([[at, 51]])
  })

  it('tells how many ended around it, how far that is beyond chance, and whose they were', () => {
    const [moment] = momentsOf(inOrder(steady(0, 600, () => 1, 'a'), steady(300, 301, () => 30, 'b'))).found()
    expect(moment).toMatchObject({ second: START + 300, ends: 31, secondsAround: 122, endsAround: 122 })
    expect(moment!.sigma).toBeGreaterThan(8)
    expect([...moment!.byUpstream]).toEqual([['a', 1], ['b', 30]])
  })

  it('finds none in a log that is busy all the time: 500 drops a minute, 10 of them in one second', () => {
    const busy = (at: number): number => (at === 300 ? 10 : at % 3 === 0 ? 9 : 8)
    expect(found(steady(0, 600, busy))).toEqual([])
    // The same ten where nearly nothing ends are a moment.
    expect(found(inOrder(steady(0, 600, (at) => (at % 30 === 0 ? 1 : 0)), steady(300, 301, () => 9)))).toEqual([[300, 10]])
  })

  it.each([0.2, 2, 8.3, 60])('finds next to none where sessions end by chance, %d a second', (mean) => {
    const random = new Seeded(7)
    const ends = steady(0, 7200, () => poisson(random, mean))
    expect(found(ends).length).toBeLessThanOrEqual(2)
    expect(ends.length).toBeGreaterThan(7200 * mean * 0.9)
  })

  it.each([[4, []], [5, [[300, 5]]]])('asks for five at least: %i', (count, expected) => {
    expect(found(inOrder([{ at: 200 }, { at: 400 }], steady(300, 301, () => count)))).toEqual(expected)
  })

  it('finds the sessions of one upstream among many others', () => {
    const upstreams = times(20, (index) => `10.1.0.${index}:80`)
    const others = upstreams.map((upstream) => steady(0, 600, () => 1, upstream))
    expect(found(inOrder(...others, steady(300, 301, () => 11, upstreams[3])))).toEqual([[300, 31]])
    // As many more, but of all of them alike, are nothing.
    expect(found(inOrder(...others, steady(300, 301, () => 11).map((end, index) => ({ ...end, upstream: upstreams[index]! }))))).toEqual([])
  })

  it('still finds them long after the beginning, also where it went on in another run in between', () => {
    const upstreams = times(20, (index) => `10.1.0.${index}:80`)
    const ends = inOrder(...upstreams.map((upstream) => steady(0, 1000, () => 1, upstream)), steady(900, 901, () => 11, upstreams[3]))
    expect(found(ends)).toEqual([[900, 31]])
    const cut = ends.findIndex(({ at }) => at === 890)
    const after = Moments.resume(momentsOf(ends.slice(0, cut)).suspend())
    const { names } = new EventMaker()
    for (const { at, upstream } of ends.slice(cut)) after.add((START + at) * 1000, names.upstreams.idOf(upstream!), names.upstreams)
    expect(after.found().map(({ second, ends: count }) => [second - START, count])).toEqual([[900, 31]])
  })

  it('takes of rows the sessions that no line explains, and those that an upstream reset', () => {
    const maker = new EventMaker()
    const plain = { endedAtMs: START * 1000, startedAtMs: (START - 60) * 1000, durationMs: 60_000, status: 101, bytesToClient: 9, client: '10.0.0.1', host: 'a', path: '/ws', upstream: 'a' }
    const of = (kind: Kind, count: number, parts: Partial<PlainEvent> = {}) => times(count, () => [kind, maker.event({ ...plain, ...parts })] as const)
    const all = [
      ...of(Kind.session, 1, { endedAtMs: (START - 100) * 1000 }), ...of(Kind.session, 7), ...of(Kind.session, 5, { upstream: 'b', isExplained: true, verdict: endingVerdict('upstream-reset', 'confirmed') }),
      ...of(Kind.session, 11, { isExplained: true, verdict: endingVerdict('idle-timeout', 'confirmed') }), ...of(Kind.failure, 13, { status: 502 }),
    ]
    const rows = new HandshakeRows(all.length)
    for (const [kind, event] of all) rows.push(kind, event)
    const moments = new Moments()
    moments.addRows(rows, maker.names.upstreams)
    expect(moments.found()).toMatchObject([{ second: START, ends: 12, byUpstream: new Map([['a', 7], ['b', 5]]) }])
  })

  it('takes ends that are all known in any order, of several logs as of one', () => {
    const ends = inOrder(steady(0, 600, () => 1, 'a'), steady(0, 600, () => 1, 'b'), steady(300, 301, () => 30, 'b'), steady(450, 451, () => 20, ''))
    const as = (some: readonly End[]) => some.map(({ at, upstream }) => ({ endedAtMs: (START + at) * 1000, upstream: upstream! }))
    const whole = Moments.ofEnds(as(ends))
    expect(whole.found().map(({ second, ends: count, byUpstream }) => [second - START, count, byUpstream])).toEqual([[300, 32, new Map([['a', 1], ['b', 31]])], [450, 22, new Map([['a', 1], ['b', 1], ['', 20]])]])
    expect(Moments.ofEnds(as(ends.toReversed())).found()).toEqual(whole.found())
    expect(Moments.ofEnds([...as(ends.filter(({ upstream }) => upstream === 'b')), ...as(ends.filter(({ upstream }) => upstream !== 'b'))]).found()).toEqual(whole.found())
    expect(Moments.of(whole.found()).found(), 'as found elsewhere').toEqual(whole.found())
    expect(Moments.ofEnds([]).found()).toEqual([])
  })

  it('is the same in JSON whichever upstream came first, and comes back from it', () => {
    const json = (...upstreams: readonly string[]): string => JSON.stringify(momentsOf([{ at: -100 }, ...upstreams.flatMap((upstream) => times(9, () => ({ at: 0, upstream }))), { at: 100 }]))
    expect(json('b', 'c', 'a')).toBe(json('c', 'a', 'b'))
    const moments = momentsOf(inOrder(steady(0, 600, () => 1, 'b'), steady(300, 301, () => 20, 'a')))
    expect(Moments.fromJSON(JSON.parse(JSON.stringify(moments))).found()).toEqual(moments.found())
    expect(moments.toJSON()[0]!.at(-1)).toEqual([['a', 20], ['b', 1]])
  })

  it('finds two moments a few seconds apart', () => {
    expect(found(inOrder(steady(0, 600, () => 1), steady(300, 301, () => 40), steady(310, 311, () => 40)))).toEqual([[300, 41], [310, 41]])
  })

  it('finds a small one beside a big one, which is not what is usual', () => {
    expect(found(inOrder(steady(0, 600, () => 1), steady(300, 301, () => 12), steady(310, 311, () => 400)))).toEqual([[300, 13], [310, 401]])
  })

  it('finds one that chance gives once in years: 27 where 8 are usual', () => {
    expect(found(inOrder(steady(0, 600, () => 8), steady(300, 301, () => 19)))).toEqual([[300, 27]])
  })

  it('finds a moment in a log in which nothing else ends for hours', () => {
    expect(found([{ at: -9000 }, ...steady(0, 1, () => 20), { at: 9000 }])).toEqual([[0, 20]])
    expect(found([{ at: -9000 }, ...steady(0, 1, () => 20)])).toEqual([[0, 20]])
    expect(found([...steady(0, 1, () => 20), { at: 9000 }])).toEqual([[0, 20]])
    expect(momentsOf([{ at: -9000 }, ...steady(0, 1, () => 20), { at: 9000 }]).found()).toMatchObject([{ endsAround: 0, secondsAround: 122 }])
  })

  it.each([1, 2, 3])('takes lines that are out of order by a minute (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const ends = inOrder(steady(0, 900, () => poisson(random, 2)), steady(300, 301, () => 40), steady(640, 641, () => 25))
    const expected = found(ends)
    expect(expected.map(([at]) => at)).toEqual(expect.arrayContaining([300, 640]))
    const written = ends.map((end) => ({ end, at: end.at + random.int(0, 60) })).sort((a, b) => a.at - b.at).map(({ end }) => end)
    expect(written).not.toEqual(ends)
    expect(found(written).filter(([at]) => at === 300 || at === 640)).toEqual(expected.filter(([at]) => at === 300 || at === 640))
  })

  it('takes lines that are older than the first one', () => {
    expect(found([{ at: 50 }, ...steady(20, 21, () => 20), { at: 51 }])).toEqual([[20, 20]])
  })

  it('leaves out what comes later than that, rather than to count it elsewhere', () => {
    const late = steady(300, 301, () => 40)
    expect(found([...steady(0, 365, () => 1), ...late, ...steady(365, 600, () => 1)])).toEqual([])
    expect(found([...steady(0, 363, () => 1), ...late, ...steady(363, 600, () => 1)])).toEqual([[300, 41]])
  })

  it('tells 63 upstreams apart, the others as one without a name', () => {
    const [moment] = momentsOf([{ at: -100 }, ...times(100, (index) => ({ at: 0, upstream: `10.1.${index}.1:80` })), { at: 100 }]).found()
    expect(moment!.byUpstream.size).toBe(64)
    expect([...moment!.byUpstream.values()].reduce((sum, count) => sum + count, 0)).toBe(100)
    expect(moment!.byUpstream.get('')).toBeGreaterThan(30)
  })

  it('knows upstreams by their names where numbers change their meaning', () => {
    const moments = new Moments()
    const tell = (names: EventMaker['names'], upstream: string, count: number): void => {
      const id = names.upstreams.idOf(upstream)
      times(count, () => moments.add(START * 1000, id, names.upstreams))
    }
    moments.add((START - 100) * 1000, 0, new EventMaker().names.upstreams)
    tell(new EventMaker().names, 'a', 10)
    moments.forgetNumbers()
    tell(new EventMaker().names, 'b', 7)
    moments.forgetNumbers()
    const { names } = new EventMaker()
    times(600, (index) => names.upstreams.idOf(`unused ${index}`))
    tell(names, 'a', 5)
    expect(moments.found().map(({ byUpstream }) => [...byUpstream].sort())).toEqual([[['a', 15], ['b', 7]]])
  })

  it('keeps the strongest when they are more than any log should have', () => {
    const moments = momentsOf(times(6000, (index) => index * 200).flatMap((at) => [{ at: at - 10 }, ...times(at % 3000 === 0 ? 30 : 6, () => ({ at }))])).found()
    expect(moments.length).toBeGreaterThan(2000)
    expect(moments.length).toBeLessThanOrEqual(4097)
    expect(moments.filter(({ ends }) => ends === 30)).toHaveLength(400)
    expect(moments.map(({ second }) => second)).toEqual(moments.map(({ second }) => second).sort((a, b) => a - b))
  })

  it('of two logs of the same time adds up what both saw, and keeps what one did', () => {
    const both = momentsOf(inOrder(steady(0, 600, () => 1, 'a'), steady(300, 301, () => 20, 'a')))
    const other = momentsOf(inOrder(steady(0, 600, () => 1, 'b'), steady(300, 301, () => 10, 'b'), steady(450, 451, () => 30, 'a')))
    const { sigma } = both.found()[0]!
    both.merge(other)
    expect(both.found()).toMatchObject([{ second: START + 300, ends: 32, sigma, endsAround: 244, secondsAround: 244 }, { second: START + 450, ends: 31 }])
    expect(both.found().map(({ byUpstream }) => [...byUpstream].sort())).toEqual([[['a', 21], ['b', 11]], [['a', 30], ['b', 1]]])
  })

  it('finds the same again when asked twice, and more when more comes', () => {
    const moments = momentsOf(inOrder(steady(0, 300, () => 1), steady(200, 201, () => 40)))
    expect(moments.found()).toEqual(moments.found())
    const { names } = new EventMaker()
    times(40, () => moments.add((START + 320) * 1000, 0, names.upstreams))
    expect(moments.found().map(({ second }) => second - START)).toEqual([200, 320])
  })

  it('knows of seconds that were read and had no ends', () => {
    const one = (): Moments => momentsOf(steady(300, 301, () => 20))
    const passed = (fromMs: number, toMs: number): Moments => {
      const moments = one()
      moments.pass(fromMs, toMs)
      return moments
    }
    expect(one().found(), 'nothing to compare it with').toEqual([])
    expect(passed(START * 1000, (START + 350) * 1000).found()).toMatchObject([{ second: START + 300, ends: 20, endsAround: 0, secondsAround: 61 + 48 }])
    expect(passed(START * 1000, (START + 300) * 1000).found()).toMatchObject([{ secondsAround: 61 }])
    expect(passed((START + 280) * 1000, (START + 350) * 1000).found()).toMatchObject([{ secondsAround: 18 + 48 }])
    expect(passed((START + 300) * 1000, (START + 310) * 1000).found()).toMatchObject([{ secondsAround: 8 }])
    expect(passed((START + 299) * 1000, (START + 300) * 1000).found(), 'the seconds next to it may be of the same moment').toEqual([])
    expect(passed((START + 600) * 1000, START * 1000).found(), 'no time at all').toEqual([])
    expect(passed(Number.NaN, Number.NaN).found()).toEqual([])
  })

  it.each([335, 336, 337])('tells of a moment once when more time is known before it, at %i s of 400', (at) => {
    const moments = momentsOf(inOrder(steady(300, 401, () => 1), steady(at, at + 1, () => 30)))
    moments.pass(START * 1000, (START + 400) * 1000)
    expect(moments.found().map(({ second, ends, byUpstream }) => [second - START, ends, [...byUpstream.values()]])).toEqual([[at, 31, [31]]])
  })

  it('still takes what ended in the seconds that were passed', () => {
    const moments = momentsOf([{ at: 250 }])
    moments.pass(START * 1000, (START + 300) * 1000)
    const { names } = new EventMaker()
    times(20, () => moments.add((START + 270) * 1000, 0, names.upstreams))
    times(30, () => moments.add((START + 240) * 1000, 0, names.upstreams))
    moments.pass(START * 1000, (START + 500) * 1000)
    expect(moments.found()).toMatchObject([{ second: START + 240, ends: 30, secondsAround: 122 }, { second: START + 270, ends: 20, secondsAround: 122 }])
  })

  it('passes nothing while nothing has ended', () => {
    const moments = new Moments()
    moments.pass(START * 1000, (START + 600) * 1000)
    expect(moments.suspend()).toBeNull()
    expect(moments.found()).toEqual([])
  })

  it('adds what another log tells of the same time, and goes on where a rotated one ended', () => {
    const log = inOrder(steady(0, 600, () => 1, 'a'), steady(300, 301, () => 20, 'a'))
    const both = (isRotated: boolean): [number, number][] => {
      const moments = new Moments()
      const { names } = new EventMaker()
      for (const part of isRotated ? [log.filter(({ at }) => at < 299), log.filter(({ at }) => at >= 299)] : [log, log]) {
        moments.startLog()
        for (const { at, upstream } of part) moments.add((START + at) * 1000, names.upstreams.idOf(upstream!), names.upstreams)
      }
      return moments.found().map(({ second, ends, secondsAround }) => [ends, secondsAround, second - START] as const).map(([ends, around, at]) => {
        expect(at).toBe(300)
        return [ends, around]
      })
    }
    expect(both(true)).toEqual([[21, 122]])
    expect(both(false)).toEqual([[42, 244]])
  })

  it('judges the end of a log before it takes the next one, which begins anew', () => {
    const moments = momentsOf(inOrder(steady(0, 600, () => 1), steady(590, 591, () => 30)))
    moments.startLog()
    const { names } = new EventMaker()
    times(30, () => moments.add((START + 100) * 1000, 0, names.upstreams))
    expect(moments.found()).toMatchObject([{ second: START + 590, ends: 31 }])
  })

  it.each([1, 2, 3])('goes on in another run as if it had been one (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const upstreams = times(70, (index) => `10.1.0.${index}:80`)
    const ends = inOrder(steady(0, 900, () => poisson(random, 1)), steady(300, 301, () => 30), steady(310, 311, () => 25), steady(700, 701, () => 20)).map(({ at }) => ({ at, upstream: random.pick(upstreams) }))
    const whole = momentsOf(ends).found()
    expect(whole.map(({ second }) => second - START)).toEqual(expect.arrayContaining([300, 310, 700]))
    for (const cut of [0, 1, ends.findIndex(({ at }) => at === 300) + 10, ends.findIndex(({ at }) => at === 305), ends.findIndex(({ at }) => at === 360), ends.length]) {
      const before = momentsOf(ends.slice(0, cut))
      const settled = before.take()
      expect(before.take(), 'taken once').toEqual([])
      const after = Moments.resume(JSON.parse(JSON.stringify(before.suspend())) as ReturnType<Moments['suspend']>)
      const { names } = new EventMaker()
      for (const { at, upstream } of ends.slice(cut)) after.add((START + at) * 1000, names.upstreams.idOf(upstream), names.upstreams)
      expect([...settled, ...after.found()], `cut at ${cut}`).toEqual(whole)
    }
  })

  it('goes on by what is known of the names, when there are more than it tells apart', () => {
    const moments = momentsOf([{ at: -100 }, ...times(5000, (index) => ({ at: -90, upstream: `scan ${index}` })), ...times(20, () => ({ at: 0, upstream: 'scan 4999' })), { at: 100 }])
    expect(moments.found().find(({ second }) => second === START)!.byUpstream).toEqual(new Map([['', 20]]))
  })

  it('finds nothing in nothing', () => {
    expect(new Moments().found()).toEqual([])
    expect(Moments.fromJSON(new Moments().toJSON()).found()).toEqual([])
  })
})
