import { describe, expect, it } from 'vitest'
import { findEvents } from '../../src/report/events.ts'
import { findSurges } from '../../src/report/surges.ts'
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
