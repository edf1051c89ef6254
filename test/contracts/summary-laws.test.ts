import { describe, expect, it } from 'vitest'
import { AGE_CLASSES, Ages, type AgesJson } from '../../src/aggregate/ages.ts'
import { HandshakeSample, type HandshakeSampleJson } from '../../src/aggregate/handshake-sample.ts'
import { LogHistogram, type LogHistogramJson } from '../../src/aggregate/log-histogram.ts'
import { Moments } from '../../src/aggregate/moments.ts'
import { PathCensus } from '../../src/aggregate/path-census.ts'
import { Ranking, type RankingJson } from '../../src/aggregate/ranking.ts'
import { Summary, type SummaryJson } from '../../src/aggregate/summary.ts'
import { Timeline, type TimelineJson } from '../../src/aggregate/timeline.ts'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { type Confidence, HANDSHAKE_CAUSES, LAYER_OF, SESSION_CAUSES } from '../../src/cause/cause.ts'
import { Kind } from '../../src/session/handshake-rows.ts'
import { cellsOf } from '../helpers/cells.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { Seeded, times } from '../helpers/seeded.ts'

/** A mergeable summary as the laws see it; `add` puts one item of its own kind into it. */
interface Law<T> {
  readonly name: string
  readonly empty: () => T
  /** A random item, as something that adds itself to any summary. */
  readonly item: (random: Seeded) => (to: T) => void
  readonly merge: (into: T, from: T) => void
  readonly toJSON: (summary: T) => unknown
  readonly fromJSON: (json: never) => T
  /** Called after adding. */
  readonly settle?: (summary: T) => void
  /** What a reader of the summary gets to see. */
  readonly view: (summary: T) => unknown
}

const START = Date.UTC(2026, 10, 20, 22, 58, 30)

const durationOf = (random: Seeded): number => Math.round(random.pick([
  () => random.logNormal({ median: 40_000, sigma: 2 }),
  () => 60_000 + random.int(0, 5),
  () => random.int(0, 50) * 1000,
  () => 0,
])())

const histogram = (bits: number): Law<LogHistogram> => ({
  name: `LogHistogram of ${bits} bits`,
  empty: () => new LogHistogram(bits),
  item: (random) => {
    const value = random.pick([0, 1, 2 ** bits, random.int(0, 100), random.int(0, 1e9), random.int(0, 1e13), durationOf(random)])
    return (to) => to.add(value)
  },
  merge: (into, from) => into.merge(from),
  toJSON: (summary) => summary.toJSON(),
  fromJSON: (json: LogHistogramJson) => LogHistogram.fromJSON(json),
  view: (summary) => ({ count: summary.count, sum: summary.sum, min: summary.min, max: summary.max, cells: cellsOf(summary), quantiles: [0, 0.25, 0.5, 0.95, 0.999, 1].map((q) => summary.quantile(q)) }),
})

const VERDICTS = [endingVerdict('closed', 'guess'), endingVerdict('closed', 'likely'), endingVerdict('idle-timeout', 'confirmed'), endingVerdict('lifetime-limit', 'likely')] as const

const timeline: Law<Timeline> = {
  name: 'Timeline',
  empty: () => new Timeline(),
  item: (random) => {
    const atMs = START + random.pick([random.int(0, 3 * 86_400_000), random.int(0, 7200) * 1000, 0])
    const durationMs = random.pick([durationOf(random), random.int(0, 100) * 3_600_000])
    const verdict = random.pick(VERDICTS)
    const other = random.pick(VERDICTS)
    const kind = random.next()
    if (kind < 0.1) return (to) => to.relabel(atMs, verdict, other)
    return kind < 0.3 ? (to) => to.addFailure(atMs) : (to) => to.addSession(atMs - durationMs, atMs, verdict)
  },
  merge: (into, from) => into.merge(from),
  toJSON: (summary) => summary.toJSON(),
  fromJSON: (json: TimelineJson) => Timeline.fromJSON(json),
  view: (summary) => ({ ...summary.minutes(START, START + 3 * 86_400_000), before: summary.succeededBefore(START), unplaced: summary.unplaced }),
}

const LABELS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '/ws', '/ws/', '\u0000', 'ä', '10.0.0.1']

const ranking: Law<Ranking> = {
  name: 'Ranking below its capacity',
  empty: () => new Ranking(100),
  item: (random) => {
    const label = random.pick([...LABELS, ...times(80, (index) => `/room/${index}`)])
    const durationMs = durationOf(random)
    const isSession = random.next() < 0.8
    const isFault = random.next() < 0.3
    return (to) => {
      const row = to.row(label)
      if (isSession) to.addSession(row, durationMs)
      else row.attempts++
      if (isFault) row.faults++
    }
  },
  merge: (into, from) => into.merge(from),
  toJSON: (summary) => summary.toJSON(),
  fromJSON: (json: RankingJson) => Ranking.fromJSON(json),
  view: (summary) => ({ size: summary.size, error: summary.error, rows: summary.rows().map(({ label, attempts, sessions, faults, durationsMs }) => [label, attempts, sessions, faults, durationsMs?.quantile(0.5)]) }),
}

const FOLDERS = ['/', '/api/', '/live/', '/live/eu/', '/__proto__/', '/constructor/', '/chat/v1/']

const census: Law<PathCensus> = {
  name: 'PathCensus',
  empty: () => new PathCensus(),
  item: (random) => {
    const path = `${random.pick(FOLDERS)}${random.pick(['', 'a', 'b', 'c', 'toString'])}`
    const kind = random.pick(['switched', 'plain', 'plain', 'neither'])
    return (to) => {
      if (kind === 'plain') to.addPlainAnswer(path, 1)
      if (kind === 'switched') to.addSwitched(path, 1)
    }
  },
  merge: (into, from) => into.merge(from),
  toJSON: (summary) => summary.toJSON(),
  fromJSON: (json: ReturnType<PathCensus['toJSON']>) => PathCensus.fromJSON(json),
  view: (summary) => [...summary.prefixes()].sort(),
}

const ages: Law<Ages> = {
  name: 'Ages',
  empty: () => new Ages(),
  item: (random) => {
    const ageClass = random.pick(AGE_CLASSES)
    const durationMs = durationOf(random)
    return (to) => to.add(ageClass, durationMs)
  },
  merge: (into, from) => into.merge(from),
  toJSON: (of) => of.toJSON(),
  fromJSON: (json: AgesJson) => Ages.fromJSON(json),
  view: (of) => [AGE_CLASSES.map((name) => of[name].count), of.together().quantile(0.5), of.together(['silent', 'busy']).quantile(0.9)],
}

/** A summary knows names by the numbers of its own reader. */
const makers = new WeakMap<object, EventMaker>()
const makerOf = (summary: Summary | HandshakeSample): EventMaker => {
  const maker = makers.get(summary) ?? new EventMaker()
  makers.set(summary, maker)
  return maker
}

const eventOf = (random: Seeded, status: number): PlainEvent => {
  const endedAtMs = START + random.int(0, 6 * 3_600_000)
  const durationMs = random.next() < 0.05 ? Number.NaN : durationOf(random)
  return {
    endedAtMs, durationMs, status,
    startedAtMs: endedAtMs - (Number.isNaN(durationMs) ? 0 : durationMs),
    bytesToClient: random.pick([-1, 0, 4, 5, random.int(0, 1e7)]),
    client: random.pick([...LABELS, ...times(40, (index) => `10.0.0.${index}`)]),
    host: random.pick(['a.example', 'b.example', '__proto__']),
    path: random.pick(['/ws', '/ws/room', '/live/a', '/constructor']),
    upstream: random.pick([undefined, '', '10.1.0.1:80', '10.1.0.2:80', 'pool']),
    userAgent: random.pick(['', 'okhttp/4.12.0', 'Mozilla/5.0 (X11; Linux x86_64)']),
    tries: random.int(1, 4),
    isComplete: random.pick([undefined, false, true]),
    verdict: verdictFor(random, status),
    isExplained: random.next() < 0.3,
  }
}

const CONFIDENCES: readonly Confidence[] = ['confirmed', 'likely', 'guess']

const verdictFor = (random: Seeded, status: number) =>
  status === 101 ? endingVerdict(random.pick(SESSION_CAUSES), random.pick(CONFIDENCES)) : failureVerdict(random.pick(HANDSHAKE_CAUSES), random.pick(Object.values(LAYER_OF)), random.pick(CONFIDENCES))

const sample: Law<HandshakeSample> = {
  name: 'HandshakeSample below its capacity',
  empty: () => new HandshakeSample(),
  item: (random) => {
    const event = eventOf(random, random.pick([101, 502]))
    return (to) => {
      const maker = makerOf(to)
      to.addRows(maker.rows([event]), Kind.session, maker.names)
    }
  },
  merge: (into, from) => into.merge(from),
  toJSON: (of) => of.toJSON(),
  fromJSON: (json: HandshakeSampleJson) => HandshakeSample.fromJSON(json),
  view: (of) => ({ share: of.share, rows: of.rows.length, clients: of.rows.map(({ client }) => client).sort() }),
}

const summary: Law<Summary> = {
  name: 'Summary',
  empty: () => new Summary(),
  item: (random) => {
    const status = random.pick([101, 101, 101, 101, 9, 400, 403, 404, 499, 502, 503, 504])
    const event = eventOf(random, status)
    const kind = random.pick(['handshake', 'handshake', 'handshake', 'plain', 'polling', 'undecided'] as const)
    return (to) => {
      const maker = makerOf(to)
      to.covered(event.endedAtMs)
      if (kind === 'undecided') to.undecided(status === 101 ? 101 : 200, maker.path(event.path))
      else if (kind !== 'handshake') to.other(kind)
      else maker.tell(to, event)
    }
  },
  settle: (of) => of.settle(makerOf(of).names),
  merge: (into, from) => into.merge(from),
  // Moments are found in what comes in the order of time: they have laws of their own, below.
  toJSON: (of): SummaryJson => ({ ...of.toJSON(), moments: [] }),
  fromJSON: (json: SummaryJson) => Summary.fromJSON(json),
  view: (of) => ({ isEmpty: of.isEmpty, fromMs: of.fromMs, toMs: of.toMs, attempts: of.attempts, sessions: of.sessions, endings: [...of.endings].map(([{ cause, confidence, isFault }, count]) => `${cause} ${confidence} ${isFault} ${count}`).sort(), p50: of.durationsMs.quantile(0.5), timeline: timeline.view(of.timeline), hosts: ranking.view(of.rankings.hosts), census: census.view(of.census) }),
}

const SEEDS = [1, 2, 3, 4, 5]

const followsLaws = <T>({ name, empty, item, settle = () => {}, merge, toJSON, fromJSON, view }: Law<T>): void => {
  type Add = (to: T) => void
  const itemsOf = (random: Seeded, count = random.int(1, 400)): Add[] => times(count, () => item(random))
  const addAll = (to: T, items: readonly Add[]): T => {
    for (const add of items) add(to)
    settle(to)
    return to
  }
  const of = (items: readonly Add[]): T => addAll(empty(), items)
  const sum = (...parts: readonly T[]): T => {
    const result = empty()
    for (const part of parts) merge(result, part)
    return result
  }
  const roundTrip = (from: T): T => fromJSON(JSON.parse(JSON.stringify(toJSON(from))) as never)
  const expectSame = (actual: T, expected: T): void => {
    expect(toJSON(actual)).toEqual(toJSON(expected))
    expect(JSON.stringify(toJSON(actual))).toBe(JSON.stringify(toJSON(expected)))
    expect(view(actual)).toEqual(view(expected))
  }

  describe(name, () => {
    it.each(SEEDS)('is the same in any order (seed %i)', (seed) => {
      const random = new Seeded(seed)
      const items = itemsOf(random)
      expectSame(of(random.shuffled(items)), of(items))
    })

    it.each(SEEDS)('has an empty one that is neutral on either side (seed %i)', (seed) => {
      const items = itemsOf(new Seeded(seed))
      const right = of(items)
      merge(right, empty())
      expectSame(right, of(items))
      const left = empty()
      merge(left, of(items))
      expectSame(left, of(items))
    })

    it('stays empty when empty ones are merged, also through JSON', () => {
      expectSame(sum(empty(), roundTrip(empty())), empty())
      expectSame(roundTrip(empty()), empty())
    })

    it.each(SEEDS)('merges parts to what adding everything to one gives, for any split and any order (seed %i)', (seed) => {
      const random = new Seeded(seed)
      const items = itemsOf(random)
      const parts: Add[][] = times(random.int(2, 9), () => [])
      for (const one of random.shuffled(items)) random.pick(parts).push(one)
      let summaries = parts.map(of)
      // Two of them at a time, whichever: every shape of merge tree comes up.
      while (summaries.length > 1) {
        const [into, from, ...rest] = random.shuffled(summaries)
        merge(into!, from!)
        summaries = [into!, ...rest]
      }
      expectSame(summaries[0]!, of(items))
    })

    it.each(SEEDS)('merges commutatively (seed %i)', (seed) => {
      const random = new Seeded(seed)
      const [a, b] = [itemsOf(random), itemsOf(random)]
      expectSame(sum(of(a), of(b)), sum(of(b), of(a)))
    })

    it.each(SEEDS)('merges associatively (seed %i)', (seed) => {
      const random = new Seeded(seed)
      const [a, b, c] = [itemsOf(random), itemsOf(random), itemsOf(random)]
      expectSame(sum(sum(of(a), of(b)), of(c)), sum(of(a), sum(of(b), of(c))))
    })

    it.each(SEEDS)('leaves the one that is merged in as it was, then and later (seed %i)', (seed) => {
      const random = new Seeded(seed)
      const [a, b, more] = [itemsOf(random), itemsOf(random), itemsOf(random)]
      const merged = of(a)
      const untouched = of(b)
      merge(merged, untouched)
      expectSame(untouched, of(b))
      addAll(merged, more)
      expectSame(untouched, of(b))
      expectSame(merged, of([...a, ...b, ...more]))
    })

    it.each(SEEDS)('comes back whole from JSON text (seed %i)', (seed) => {
      const items = itemsOf(new Seeded(seed))
      expectSame(roundTrip(of(items)), of(items))
    })

    it.each(SEEDS)('goes on adding and merging after JSON (seed %i)', (seed) => {
      const random = new Seeded(seed)
      const [a, b, c] = [itemsOf(random), itemsOf(random), itemsOf(random)]
      const restored = roundTrip(of(a))
      addAll(restored, b)
      expectSame(restored, of([...a, ...b]))
      merge(restored, roundTrip(of(c)))
      expectSame(restored, of([...a, ...b, ...c]))
      const into = of(c)
      merge(into, roundTrip(restored))
      expectSame(into, of([...a, ...b, ...c, ...c]))
    })

    it('is plain data in JSON: what toJSON gives, JSON text keeps', () => {
      const json = toJSON(of(itemsOf(new Seeded(7))))
      expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    })
  })
}

describe('mergeable summaries', () => {
  followsLaws(histogram(6))
  followsLaws(histogram(11))
  followsLaws(timeline)
  followsLaws(ranking)
  followsLaws(census)
  followsLaws(ages)
  followsLaws(sample)
  followsLaws(summary)
})

/** A burst of ends, in the order of time. */
const burst = (random: Seeded, fromSecond: number): { atMs: number; upstream: string }[] => {
  const ends = times(random.int(50, 300), () => ({ second: fromSecond + random.int(0, 200), upstream: random.pick(UPSTREAMS) }))
  const together = times(random.int(0, 60), () => ({ second: fromSecond + 100, upstream: random.pick(UPSTREAMS.slice(0, 2)) }))
  // A lone end well before and behind it: so far its log is known to be quiet.
  const edges = [-70, 270].map((second) => ({ second: fromSecond + second, upstream: '' }))
  return [...ends, ...together, ...edges].sort((a, b) => a.second - b.second).map(({ second, upstream }) => ({ atMs: second * 1000 + random.int(0, 1000), upstream }))
}

const UPSTREAMS = ['', '10.1.0.1:80', '10.1.0.2:80', '__proto__', 'constructor']
/** The bursts lie further apart than what Moments looks at together: there a log can be split. */
const APART_S = 600

describe('Moments, in time order and split where the log pauses', () => {
  const of = (ends: readonly { atMs: number; upstream: string }[]): Moments => {
    const moments = new Moments()
    const { names } = new EventMaker()
    for (const { atMs, upstream } of ends) moments.add(atMs, names.upstreams.idOf(upstream), names.upstreams)
    return moments
  }
  const burstsOf = (random: Seeded) => times(random.int(2, 8), (index) => burst(random, START / 1000 + index * APART_S))
  const roundTrip = (moments: Moments): Moments => Moments.fromJSON(JSON.parse(JSON.stringify(moments)))
  const expectSame = (actual: Moments, expected: Moments): void => expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))

  it('are found at all by what follows', () => {
    expect(SEEDS.map((seed) => of(burstsOf(new Seeded(seed)).flat()).found().length).filter((count) => count > 0).length).toBeGreaterThanOrEqual(4)
  })

  it.each(SEEDS)('merge to what adding everything to one gives, in any shape and order (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const bursts = burstsOf(random)
    let parts = bursts.map(of)
    while (parts.length > 1) {
      const [into, from, ...rest] = random.shuffled(parts)
      into!.merge(random.pick([from!, roundTrip(from!)]))
      parts = [into!, ...rest]
    }
    expectSame(parts[0]!, of(bursts.flat()))
  })

  it.each(SEEDS)('have a neutral empty one, on either side (seed %i)', (seed) => {
    const ends = burstsOf(new Seeded(seed)).flat()
    const right = of(ends)
    right.merge(new Moments())
    expectSame(right, of(ends))
    const left = new Moments()
    left.merge(of(ends))
    expectSame(left, of(ends))
  })

  it.each(SEEDS)('of two servers over the same time merge commutatively (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const [a, b] = [burstsOf(random).flat(), burstsOf(random).flat()]
    const sum = (...all: readonly Moments[]): Moments => {
      const result = new Moments()
      for (const one of all) result.merge(one)
      return result
    }
    expectSame(sum(of(a), of(b)), sum(of(b), of(a)))
  })

  it.each(SEEDS)('leave the one that is merged in as it was, then and later (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const [first, second, ...more] = burstsOf(random)
    const merged = of(first!)
    const untouched = of(second!)
    merged.merge(untouched)
    expectSame(untouched, of(second!))
    merged.merge(of(second!))
    merged.merge(of(more.flat()))
    expectSame(untouched, of(second!))
  })

  it.each(SEEDS)('come back whole from JSON text, and go on (seed %i)', (seed) => {
    const [first, ...more] = burstsOf(new Seeded(seed))
    expectSame(roundTrip(of(first!)), of(first!))
    const restored = roundTrip(of(first!))
    restored.merge(of(more.flat()))
    expectSame(restored, of([...first!, ...more.flat()]))
  })
})
