import { describe, expect, it } from 'vitest'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { Timeline } from '../../src/aggregate/timeline.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const CLOSED = endingVerdict('closed', 'guess')
const TIMED_OUT = endingVerdict('idle-timeout', 'confirmed')

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 10, 20, 12)

interface Span {
  readonly startMs: number
  readonly endMs: number
  readonly isFault?: boolean
}

const timelineOf = (spans: readonly Span[], failures: readonly number[] = []): Timeline => {
  const timeline = new Timeline()
  for (const { startMs, endMs, isFault = false } of spans) timeline.addSession(startMs, endMs, isFault ? TIMED_OUT : CLOSED)
  for (const atMs of failures) timeline.addFailure(atMs)
  return timeline
}

const isIn = (minuteMs: number) => (atMs: number): boolean => atMs >= minuteMs && atMs < minuteMs + MINUTE

/** The same by looking at every session for every second. */
const bruteForce = ({ spans, failures, fromMs, toMs }: { spans: readonly Span[]; failures: readonly number[]; fromMs: number; toMs: number }) => {
  const activeAt = (ms: number): number => spans.filter(({ startMs, endMs }) => startMs <= ms && endMs > ms).length
  const minutes = []
  let peak = 0
  let peakAtMs = fromMs
  for (let minuteMs = Math.floor(fromMs / MINUTE) * MINUTE; minuteMs <= toMs; minuteMs += MINUTE) {
    const seconds = times(60, (second) => activeAt(minuteMs + second * 1000))
    for (const [second, active] of seconds.entries()) {
      if (active <= peak) continue
      peak = active
      peakAtMs = minuteMs + second * 1000
    }
    const succeeded = spans.map(({ startMs }) => startMs).filter(isIn(minuteMs)).length
    const drops = spans.map(({ endMs }) => endMs).filter(isIn(minuteMs)).length
    const faults = spans.filter(({ isFault }) => isFault === true).map(({ endMs }) => endMs).filter(isIn(minuteMs)).length
    const causes = { ...(drops > faults ? { closed: drops - faults } : {}), ...(faults > 0 ? { 'idle-timeout': faults } : {}) }
    minutes.push({ minuteMs, attempts: succeeded + failures.filter(isIn(minuteMs)).length, succeeded, drops, faults, causes, active: Math.max(...seconds) })
  }
  return { minutes, peak, peakAtMs }
}

describe('Timeline', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with a brute-force loop over every second (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const spans = times(300, () => {
      const endMs = NOON + random.pick([random.int(0, 3 * HOUR), random.int(0, 10_800) * 1000, HOUR, HOUR - 1])
      return { endMs, startMs: endMs - random.pick([0, 1, 999, 1000, random.int(0, 90_000), random.int(0, 5 * HOUR), random.int(0, 100) * 1000, 30 * HOUR]), isFault: random.next() < 0.3 }
    })
    const failures = times(100, () => NOON + random.int(0, 3 * HOUR))
    const timeline = timelineOf(spans, failures)
    for (const [fromMs, toMs] of [[NOON, NOON + 3 * HOUR], [NOON + 12_345, NOON + HOUR + 1], [NOON + HOUR - 1, NOON + HOUR], [NOON - 40 * HOUR, NOON - 39 * HOUR]] as const) {
      expect(timeline.minutes(fromMs, toMs)).toEqual(bruteForce({ spans, failures, fromMs, toMs }))
    }
  })

  it.each([
    ['starts on a whole second', 5000, 7000, [5, 6]],
    ['starts between two', 5001, 7000, [6]],
    ['ends between two', 5000, 7001, [5, 6, 7]],
    ['lasts no second and touches none', 5001, 5999, []],
    ['lasts 1 ms before a whole second', 4999, 5000, []],
    ['lasts 1 ms over a whole second', 5000, 5001, [5]],
    ['lasts no time', 5000, 5000, []],
  ])('counts a session open at the whole seconds from its start until before its end: %s', (_, startMs, endMs, seconds) => {
    const timeline = timelineOf([{ startMs: NOON + startMs, endMs: NOON + endMs }])
    const [minute] = timeline.minutes(NOON, NOON).minutes
    const { peak, peakAtMs } = timeline.minutes(NOON, NOON)
    expect(minute).toMatchObject({ attempts: 1, succeeded: 1, drops: 1, active: seconds.length > 0 ? 1 : 0 })
    expect({ peak, peakAtMs }).toEqual(seconds.length > 0 ? { peak: 1, peakAtMs: NOON + seconds[0]! * 1000 } : { peak: 0, peakAtMs: NOON })
  })

  it('has a row for every minute, zeros too', () => {
    const timeline = timelineOf([{ startMs: NOON, endMs: NOON + 1000 }, { startMs: NOON + 5 * HOUR, endMs: NOON + 5 * HOUR + 1000 }])
    const { minutes } = timeline.minutes(NOON, NOON + 5 * HOUR)
    expect(minutes).toHaveLength(301)
    expect(minutes.slice(1, -1).every(({ attempts, succeeded, drops, active }) => attempts + succeeded + drops + active === 0)).toBe(true)
    expect(minutes.map(({ minuteMs }) => minuteMs)).toEqual(times(301, (index) => NOON + index * MINUTE))
  })

  it('puts the success where the session started, the drop where it ended', () => {
    const { minutes } = timelineOf([{ startMs: NOON + 59_999, endMs: NOON + 3 * MINUTE }]).minutes(NOON, NOON + 3 * MINUTE)
    expect(minutes.map(({ attempts, succeeded, drops, active }) => [attempts, succeeded, drops, active])).toEqual([[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 0]])
  })

  it('puts a failure where it was made, and opens nothing', () => {
    const { minutes, peak } = timelineOf([], [NOON + 61_000]).minutes(NOON, NOON + 2 * MINUTE)
    expect(minutes.map(({ attempts, succeeded, drops }) => [attempts, succeeded, drops])).toEqual([[0, 0, 0], [1, 0, 0], [0, 0, 0]])
    expect(peak).toBe(0)
  })

  it('closes a session that ends in the last second of an hour in the next hour', () => {
    const { minutes } = timelineOf([{ startMs: NOON - 1500, endMs: NOON - 1 }]).minutes(NOON - MINUTE, NOON + MINUTE)
    expect(minutes.map(({ active }) => active)).toEqual([1, 0, 0])
  })

  it('knows the first second of the peak', () => {
    const spans = [[0, 10], [2, 6], [4, 5], [7, 9], [7, 9]].map(([from, to]) => ({ startMs: NOON + from! * 1000, endMs: NOON + to! * 1000 }))
    expect(timelineOf(spans).minutes(NOON, NOON + MINUTE)).toMatchObject({ peak: 3, peakAtMs: NOON + 4000 })
  })

  it('counts those open before the window, and says how many began before it', () => {
    const timeline = timelineOf([{ startMs: NOON - 40 * HOUR, endMs: NOON + MINUTE }, { startMs: NOON - HOUR, endMs: NOON - MINUTE }, { startMs: NOON, endMs: NOON + 2 * MINUTE }])
    expect(timeline.minutes(NOON, NOON + 2 * MINUTE).minutes.map(({ active }) => active)).toEqual([2, 1, 0])
    expect(timeline.succeededBefore(NOON)).toBe(2)
    expect(timeline.succeededBefore(NOON - 2 * HOUR)).toBe(1)
    expect(timeline.succeededBefore(NOON + MINUTE)).toBe(3)
  })

  it('holds more changes in one second than two bytes can', () => {
    const timeline = timelineOf(times(70_000, () => ({ startMs: NOON, endMs: NOON + 30_000 })))
    expect(timeline.minutes(NOON, NOON)).toMatchObject({ peak: 70_000, peakAtMs: NOON, minutes: [{ attempts: 70_000, drops: 70_000, active: 70_000 }] })
    const twice = Timeline.fromJSON(JSON.parse(JSON.stringify(timeline)))
    twice.merge(timeline)
    expect(twice.minutes(NOON, NOON).peak).toBe(140_000)
  })

  it('says how many it could not place once a log spans more hours than it keeps', () => {
    const timeline = new Timeline()
    for (let hour = 0; hour < 10_000; hour++) timeline.addFailure(NOON + hour * HOUR)
    expect(timeline.unplaced).toBe(0)
    timeline.addFailure(NOON + 20_000 * HOUR)
    timeline.addSession(NOON + 20_000 * HOUR, NOON + 20_000 * HOUR + 5, TIMED_OUT)
    expect(timeline.unplaced).toBe(2)
  })

  it('says so too of what a merge could not place, failures and sessions alike', () => {
    const full = new Timeline()
    for (let hour = 0; hour < 10_000; hour++) full.addFailure(NOON + hour * HOUR)
    const far = new Timeline()
    far.addFailure(NOON + 20_000 * HOUR)
    far.addSession(NOON + 20_000 * HOUR, NOON + 20_000 * HOUR + 5, TIMED_OUT)
    full.merge(far)
    expect(full.unplaced).toBe(2)
  })
})

describe('an hour with more changes than are kept one by one', () => {
  it.each([128, 129, 1000])('is as exact: %i sessions, each open for a second of its own', (count) => {
    const spans = times(count, (index) => ({ startMs: NOON + index * 2000, endMs: NOON + index * 2000 + 1000 }))
    const timeline = timelineOf(spans)
    const expected = bruteForce({ spans, failures: [], fromMs: NOON, toMs: NOON + HOUR })
    expect(timeline.minutes(NOON, NOON + HOUR)).toEqual(expected)
    const again = Timeline.fromJSON(JSON.parse(JSON.stringify(timeline)))
    expect(again.minutes(NOON, NOON + HOUR)).toEqual(expected)
    again.merge(timeline)
    expect(again.minutes(NOON, NOON + HOUR).peak).toBe(2)
    expect(again.minutes(NOON - HOUR, NOON - 1).peak).toBe(0)
  })
})

describe('another verdict in the place of one', () => {
  const causes = (timeline: Timeline): unknown => timeline.minutes(NOON, NOON + MINUTE).minutes.map(({ drops, faults, causes: own }) => [drops, faults, own])

  it('moves the drop from cause to cause, and to the faults or from them', () => {
    const timeline = timelineOf([{ startMs: NOON, endMs: NOON + MINUTE }, { startMs: NOON, endMs: NOON + MINUTE }])
    timeline.relabel(NOON + MINUTE, CLOSED, TIMED_OUT)
    expect(causes(timeline)).toEqual([[0, 0, {}], [2, 1, { closed: 1, 'idle-timeout': 1 }]])
    const RESET = endingVerdict('upstream-reset', 'likely')
    timeline.relabel(NOON + MINUTE, TIMED_OUT, RESET)
    expect(causes(timeline)).toEqual([[0, 0, {}], [2, 1, { closed: 1, 'upstream-reset': 1 }]])
    timeline.relabel(NOON + MINUTE, RESET, CLOSED)
    expect(causes(timeline)).toEqual([[0, 0, {}], [2, 0, { closed: 2 }]])
  })

  it('of a session that was too far from the others to be placed changes nothing', () => {
    const timeline = new Timeline()
    for (let hour = 0; hour < 10_000; hour++) timeline.addFailure(NOON + hour * HOUR)
    const before = JSON.stringify(timeline)
    timeline.relabel(NOON + 20_000 * HOUR, CLOSED, TIMED_OUT)
    expect(JSON.stringify(timeline)).toBe(before)
  })
})

describe('the stretch in which most happened', () => {
  const session = (startMs: number, endMs = startMs + 1000): Span => ({ startMs, endMs })
  const near = [session(NOON), session(NOON + 2 * MINUTE), session(NOON + HOUR + 30 * MINUTE)]

  it.each<[string, readonly Span[], readonly number[], { fromMs: number; toMs: number; outside: number }]>([
    ['all, where it is short', near, [], { fromMs: NOON, toMs: NOON + HOUR + 31 * MINUTE, outside: 0 }],
    ['failures count as well', [], [NOON, NOON + 10 * MINUTE], { fromMs: NOON, toMs: NOON + 11 * MINUTE, outside: 0 }],
    ['without one line of long before', [session(NOON - 1000 * HOUR), ...near], [], { fromMs: NOON, toMs: NOON + HOUR + 31 * MINUTE, outside: 1 }],
    ['without those of long after', [...near, session(NOON + 1000 * HOUR), session(NOON + 1000 * HOUR)], [], { fromMs: NOON, toMs: NOON + HOUR + 31 * MINUTE, outside: 2 }],
    ['the later one, where it has more', [session(NOON - 1000 * HOUR), ...near, ...times(4, () => session(NOON + 1000 * HOUR))], [], { fromMs: NOON + 1000 * HOUR, toMs: NOON + 1000 * HOUR + MINUTE, outside: 4 }],
    ['the first of two that have as many', [session(NOON), session(NOON + 1000 * HOUR)], [], { fromMs: NOON, toMs: NOON + MINUTE, outside: 1 }],
    ['the last hour that fits, not the one behind it', [session(NOON), session(NOON + 23 * HOUR), session(NOON + 24 * HOUR)], [], { fromMs: NOON, toMs: NOON + 23 * HOUR + MINUTE, outside: 1 }],
    ['from the minute in which a long session began, if it began in it', [session(NOON - 3 * HOUR, NOON)], [], { fromMs: NOON, toMs: NOON + MINUTE, outside: 0 }],
    ['nothing, where nothing happened', [], [], { fromMs: 0, toMs: MINUTE, outside: 0 }],
  ])('is %s', (_, spans, failures, expected) => {
    expect(timelineOf(spans, failures).densest(24)).toEqual(expected)
  })

  it('is the same in whatever order the hours came', () => {
    const spans = times(50, (index) => session(NOON + index * 7 * HOUR))
    expect(timelineOf(new Seeded(3).shuffled(spans)).densest(24)).toEqual(timelineOf(spans).densest(24))
  })
})

it('closes a session in the last hour that there is room for, when it ends with it', () => {
  const timeline = new Timeline()
  for (let hour = 1; hour < 10_000; hour++) timeline.addFailure(NOON - hour * HOUR)
  timeline.addSession(NOON + HOUR - 5000, NOON + HOUR - 1, CLOSED)
  expect(timeline.unplaced).toBe(0)
  expect(timeline.minutes(NOON + HOUR - MINUTE, NOON + HOUR + MINUTE).minutes.map(({ drops, active }) => [drops, active])).toEqual([[1, 1], [0, 0], [0, 0]])
})

it('stands in JSON in the order of time and of causes, without what is none', () => {
  const timeline = timelineOf([{ startMs: NOON + HOUR, endMs: NOON + HOUR + 5000, isFault: true }, { startMs: NOON, endMs: NOON + 7000 }, { startMs: NOON + 2000, endMs: NOON + 7000, isFault: true }, { startMs: NOON + 7000, endMs: NOON + 7000 + MINUTE }, { startMs: NOON + 7000, endMs: NOON + 8000 }])
  const { hours } = timeline.toJSON()
  expect(hours.map(({ hour }) => hour - NOON / HOUR)).toEqual([0, 1])
  expect(hours.map(({ causes }) => causes)).toEqual([[['closed', 'guess', 0, 2, 1, 1], ['idle-timeout', 'confirmed', 0, 1]], [['idle-timeout', 'confirmed', 0, 1]]])
  // At 7 s two end and two begin: no change.
  expect(hours.map(({ changes }) => changes)).toEqual([[0, 1, 2, 1, 8, -1, 67, -1], [0, 1, 5, -1]])
})

describe('timelines that are merged', () => {
  it('are one of all that is in them', () => {
    const random = new Seeded(9)
    const spans = times(200, () => {
      const endMs = NOON + random.int(0, 2 * HOUR)
      return { endMs, startMs: endMs - random.int(0, HOUR), isFault: random.next() < 0.3 }
    })
    const failures = times(60, () => NOON + random.int(0, 2 * HOUR))
    const merged = timelineOf(spans.slice(0, 70), failures.slice(0, 20))
    merged.merge(timelineOf(spans.slice(70), failures.slice(20)))
    expect(merged.minutes(NOON - HOUR, NOON + 2 * HOUR)).toEqual(bruteForce({ spans, failures, fromMs: NOON - HOUR, toMs: NOON + 2 * HOUR }))
    expect(JSON.stringify(merged)).toBe(JSON.stringify(timelineOf(spans, failures)))
  })

  it('have what neither could place', () => {
    const [one, other] = [new Timeline(), new Timeline()]
    one.unplaced = 3
    other.unplaced = 4
    one.merge(other)
    expect(one.unplaced).toBe(7)
  })
})

describe('a session of which only one end can be placed', () => {
  const full = (): Timeline => {
    const timeline = new Timeline()
    for (let hour = 0; hour < 10_000; hour++) timeline.addFailure(NOON + hour * HOUR)
    return timeline
  }

  it.each([
    ['its start', NOON, NOON - 5 * HOUR],
    ['its end', NOON + 10_001 * HOUR, NOON + 9999 * HOUR],
  ])('is counted as not placed, and nowhere else: %s', (_, endMs, startMs) => {
    const timeline = full()
    const before = timeline.densest(20_000)
    timeline.addSession(startMs, endMs, CLOSED)
    expect(timeline.unplaced).toBe(1)
    expect(timeline.densest(20_000)).toEqual(before)
  })
})

it('knows to the minute how many began before', () => {
  const timeline = timelineOf([{ startMs: NOON + 30 * MINUTE, endMs: NOON + 40 * MINUTE }])
  expect([NOON, NOON + 10 * MINUTE, NOON + 30 * MINUTE, NOON + 31 * MINUTE, NOON + HOUR].map((ms) => timeline.succeededBefore(ms))).toEqual([0, 0, 0, 1, 1])
})

it('has its causes in JSON by name and confidence, whichever was known first', () => {
  const verdicts = [endingVerdict('worker-shutdown', 'guess'), endingVerdict('client-lost', 'likely'), endingVerdict('client-lost', 'guess'), endingVerdict('edge-idle-timeout', 'guess')]
  const timeline = new Timeline()
  for (const verdict of verdicts) timeline.addSession(NOON, NOON + 1000, verdict)
  expect(timeline.toJSON().hours[0]!.causes.map(([cause, confidence]) => [cause, confidence])).toEqual([['client-lost', 'guess'], ['client-lost', 'likely'], ['edge-idle-timeout', 'guess'], ['worker-shutdown', 'guess']])
})
