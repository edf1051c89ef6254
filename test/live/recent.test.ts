import { describe, expect, it } from 'vitest'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { Recent } from '../../src/live/recent.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)
const CLOSED = endingVerdict('closed', 'guess')
const IDLE = endingVerdict('idle-timeout', 'confirmed')
const REFUSED = failureVerdict('refused', 'upstream', 'likely')

const at = (seconds: number): number => START_MS + seconds * 1000

const recentAt = (seconds: number): Recent => {
  const recent = new Recent(START_MS)
  recent.advance(at(seconds))
  return recent
}

describe('what came of late', () => {
  it('is counted in the windows that hold its second', () => {
    const recent = recentAt(3000)
    recent.session(at(3000), CLOSED)
    recent.session(at(2995), IDLE)
    recent.session(at(2950), IDLE)
    recent.session(at(2710), CLOSED)
    recent.failure(at(2705), REFUSED)
    recent.failure(at(100), REFUSED)
    expect([10, 60, 300, 3600].map((seconds) => recent.over(seconds)).map(({ handshakes: { attempts, failed }, drops }) => [attempts, failed, drops.count, drops.faults])).toEqual([
      [2, 0, 2, 1],
      [3, 0, 3, 2],
      [5, 1, 4, 2],
      [6, 2, 4, 2],
    ])
  })

  it('makes rates of the time that was watched, not of the whole window', () => {
    const recent = recentAt(30)
    for (let second = 1; second <= 30; second++) recent.session(at(second), CLOSED)
    expect(recent.over(60)).toMatchObject({ seconds: 60, watchedSeconds: 30, handshakes: { perSecond: 1, successRate: 1 }, drops: { perMinute: 60 } })
  })

  it('has no rate of success where nothing came, and no rate at all in the first instant', () => {
    expect(recentAt(0).over(60)).toMatchObject({ watchedSeconds: 0, handshakes: { attempts: 0, perSecond: 0, successRate: null }, drops: { count: 0, perMinute: 0 } })
  })

  it('names faults before all else, then the most frequent', () => {
    const recent = recentAt(10)
    for (let times = 0; times < 5; times++) recent.session(at(9), CLOSED)
    recent.session(at(9), IDLE)
    recent.failure(at(9), REFUSED)
    expect(recent.over(60).endings).toEqual([
      { cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', sessions: 1 },
      { cause: 'closed', layer: 'unknown', confidence: 'guess', sessions: 5 },
    ])
    expect(recent.over(60).failures).toEqual([{ cause: 'refused', layer: 'upstream', confidence: 'likely', count: 1 }])
  })

  it('forgets what is more than an hour old, and uses its place again', () => {
    const recent = recentAt(100)
    recent.session(at(100), IDLE)
    recent.advance(at(100 + 3599))
    expect(recent.over(3600).drops.count).toBe(1)
    recent.advance(at(100 + 3600))
    expect(recent.over(3600).drops.count).toBe(0)
    recent.session(at(100 + 3600), CLOSED)
    expect(recent.over(3600).drops).toMatchObject({ count: 1, faults: 0 })
  })

  it('counts a line that comes late in its own second, and one that is too late only in the interval', () => {
    const recent = recentAt(7300)
    recent.session(at(7290), CLOSED)
    recent.session(at(10), CLOSED)
    expect(recent.over(10).drops.count).toBe(0)
    expect(recent.over(60).drops.count).toBe(1)
    expect(recent.over(3600).drops.count).toBe(1)
    expect(recent.takeInterval().drops.count).toBe(2)
  })

  it.each([5, 3600, 86_400 * 365 * 3000])('counts a line that lies %i s ahead as of now', (ahead) => {
    const recent = recentAt(60)
    recent.session(at(60 + ahead), CLOSED)
    expect(recent.over(10).drops.count).toBe(1)
  })

  it('adds intervals up to all that came', () => {
    const recent = recentAt(0)
    let total = 0
    for (let round = 1; round <= 5; round++) {
      for (let times = 0; times < round; times++) recent.session(at(round), CLOSED)
      recent.advance(at(round * 10))
      const { drops, seconds } = recent.takeInterval()
      expect(seconds).toBe(10)
      total += drops.count
    }
    expect(total).toBe(15)
    expect(recent.interval().drops.count).toBe(0)
  })

  it('puts another verdict in the place of one, in the windows and in the interval that is going on, not in one that was told', () => {
    const recent = recentAt(10)
    const session = { endedAtMs: at(9), seenAtMs: at(9) }
    recent.session(at(9), CLOSED)
    recent.relabel(session, CLOSED, IDLE)
    expect(recent.over(60)).toMatchObject({ drops: { count: 1, faults: 1 }, endings: [{ cause: 'idle-timeout', sessions: 1 }] })
    expect(recent.takeInterval()).toMatchObject({ drops: { count: 1, faults: 1 } })
    recent.relabel(session, IDLE, CLOSED)
    expect(recent.over(60)).toMatchObject({ drops: { count: 1, faults: 0 }, endings: [{ cause: 'closed', sessions: 1 }] })
    expect(recent.interval()).toMatchObject({ drops: { count: 0, faults: 0 }, endings: [] })
  })

  it('makes rates of the time of the lines where a log is read from its start', () => {
    const recent = recentAt(0)
    recent.covers(at(-600))
    for (let second = -600; second < 0; second++) recent.session(at(second), CLOSED)
    recent.advance(at(0))
    expect(recent.over(3600)).toMatchObject({ watchedSeconds: 600, drops: { count: 600, perMinute: 60 } })
    expect(recent.takeInterval()).toMatchObject({ seconds: 600, drops: { perMinute: 60 } })
  })

  it('tells the last sixty minutes by the clock, zeros too', () => {
    const recent = recentAt(3 * 60 + 30)
    recent.session(at(3 * 60 + 20), IDLE)
    recent.session(at(60), CLOSED)
    recent.failure(at(61), REFUSED)
    const minutes = recent.minutes()
    expect(minutes).toHaveLength(60)
    expect(minutes.at(-1)).toEqual({ minute: '2026-11-21T08:03:00.000Z', begun: null, attempts: 1, succeeded: 1, drops: 1, faults: 1 })
    expect(minutes.at(-3)).toEqual({ minute: '2026-11-21T08:01:00.000Z', begun: null, attempts: 2, succeeded: 1, drops: 1, faults: 0 })
    expect(minutes.slice(0, 57).every(({ attempts }) => attempts === 0)).toBe(true)
  })

  it('tells handshakes that began from those that are over, once a marker has been seen', () => {
    const recent = recentAt(60)
    recent.session(at(59), CLOSED)
    expect(recent.over(60).handshakes).toMatchObject({ begun: null, attempts: 1 })
    expect(recent.begunMinutes()).toEqual([])
    for (let second = 1; second <= 30; second++) recent.begun(at(second))
    expect(recent.over(60).handshakes).toMatchObject({ begun: 30, attempts: 1, perSecond: 0.5, successRate: 1 })
    for (let times = 0; times < 15; times++) recent.failure(at(59), REFUSED)
    expect(recent.over(60).handshakes.successRate).toBe(0.5)
    expect(recent.begunMinutes()).toMatchObject([{ minuteMs: START_MS, attempts: 30, drops: 1 }])
    recent.advance(at(150))
    expect(recent.begunMinutes().map(({ attempts }) => attempts)).toEqual([30, 0])
  })
})

describe('what began of late', () => {
  it('is told once a marker has told of a beginning', () => {
    const recent = recentAt(200)
    recent.session(at(190), CLOSED)
    expect([recent.over(60).handshakes.begun, recent.interval().handshakes.begun, recent.begunMinutes()]).toEqual([null, null, []])
    recent.begun(at(195))
    recent.begun(at(20))
    recent.begun(at(-4000))
    expect(recent.over(60).handshakes).toMatchObject({ begun: 1, attempts: 1, perSecond: 0.017, successRate: 1 })
    expect(recent.interval().handshakes.begun, 'whatever its own time').toBe(3)
  })

  it('of handshakes that began and failed is no less than none that succeeded', () => {
    const recent = recentAt(100)
    recent.begun(at(90))
    for (let times = 0; times < 3; times++) recent.failure(at(95), REFUSED)
    expect(recent.over(60).handshakes.successRate).toBe(0)
    recent.begun(at(95))
    for (let times = 0; times < 10; times++) recent.begun(at(96))
    expect(recent.over(60).handshakes.successRate).toBeCloseTo(1 - 3 / 12)
    const nothing = recentAt(4000)
    nothing.begun(at(1))
    expect(nothing.over(60).handshakes.successRate).toBeNull()
  })

  it('is told by the minute, of minutes that were watched from their beginning on', () => {
    const recent = recentAt(290)
    for (const second of [30, 61, 62, 190]) recent.begun(at(second))
    recent.session(at(125), CLOSED)
    expect(recent.begunMinutes().map(({ minuteMs, attempts, succeeded, drops }) => [(minuteMs - START_MS) / 60_000, attempts, succeeded, drops])).toEqual([[0, 1, 1, 0], [1, 2, 2, 0], [2, 0, 0, 1], [3, 1, 1, 0]])
    recent.begun(at(289))
    expect(recent.begunMinutes().at(-1)).toMatchObject({ minuteMs: at(240), attempts: 1 })
  })
})

describe('a log that is read from its start', () => {
  it('has been watched from its first line on', () => {
    const recent = new Recent(START_MS)
    recent.covers(at(-600))
    recent.covers(at(-300))
    recent.advance(at(30))
    expect(recent.over(300)).toMatchObject({ seconds: 300, watchedSeconds: 300 })
    expect(recent.over(3600).watchedSeconds).toBe(630)
    expect(recent.interval().seconds).toBe(630)
  })

  it('changes no interval that is over', () => {
    const recent = new Recent(START_MS)
    recent.advance(at(10))
    recent.takeInterval()
    recent.covers(at(-600))
    recent.advance(at(30))
    expect([recent.interval().seconds, recent.over(3600).watchedSeconds]).toEqual([20, 630])
  })
})
