import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { clusterFacts, dropsPerMinuteFact, handshakeFacts, lineFacts, livedFacts, missingElsewhere, sessionFacts, whatWouldTell } from '../../src/render/facts.ts'
import type { ClusterReport, Report } from '../../src/report/report.ts'
import { reportOf } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const zone = FixedOffsetZone.utcInstance
const EMPTY = reportOf([])
const SOME = reportOf(times(4, (index) => ({ bytesToClient: index * 1000 })))
const OPEN: NonNullable<Report['open']> = { count: 2, waitingAtMost: 0, waitingSeconds: 1, oldest: null, byUpstream: [], byPath: [], lost: 0, untracked: 0 }

describe('handshakes', () => {
  it.each([
    [0, 0, '4 attempts, 4 reached 101, 0 failed'],
    [1200, 0, '4 attempts, 4 reached 101, 0 failed; not counted: 1,200 plain requests'],
    [0, 3, '4 attempts, 4 reached 101, 0 failed; not counted: 3 polling requests'],
    [1, 3, '4 attempts, 4 reached 101, 0 failed; not counted: 1 plain requests, 3 polling requests'],
  ])('with %i plain and %i polling requests', (plain, polling, counts) => {
    expect(handshakeFacts({ ...SOME, otherRequests: { plain, polling } }).counts).toBe(counts)
  })

  it('say how they were told, where there are any', () => {
    expect(handshakeFacts(SOME).rule).toBe('Counted: requests whose Upgrade header names websocket.')
    expect(handshakeFacts(EMPTY).rule).toBeUndefined()
  })
})

describe('sessions', () => {
  const factsOf = (parts: Partial<Report>, report = SOME): string[] => sessionFacts({ ...report, ...parts }, zone)

  it('are told by all that the log knows of them', () => {
    expect(factsOf({ active: { peak: 3, peakAt: '2026-11-20T12:00:00.000Z', isLowerBound: true } })).toEqual([
      '4 ended, 25 % of them quiet (nothing but a Close frame to the client)',
      '6 kB to clients: half of the sessions up to 1 kB, the most in one 3 kB',
      'at least 3 open at once, at 2026-11-20 12:00:00; those still open are not in the log',
      '4 began before the first line; how many others did cannot be seen',
    ])
  })

  it('are told by less where the log knows less', () => {
    const untold = reportOf(times(4, () => ({ bytesToClient: -1, startedAtMs: Date.UTC(2026, 10, 20, 12), durationMs: Number.NaN })))
    expect(factsOf({ active: { peak: null, peakAt: null, isLowerBound: true } }, untold)).toEqual(['4 ended'])
    expect(livedFacts(untold)).toEqual([])
    expect(livedFacts(SOME)).toEqual(['p50 60 s', 'p90 60 s', 'p95 60 s', 'p99 60 s', 'max 60 s'])
  })

  it('tell of what is open beside what has ended, and alone', () => {
    const open = '2 handshakes were still open at the end of the log'
    expect(factsOf({ open: OPEN, active: { peak: 3, peakAt: '2026-11-20T12:00:00.000Z', isLowerBound: true } })).toEqual(expect.arrayContaining([open, 'at least 3 open at once, at 2026-11-20 12:00:00, of those that have ended']))
    expect(factsOf({ open: OPEN }, EMPTY)).toEqual([open])
    expect(factsOf({}, EMPTY)).toEqual([])
  })
})

describe('drops per minute', () => {
  it('have their date in a log of more than a day', () => {
    const drops = { ...SOME.drops, perMinute: { mean: 1, p50: 1, p95: 2, max: 1500, maxAt: '2026-11-20T12:00:00.000Z' } }
    expect(dropsPerMinuteFact({ ...SOME, drops }, zone)).toBe('median 1, p95 2, max 1,500 at 12:00')
    expect(dropsPerMinuteFact({ ...SOME, drops, timeline: times(1441, () => SOME.timeline[0]!) }, zone)).toBe('median 1, p95 2, max 1,500 at 2026-11-20 12:00')
    expect(dropsPerMinuteFact(EMPTY, zone)).toBe('median 0, p95 0, max 0 at –')
  })
})

describe('a cluster', () => {
  const cluster: ClusterReport = { id: 'c1', seconds: 60, from: 59, to: 61, sessions: 40, quiet: 40, share: 0.5, expected: 1, cause: null, layer: 'unknown', confidence: 'guess', evidence: [], candidates: [], echoes: [] }

  it.each([
    [40, '40 sessions (50 %), all quiet'],
    [0, '40 sessions (50 %), none quiet'],
    [10, '40 sessions (50 %), 25 % quiet'],
    [null, '40 sessions (50 %)'],
  ])('of which %s were quiet', (quiet, sessions) => {
    expect(clusterFacts({ ...cluster, quiet }).sessions).toBe(sessions)
  })

  it('says who ended it, or that several may have', () => {
    expect(clusterFacts(cluster)).toMatchObject({ isFault: false, verdict: 'several causes fit' })
    expect(clusterFacts({ ...cluster, cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed' })).toMatchObject({ isFault: true, verdict: 'silent for proxy_read_timeout – layer nginx, confirmed' })
    expect(clusterFacts({ ...cluster, cause: 'lifetime-limit' })).toMatchObject({ isFault: false })
  })
})

describe('what would tell more', () => {
  const tells = (missing: Report['evidence']['missing'], report = SOME) => whatWouldTell({ ...report, evidence: { ...report.evidence, missing } })

  it.each([
    ['without an error log', tells(['error-log', 'info-level']), /^An access log alone does not say\./, 2],
    ['with one that is not at level info', tells(['info-level']), /^This error log is not at level info/, 1],
  ])('%s', (_, told, why, steps) => {
    expect(told!.why).toMatch(why)
    expect(told!.steps).toHaveLength(steps)
  })

  it('where some endings are known already', () => {
    expect(tells(['error-log'], { ...SOME, endings: [{ cause: 'idle-timeout', layer: 'nginx', confidence: 'likely', sessions: 1, share: 1 }] })!.why).toBe('The error log says more, where nginx writes it at level info:')
  })

  it('nothing, where nothing is missing', () => {
    expect(tells(['host'])).toBeUndefined()
  })

  it('is not said twice: the section of the endings does, where there is one', () => {
    const missing = ['error-log', 'host'] as const
    expect(missingElsewhere({ ...SOME, evidence: { ...SOME.evidence, missing } })).toEqual(['host'])
    expect(missingElsewhere({ ...EMPTY, evidence: { ...EMPTY.evidence, missing } })).toEqual(['error-log', 'host'])
  })
})

describe('lines', () => {
  const input = { path: 'a', kind: 'access', logFormat: 'ws', envelope: null, bytes: 0, lines: 0, parsed: 0, skipped: 0, filtered: 0, from: null, to: null } as const

  it.each<[string, Partial<Report>, string[]]>([
    ['nothing', {}, ['0 lines read, 0 skipped as broken']],
    ['formats, each once, and what they were wrapped in', { inputs: [input, input, { ...input, envelope: 'docker' }, { ...input, logFormat: '' }, { ...input, kind: 'error', logFormat: 'error' }] }, ['0 lines read as ws, ws in docker, 0 skipped as broken']],
    ['what was filtered out, and torn', { lines: { ...EMPTY.lines, read: 2000, filtered: 5, glued: 2 } }, ['2,000 lines read, 0 skipped as broken, 5 filtered out', '2 lines stood behind a torn one and were read from there']],
    ['what is of another year', { window: { ...EMPTY.window, unplaced: 7 } }, ['0 lines read, 0 skipped as broken', '7 too far from the others in time to be placed']],
  ])('say %s', (_, parts, facts) => {
    expect(lineFacts({ ...EMPTY, ...parts })).toEqual(facts)
  })
})
