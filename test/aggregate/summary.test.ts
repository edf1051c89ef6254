import { describe, expect, it } from 'vitest'
import { Summary } from '../../src/aggregate/summary.ts'
import { SESSION_CAUSES } from '../../src/cause/cause.ts'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import type { SessionEvent } from '../../src/session/session.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)

const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80' }
const FAILURE: PlainEvent = { ...SESSION, startedAtMs: NOON - 5, durationMs: 5, status: 502, bytesToClient: 157 }

const summaryOf = (...events: readonly Partial<PlainEvent>[]): Summary => {
  const summary = new Summary()
  const maker = new EventMaker()
  for (const event of events) {
    const isFailure = event.status !== undefined && event.status !== 101
    maker.tell(summary, { ...(isFailure ? FAILURE : SESSION), ...event })
  }
  summary.settle(maker.names)
  return summary
}

describe('Summary', () => {
  it.each([
    [0, 1],
    [4, 1],
    [5, 0],
    [-1, 0],
  ])('takes a session with %i body bytes for quiet %i times', (bytesToClient, quiet) => {
    const summary = summaryOf({ bytesToClient })
    expect(summary.quietSessions).toBe(quiet)
  })

  it('tells sessions without bytes or duration apart from those with none', () => {
    const summary = summaryOf({ bytesToClient: -1 }, { durationMs: Number.NaN }, { durationMs: 0, bytesToClient: 0 })
    expect(summary).toMatchObject({ sessions: 3, sessionsWithoutBytes: 1, sessionsWithoutDuration: 1, quietSessions: 1 })
    expect(summary.durationsMs).toMatchObject({ count: 2, min: 0, max: 60_000 })
    expect(summary.bytesToClient).toMatchObject({ count: 2, min: 0, max: 100 })
  })

  it('counts attempts as sessions and failures together', () => {
    const summary = summaryOf({}, {}, { status: 502 }, { status: 502, upstream: 'pool' }, { status: 404, upstream: '' })
    expect(summary.attempts).toBe(5)
    expect([...summary.byStatus]).toEqual([[502, 2], [404, 1]])
    expect(summary.failures).toEqual([
      { verdict: failureVerdict('refused', 'upstream', 'guess'), status: 502, count: 1 },
      { verdict: failureVerdict('no-live-upstream', 'upstream', 'likely'), status: 502, count: 1 },
      { verdict: failureVerdict('not-found', 'nginx', 'likely'), status: 404, count: 1 },
    ])
  })

  it('puts a failure into the minute in which it was made', () => {
    const summary = summaryOf({ status: 504, startedAtMs: NOON - 60_000 })
    const { minutes } = summary.timeline.minutes(NOON - 60_000, NOON)
    expect(minutes.map(({ attempts }) => attempts)).toEqual([1, 0])
  })

  it('ranks by every field, and leaves out what has no name', () => {
    const summary = summaryOf({}, { client: '10.0.0.2' }, { status: 502, upstream: '' })
    expect(summary.rankings.clients.rows().map(({ label, attempts, sessions }) => [label, attempts, sessions])).toEqual([['10.0.0.1', 2, 1], ['10.0.0.2', 1, 1]])
    expect(summary.rankings.upstreams.rows().map(({ label, attempts, sessions }) => [label, attempts, sessions])).toEqual([['10.1.0.1:80', 2, 2]])
    expect(summary.rankings.hosts.rows().map(({ attempts }) => attempts)).toEqual([3])
    expect(summary.rankings.paths.rows().map(({ attempts }) => attempts)).toEqual([3])
  })

  it('counts to the right row when the lines are many, and others are thrown out', () => {
    const summary = new Summary()
    const maker = new EventMaker()
    const add = (path: string): void => maker.tell(summary, { ...SESSION, path })
    times(50, () => add('/busy'))
    for (let index = 0; index < 150_000; index++) add(`/scan/${index}`)
    times(50, () => add('/busy'))
    summary.settle(maker.names)
    const [busiest] = summary.rankings.paths.rows()
    expect(busiest).toMatchObject({ label: '/busy', attempts: 100, sessions: 100 })
    expect(summary.rankings.paths.error).toBeGreaterThan(0)
  })

  it('covers from the first to the last line, whatever they are', () => {
    const summary = new Summary()
    expect(summary.isEmpty).toBe(true)
    for (const atMs of [NOON, NOON - 5, NOON + 7]) summary.covered(atMs)
    expect(summary).toMatchObject({ isEmpty: false, fromMs: NOON - 5, toMs: NOON + 7 })
    summary.other('plain')
    summary.other('polling')
    summary.other('polling')
    expect(summary).toMatchObject({ plainRequests: 1, pollingRequests: 2, attempts: 0 })
  })

  it.each([
    [101, '/live/a', { switchedPaths: [['/live/a', 1]], plainFolders: [] }],
    [101, '/live/a?token=1', { switchedPaths: [['/live/a', 1]], plainFolders: [] }],
    [101, '/socket.io/', { switchedPaths: [], plainFolders: [] }],
    [200, '/live/a', { switchedPaths: [], plainFolders: [['/live/', 1]] }],
    [204, '/live/a', { switchedPaths: [], plainFolders: [['/live/', 1]] }],
    [304, '/live/a', { switchedPaths: [], plainFolders: [['/live/', 1]] }],
    [302, '/live/a', { switchedPaths: [], plainFolders: [] }],
    [404, '/live/a', { switchedPaths: [], plainFolders: [] }],
    [502, '/live/a', { switchedPaths: [], plainFolders: [] }],
  ])('notes of an undecided %i at %s what it says about the path', (status, path, expected) => {
    const summary = new Summary()
    const maker = new EventMaker()
    summary.undecided(status, maker.path(path))
    summary.settle(maker.names)
    expect(summary.census.toJSON()).toEqual(expected)
  })
})

describe('a second look', () => {
  const guess = endingVerdict('closed', 'guess')

  it.each([1, 2, 3])('merged with the first gives what one with the final verdicts would have given, but for the sample (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const events = times(2000, (index) => ({
      ...SESSION, endedAtMs: NOON + random.int(0, 7_200_000), path: `/ws/${random.int(0, 5)}`, client: `10.0.0.${random.int(0, 50)}`, upstream: random.pick(['', 'a', 'b']),
      verdict: index % 2 === 0 ? guess : endingVerdict(random.pick(SESSION_CAUSES), 'likely'),
    }))
    const maker = new EventMaker()
    const [first, difference, expected] = [new Summary(), new Summary(), new Summary()]
    for (const event of events) {
      expected.covered(event.endedAtMs)
      maker.tell(expected, event)
      first.covered(event.endedAtMs)
      maker.tell(first, { ...event, verdict: guess })
      if (event.verdict !== guess) difference.relabelled(maker.event(event) as SessionEvent, guess, maker.names)
    }
    for (const summary of [first, difference, expected]) summary.settle(maker.names)
    first.merge(Summary.fromJSON(JSON.parse(JSON.stringify(difference))))
    const withoutSample = (of: Summary): object => ({ ...of.toJSON(), sessionSample: undefined })
    expect(withoutSample(first)).toEqual(withoutSample(expected))
    first.sessionSample.relabel(({ endedAtMs, client, path, upstream }) => events.find((event) => event.endedAtMs === endedAtMs && event.client === client && event.path === path && event.upstream === upstream)!.verdict)
    expect(first.sessionSample.toJSON()).toEqual(expected.sessionSample.toJSON())
  })

  it('takes back no fault', () => {
    const summary = new Summary()
    const maker = new EventMaker()
    const fault = endingVerdict('upstream-restart', 'likely')
    maker.tell(summary, { ...SESSION, verdict: fault })
    summary.relabelled(maker.event({ ...SESSION, verdict: endingVerdict('edge-idle-timeout', 'likely') }) as SessionEvent, fault, maker.names)
    summary.settle(maker.names)
    expect(Array.from(summary.endings, ([{ cause }, count]) => [cause, count])).toEqual([['edge-idle-timeout', 1]])
    expect(summary.timeline.minutes(NOON, NOON).minutes).toMatchObject([{ faults: 1 }])
    expect(summary.rankings.paths.rows()).toMatchObject([{ sessions: 1, faults: 1 }])
  })
})
