import { describe, expect, it } from 'vitest'
import { findEvents } from '../../src/report/events.ts'
import { findSurges, type SurgeMinute, surgesIn } from '../../src/report/surges.ts'
import { Patterns } from '../../src/cluster/patterns.ts'
import { cutBy } from '../helpers/plain-facts.ts'
import { times } from '../helpers/seeded.ts'
import { endOpen, judge, reloadLines, START_MS, traffic } from '../helpers/sessions.ts'

const at = (minute: number): string => new Date(START_MS + minute * 60_000).toISOString()
const SHORT = { medianMs: 1000, sigma: 0.2 }

describe('findSurges', () => {
  it('tells of a gap, and of the rush behind it', () => {
    const sessions = traffic({ rate: 1, ...SHORT }).filter(({ startMs, endMs }) => endMs < 900_000 || startMs >= 1_020_000)
    sessions.push(...traffic({ seed: 2, seconds: 55, rate: 8, ...SHORT }).map((one) => ({ ...one, startMs: one.startMs + 1_020_000, endMs: one.endMs + 1_020_000 })))
    expect(findSurges(judge({ sessions }).summary)).toMatchObject([
      { kind: 'blackout', at: at(15), until: at(17) },
      { kind: 'reconnect-storm', at: at(17), until: at(18) },
    ])
  })

  it.each([1, 2, 3, 4, 5])('says nothing of ordinary traffic, seed %i', (seed) => {
    expect(findSurges(judge({ sessions: traffic({ seed, rate: 1, ...SHORT }) }).summary)).toEqual([])
  })

  it('takes a quiet minute for none where few come', () => {
    expect(findSurges(judge({ sessions: traffic({ rate: 0.05, ...SHORT }) }).summary)).toEqual([])
  })
})

describe('findEvents', () => {
  const made = () => {
    const sessions = traffic({ rate: 4 })
    endOpen(sessions, { atMs: 900_400, truth: 'worker-shutdown', isComplete: false, who: ({ startMs }) => startMs < 870_400 })
    return sessions
  }

  it('joins a reload and what it cut', () => {
    const { summary, patterns, errors } = judge({ sessions: made(), level: 'notice', process: reloadLines({ atMs: 870_400, exitMs: 900_400 }) })
    const reloads = findEvents(summary, patterns, errors).filter(({ kind }) => kind === 'reload')
    expect(reloads).toHaveLength(1)
    expect(reloads[0]!.detail).toContain('30 s later')
    expect(reloads[0]!.sessions).toBeGreaterThan(300)
  })

  it('infers a reload that no line tells', () => {
    const { summary, patterns, errors } = judge({ sessions: made() })
    expect(findEvents(summary, patterns, errors).map(({ kind }) => kind)).toEqual(['reload'])
  })

  it('tells of a stop and a crash, but not how many sessions they took', () => {
    const { summary, patterns, errors } = judge({ sessions: traffic(), level: 'notice', process: [{ atMs: START_MS + 60_000, kind: 'worker-crash', pid: 1, detail: 99 }, { atMs: START_MS + 120_000, kind: 'stop', pid: 1, detail: -1 }] })
    expect(findEvents(summary, patterns, errors)).toMatchObject([{ kind: 'worker-crash', sessions: null }, { kind: 'nginx-stop', sessions: null }])
  })

  it('tells how many, where markers told of their beginning; a start that no line tells is a stop as well', () => {
    const { summary, patterns, errors } = judge({ sessions: traffic(), level: 'notice', process: [{ atMs: START_MS + 60_000, kind: 'worker-crash', pid: 1, detail: 99 }, { atMs: START_MS + 120_000, kind: 'stop', pid: 1, detail: -1 }] })
    const losses = [
      { atMs: START_MS + 60_000, sessions: 2, how: 'crash', pid: 99 },
      { atMs: START_MS + 120_000, sessions: 3, how: 'stop', pid: -1 },
      { atMs: START_MS + 121_000, sessions: 4, how: 'stop', pid: -1 },
      { atMs: START_MS + 200_000, sessions: 5, how: 'numbers', pid: -1 },
    ] as const
    expect(findEvents(summary, patterns, errors, losses).map(({ kind, sessions }) => [kind, sessions])).toEqual([['worker-crash', 2], ['nginx-stop', 7], ['nginx-stop', 5]])
    expect(findEvents(summary, patterns, errors, []).map(({ kind, sessions }) => [kind, sessions])).toEqual([['worker-crash', null], ['nginx-stop', 0]])
  })
})

describe('surgesIn', () => {
  const minutes = (...attempts: readonly number[]): SurgeMinute[] => attempts.map((count, index) => ({ minuteMs: START_MS + index * 60_000, attempts: count, succeeded: count, drops: count }))
  const usual = times(10, () => 20)

  it('tells of a gap that lasts to the end', () => {
    expect(surgesIn(minutes(...usual, 0, 0, 0))).toEqual([{ kind: 'blackout', at: at(10), until: null, sessions: 0, upstream: null, detail: 'no handshake and no drop for 3 minutes, 20 handshakes a minute before' }])
    expect(surgesIn(minutes(...usual, 0, 20))).toMatchObject([{ at: at(10), until: at(11), detail: 'no handshake and no drop for a minute, 20 handshakes a minute before' }])
  })

  it('takes a minute in which sessions end for no gap', () => {
    expect(surgesIn(minutes(...usual, 0).map((minute, index) => (index === 10 ? { ...minute, drops: 1 } : minute)))).toEqual([])
  })

  it('tells of a storm of several minutes as one, against what was usual before it', () => {
    expect(surgesIn(minutes(...usual, 200, 300, 20))).toEqual([{ kind: 'reconnect-storm', at: at(10), until: at(12), sessions: 500, upstream: null, detail: '500 handshakes in 2 minutes, 20 a minute before' }])
    expect(surgesIn(minutes(...usual, 200))).toMatchObject([{ until: at(11), detail: '200 handshakes in a minute, 20 a minute before' }])
  })

  it('tells which storm follows a gap', () => {
    expect(surgesIn(minutes(...usual, 0, 20, 20, 200, 20)).map(({ detail }) => detail)).toEqual(['no handshake and no drop for a minute, 20 handshakes a minute before', '200 handshakes in a minute, 20 a minute before; right after a gap'])
    expect(surgesIn(minutes(...usual, 0, 20, 20, 20, 200, 20)).at(-1)!.detail).toBe('200 handshakes in a minute, 20 a minute before')
  })

  it('needs some minutes to know what is usual', () => {
    expect(surgesIn(minutes(20, 20, 20, 0))).toEqual([])
    expect(surgesIn(minutes(20, 20, 20, 20, 0, 0, 20))).toEqual([])
  })
})

describe('what a cut is told as', () => {
  const { summary } = judge({ sessions: [] })
  const eventsOf = (parts: Parameters<typeof cutBy>[1], upstreams = ['a:1', 'b:1']) => findEvents(summary, new Patterns([cutBy(upstreams, { fromMs: START_MS, toMs: START_MS + 1000, sessions: 10.4, expected: 2, ...parts })], []), undefined)

  it.each([
    ['of an upstream among others', {}, { kind: 'upstream-restart', upstream: 'a:1, b:1', sessions: 8, detail: 'all sessions of the upstream ended in one moment, those of others live on' }],
    ['of the only upstream', { isAlone: true }, { kind: 'upstream-restart', detail: 'all sessions of the upstream ended in one moment; no other upstream had any' }],
    ['of one address', { by: 'edge', client: '192.0.2.1' }, { kind: 'edge-restart', upstream: null, detail: 'all sessions of 192.0.2.1 ended in one moment, those of others live on' }],
    ['of which nobody knows', { by: 'unknown', sessions: 2, expected: 5 }, { kind: 'ends-together', sessions: 1 }],
  ] as const)('%s', (_, parts, expected) => {
    expect(eventsOf(parts)).toMatchObject([{ at: at(0), ...expected }])
  })

  it('at the time of a reload that was told is not told again', () => {
    const cut = cutBy([], { by: 'nginx', fromMs: START_MS + 70_000, toMs: START_MS + 71_000, sessions: 5 })
    const told = (atMs: number) => judge({ sessions: [], level: 'notice', process: [{ atMs: START_MS + atMs, kind: 'reload', pid: 1, detail: -1 }] }).errors
    expect(findEvents(summary, new Patterns([cut], []), told(60_000))).toMatchObject([{ kind: 'reload', at: at(1), until: new Date(START_MS + 71_000).toISOString(), sessions: 5 }])
    expect(findEvents(summary, new Patterns([cut], []), told(600_000)).map(({ kind, sessions }) => [kind, sessions])).toEqual([['reload', 5], ['reload', 0]])
  })
})

describe('losses that no line tells of', () => {
  it.each([[1, 'nginx was started anew: a session of before ended without a line'], [3, 'nginx was started anew: 3 sessions of before ended without a line']])('%i', (sessions, detail) => {
    const { summary, patterns } = judge({ sessions: [] })
    expect(findEvents(summary, patterns, undefined, [{ atMs: START_MS, sessions, how: 'numbers', pid: -1 }])).toMatchObject([{ kind: 'nginx-stop', sessions, detail }])
  })

  it('a crash whose process is not known, and one whose sessions are', () => {
    const { summary, patterns, errors } = judge({ sessions: [], level: 'notice', process: [{ atMs: START_MS, kind: 'worker-crash', pid: 1, detail: -1 }, { atMs: START_MS + 1000, kind: 'worker-crash', pid: 1, detail: 99 }] })
    expect(findEvents(summary, patterns, errors, [{ atMs: START_MS + 1000, sessions: 4, how: 'crash', pid: 99 }]).map(({ detail }) => detail)).toEqual(['a worker was killed or crashed: its sessions have no line, and how many is not known', 'a worker (99) was killed or crashed: its sessions have no line'])
  })
})
