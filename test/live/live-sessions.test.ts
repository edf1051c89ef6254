import { describe, expect, it } from 'vitest'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { Summary } from '../../src/aggregate/summary.ts'
import { Patterns } from '../../src/cluster/patterns.ts'
import type { Cut } from '../../src/cluster/cuts.ts'
import { LiveSessions } from '../../src/live/live-sessions.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)
const MINUTE_MS = 60_000
const HOUR = { of: 'hour' } as const
const SESSION: PlainEvent = { endedAtMs: START_MS, startedAtMs: START_MS - 90_000, durationMs: 90_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80' }
const CLOSED = endingVerdict('closed', 'guess')
const RESTART = endingVerdict('upstream-restart', 'likely')

const liveAt = (startedAtMs: number) => {
  const live = new LiveSessions({ startedAtMs, edges: [1, 60, 61], fields: ['paths'] })
  const maker = new EventMaker()
  const tell = (...events: readonly Partial<PlainEvent>[]): void => {
    for (const event of events) maker.tell(live, { ...SESSION, ...event })
    live.settle(maker.names)
  }
  return { live, maker, tell }
}

/** A backend that stopped for a moment. */
const cutAt = (fromMs: number): Cut => ({
  fromMs, toMs: fromMs + 1000, by: 'upstream', cause: 'upstream-restart', upstreams: new Set(['10.1.0.1:80']), minAgeMs: 0, isConfirmed: false, sessions: 3, expected: 0, client: undefined, isBackedUp: true,
}) as unknown as Cut

describe('what is learnt of sessions that ended already', () => {
  it('is said of them everywhere they were counted', () => {
    const { live, tell } = liveAt(START_MS)
    tell({}, { endedAtMs: START_MS + 200 }, { endedAtMs: START_MS + 5000, upstream: '10.1.0.2:80' })
    expect(live.learn(new Patterns([cutAt(START_MS)], []), HOUR)).toBe(true)
    for (const summary of [live.run, live.panes.window()]) {
      expect([...summary.endings]).toEqual(expect.arrayContaining([[RESTART, 2], [CLOSED, 1]]))
      expect(summary.rankings.upstreams.find('10.1.0.1:80')).toMatchObject({ sessions: 2, faults: 2 })
      expect(summary.timeline.minutes(START_MS, START_MS).minutes[0]).toMatchObject({ drops: 3, faults: 2 })
    }
    live.advance(START_MS + 6000)
    expect(live.recent.over(60).drops).toMatchObject({ count: 3, faults: 2 })
    expect(live.latest.map(({ cause }) => cause)).toEqual(['closed', 'upstream-restart', 'upstream-restart'])
  })

  it('is taken back when a later look knows better', () => {
    const { live, tell } = liveAt(START_MS)
    tell({}, {})
    const before = JSON.stringify(live.run)
    live.learn(new Patterns([cutAt(START_MS)], []), HOUR)
    expect(live.learn(new Patterns([], []), HOUR)).toBe(true)
    expect(JSON.parse(JSON.stringify(live.run))).toEqual(JSON.parse(before))
    expect(live.learn(new Patterns([], []), HOUR)).toBe(false)
  })

  it('stays when the hour has passed that showed it, until the whole run is looked at', () => {
    const { live, maker, tell } = liveAt(START_MS)
    tell({}, {})
    live.learn(new Patterns([cutAt(START_MS)], []), HOUR)
    live.panes.advance(START_MS + 80 * MINUTE_MS, () => live.settle(maker.names))
    expect(live.learn(new Patterns([], []), HOUR)).toBe(false)
    expect([...live.run.endings]).toEqual([[RESTART, 2]])
    expect(live.learn(new Patterns([], []), { of: 'run' })).toBe(true)
    expect([...live.run.endings]).toEqual([[CLOSED, 2]])
  })

  it('moves no count to another second, where the clock of the lines is ahead', () => {
    const { live, tell } = liveAt(START_MS)
    tell({ endedAtMs: START_MS + 61_500 }, { endedAtMs: START_MS + 61_600 })
    live.learn(new Patterns([cutAt(START_MS + 61_000)], []), HOUR)
    live.advance(START_MS + 90_000)
    live.learn(new Patterns([], []), HOUR)
    expect(live.recent.minutes().slice(-2).map(({ drops, faults }) => [drops, faults])).toEqual([[2, 0], [0, 0]])
    live.learn(new Patterns([cutAt(START_MS + 61_000)], []), HOUR)
    live.advance(START_MS + 120_000)
    expect(live.recent.minutes().slice(-3).map(({ drops, faults }) => [drops, faults])).toEqual([[2, 2], [0, 0], [0, 0]])
  })

  it('is said of those that come after it at once', () => {
    const { live, tell } = liveAt(START_MS)
    live.learn(new Patterns([cutAt(START_MS)], []), HOUR)
    tell({ endedAtMs: START_MS + 10 })
    expect([...live.run.endings]).toEqual([[RESTART, 1]])
  })

  it('changes nothing of what an error line says', () => {
    const { live, maker } = liveAt(START_MS)
    maker.tell(live, { ...SESSION, isExplained: true, verdict: endingVerdict('client-reset', 'confirmed') })
    live.settle(maker.names)
    expect(live.learn(new Patterns([cutAt(START_MS)], []), HOUR)).toBe(false)
    expect([...live.run.endings]).toEqual([[endingVerdict('client-reset', 'confirmed'), 1]])
  })

  it('is counted for the metrics when fifteen seconds have shown it, and never taken back', () => {
    const { live, tell } = liveAt(START_MS)
    tell({}, {})
    live.advance(START_MS + 14_000)
    expect(live.counts.totals().drops).toEqual([])
    live.learn(new Patterns([cutAt(START_MS)], []), HOUR)
    live.advance(START_MS + 15_001)
    expect(live.counts.totals().drops).toEqual([{ cause: 'upstream-restart', layer: 'upstream', isFault: true, count: 2 }])
    live.learn(new Patterns([], []), HOUR)
    expect(live.counts.totals().drops).toEqual([{ cause: 'upstream-restart', layer: 'upstream', isFault: true, count: 2 }])
  })

  it('is settled at the end of a run, whatever is still open', () => {
    const { live, tell } = liveAt(START_MS)
    tell({})
    live.end()
    expect(live.counts.totals().drops).toEqual([{ cause: 'closed', layer: 'unknown', isFault: false, count: 1 }])
  })
})

describe('the last hour', () => {
  it('holds what ended in it, by the time of the lines, and the run holds everything', () => {
    const { live, tell } = liveAt(START_MS)
    for (let minute = 0; minute <= 180; minute++) tell({ endedAtMs: START_MS + minute * MINUTE_MS, startedAtMs: START_MS + minute * MINUTE_MS - 5 })
    // The clock of the machine stands still: the lines' own time ends the quarters only up to a minute ahead of it.
    expect(live.panes.window().sessions).toBe(181)
    const other = liveAt(START_MS + 180 * MINUTE_MS)
    for (let minute = 0; minute <= 180; minute++) other.tell({ endedAtMs: START_MS + minute * MINUTE_MS, startedAtMs: START_MS + minute * MINUTE_MS - 5 })
    expect(other.live.panes.window().sessions).toBe(61)
    expect(other.live.run.sessions).toBe(181)
  })

  it('passes when nothing comes', () => {
    const { live, maker, tell } = liveAt(START_MS)
    tell({})
    live.panes.advance(START_MS + 50 * MINUTE_MS, () => live.settle(maker.names))
    expect(live.panes.window().sessions).toBe(1)
    live.panes.advance(START_MS + 75 * MINUTE_MS, () => live.settle(maker.names))
    expect(live.panes.window().sessions).toBe(0)
    expect(live.run.sessions).toBe(1)
  })

  it('comes to the same as one summary of its lines', () => {
    const { live, maker, tell } = liveAt(START_MS + 60 * MINUTE_MS)
    const whole = Summary.ofStretch()
    for (let minute = 0; minute < 60; minute++) {
      const event = { endedAtMs: START_MS + minute * MINUTE_MS, durationMs: 1000 * minute, client: `10.0.0.${minute}`, status: minute % 7 === 0 ? 502 : 101 }
      tell(event)
      maker.tell(whole, { ...SESSION, ...event })
    }
    whole.settle(maker.names)
    expect(JSON.parse(JSON.stringify(live.panes.window()))).toEqual(JSON.parse(JSON.stringify(whole)))
  })
})

describe('metrics by value', () => {
  it('have a row for the first hundred values, then one for all others', () => {
    const { live, tell } = liveAt(START_MS)
    for (let number = 0; number < 150; number++) tell({ path: `/ws/${number}`, status: number % 2 === 0 ? 101 : 502 })
    tell({ path: '/ws/0' })
    const { field, rows } = live.counts.totals().by[0]!
    expect(field).toBe('paths')
    expect(rows).toHaveLength(101)
    expect(rows[0]).toMatchObject({ name: '/ws/0', succeeded: 2, failed: 0 })
    expect(rows.at(-1)).toMatchObject({ name: 'other', succeeded: 25, failed: 25 })
  })

  it.each([
    [0.5, 0],
    [1, 0],
    [1.001, 1],
    [60, 1],
    [60.02, 2],
    [61, 2],
    [61.001, 3],
  ])('a session of %f s is in bucket %i: edges are upper bounds', (seconds, bucket) => {
    const { live, tell } = liveAt(START_MS)
    tell({ durationMs: seconds * 1000 })
    expect(live.counts.totals().durations.counts.indexOf(1)).toBe(bucket)
    expect(live.counts.totals().durations.sum).toBeCloseTo(seconds, 6)
  })
})
