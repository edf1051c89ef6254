import { describe, expect, it } from 'vitest'
import { HandshakeSample } from '../../src/aggregate/handshake-sample.ts'
import { Summary, type SummaryJson } from '../../src/aggregate/summary.ts'
import { SESSION_CAUSES } from '../../src/cause/cause.ts'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { Protocol } from '../../src/session/protocol.ts'
import type { SessionEvent } from '../../src/session/session.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)

const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80', userAgent: 'okhttp/4.12.0' }
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
    [299, '/live/a', { switchedPaths: [], plainFolders: [['/live/', 1]] }],
    [304, '/live/a', { switchedPaths: [], plainFolders: [['/live/', 1]] }],
    [199, '/live/a', { switchedPaths: [], plainFolders: [] }],
    [300, '/live/a', { switchedPaths: [], plainFolders: [] }],
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

describe('what each session and failure is counted as', () => {
  const IDLE = endingVerdict('idle-timeout', 'confirmed')
  const RESET = endingVerdict('client-reset', 'confirmed')

  it.each([
    ['nginx timed it out, and wrote so', { verdict: IDLE, isExplained: true }, 'timedOut'],
    ['another line explains its end', { verdict: RESET, isExplained: true }, 'explained'],
    ['nothing was sent', { bytesToClient: 3 }, 'silent'],
    ['a Close frame', { bytesToClient: 4 }, 'closed'],
    ['more', { bytesToClient: 5 }, 'busy'],
    ['the format does not tell', { bytesToClient: -1 }, 'untold'],
    ['its age gives an idle timeout away, no line does', { verdict: endingVerdict('idle-timeout', 'likely'), bytesToClient: 0 }, 'silent'],
  ] as const)('its age is one of those of which is known: %s', (_, event, ageClass) => {
    const { ages } = summaryOf(event)
    expect([ages[ageClass].count, ages.together().count]).toEqual([1, 1])
  })

  it.each([
    ['that nothing explains', {}, 20],
    ['that a line explains one by one', { verdict: RESET, isExplained: true }, 0],
    ['that an upstream resets, all at once', { verdict: endingVerdict('upstream-reset', 'confirmed'), isExplained: true }, 20],
  ])('moments are made of sessions %s', (_, event, ends) => {
    const around = [-60, 60].map((second) => ({ endedAtMs: NOON + second * 1000 }))
    const summary = summaryOf(around[0]!, ...times(20, () => event), around[1]!)
    expect(summary.moments.found().map((moment) => moment.ends)).toEqual(ends === 0 ? [] : [ends])
    // The same found anew from the sample, in whatever order.
    summary.findMoments()
    expect(summary.moments.found().map((moment) => moment.ends)).toEqual(ends === 0 ? [] : [ends])
  })

  it('finds moments anew only where the sample holds all sessions', () => {
    const summary = summaryOf({ endedAtMs: NOON - 60_000 }, ...times(20, () => ({})), { endedAtMs: NOON + 60_000 })
    const { limit } = summary.sessionSample.toJSON()
    const half = HandshakeSample.fromJSON({ limit: limit / 2, rows: [] })
    const found = summary.moments.found()
    expect(found).toHaveLength(1)
    summary.sessionSample = half
    summary.findMoments()
    expect(summary.moments.found()).toEqual(found)
    summary.sessionSample = new HandshakeSample()
    summary.findMoments()
    expect(summary.moments.found(), 'a sample of all that there are, and there are none').toEqual([])
  })

  it('failures of one verdict and status are one count, others are not', () => {
    const likely = failureVerdict('not-found', 'nginx', 'likely')
    const guess = failureVerdict('not-found', 'nginx', 'guess')
    const summary = summaryOf({ status: 404, verdict: likely }, { status: 404, verdict: guess }, { status: 404, verdict: likely }, { status: 410, verdict: likely })
    expect(summary.failures).toEqual([{ verdict: likely, status: 404, count: 2 }, { verdict: guess, status: 404, count: 1 }, { verdict: likely, status: 410, count: 1 }])
    summary.merge(summaryOf({ status: 410, verdict: likely }))
    expect(summary.failures.at(-1)).toEqual({ verdict: likely, status: 410, count: 2 })
  })

  it('counts failures by version of HTTP', () => {
    const summary = summaryOf({ status: 404, protocol: Protocol.http2 }, { status: 404, protocol: Protocol.http11 }, { status: 404, protocol: Protocol.http2 }, { protocol: Protocol.http2 })
    expect(summary.failuresByProtocol).toEqual(new Map([[Protocol.http2, 2], [Protocol.http11, 1]]))
  })

  it('is not empty with one line', () => {
    const summary = new Summary()
    summary.covered(NOON)
    expect(summary).toMatchObject({ isEmpty: false, fromMs: NOON, toMs: NOON })
    expect(Summary.fromJSON(JSON.parse(JSON.stringify(summary)) as SummaryJson)).toMatchObject({ isEmpty: false, fromMs: NOON, toMs: NOON })
  })
})

describe('in JSON', () => {
  it('stands in an order of its own, whatever came first', () => {
    const events: Partial<PlainEvent>[] = [
      { status: 504, protocol: Protocol.http2, verdict: failureVerdict('refused', 'upstream', 'likely') },
      { status: 404, protocol: Protocol.http11, verdict: failureVerdict('refused', 'upstream', 'likely') },
      { status: 404, protocol: Protocol.http10, verdict: failureVerdict('dns', 'nginx', 'likely') },
      { verdict: endingVerdict('upstream-reset', 'confirmed') },
      { verdict: endingVerdict('closed', 'likely') },
      { verdict: endingVerdict('closed', 'guess') },
    ]
    for (const some of [events, events.toReversed()]) {
      const { byStatus, failuresByProtocol, failures, endings } = summaryOf(...some).toJSON()
      expect({ byStatus, failuresByProtocol, failures: failures.map(({ cause, status }) => [status, cause]), endings: endings.map(({ cause, confidence }) => [cause, confidence]) }).toEqual({
        byStatus: [[404, 2], [504, 1]],
        failuresByProtocol: [[Protocol.http10, 1], [Protocol.http11, 1], [Protocol.http2, 1]],
        failures: [[404, 'dns'], [404, 'refused'], [504, 'refused']],
        endings: [['closed', 'guess'], ['closed', 'likely'], ['upstream-reset', 'confirmed']],
      })
    }
  })
})

describe('a verdict in the place of another', () => {
  const CLOSED = endingVerdict('closed', 'guess')
  const RESTART = endingVerdict('upstream-restart', 'likely')
  const LABELS = { endedAtMs: NOON, client: SESSION.client, host: SESSION.host, path: SESSION.path, upstream: SESSION.upstream!, userAgent: SESSION.userAgent! }
  const figures = (summary: Summary): unknown => [
    Array.from(summary.endings, ([{ cause }, count]) => [cause, count]).sort(),
    summary.timeline.minutes(NOON, NOON).minutes.map(({ drops, faults, causes }) => ({ drops, faults, causes })),
    Object.values(summary.rankings).map((ranking) => ranking.rows().map(({ faults }) => faults)),
  ]

  it('is what counting the session with it at once would have given', () => {
    const summary = summaryOf({ verdict: CLOSED }, { verdict: CLOSED })
    summary.relabel(LABELS, CLOSED, RESTART)
    expect(figures(summary)).toEqual(figures(summaryOf({ verdict: RESTART }, { verdict: CLOSED })))
    summary.relabel(LABELS, RESTART, endingVerdict('upstream-reset', 'likely'))
    expect(figures(summary), 'one fault for another').toEqual(figures(summaryOf({ verdict: endingVerdict('upstream-reset', 'likely') }, { verdict: CLOSED })))
    summary.relabel(LABELS, endingVerdict('upstream-reset', 'likely'), CLOSED)
    expect(figures(summary), 'taken back').toEqual(figures(summaryOf({ verdict: CLOSED }, { verdict: CLOSED })))
  })

  it('of a client that no ranking holds any more changes the others', () => {
    const summary = summaryOf({ verdict: CLOSED })
    summary.relabel({ ...LABELS, client: 'thrown out' }, CLOSED, RESTART)
    expect(summary.rankings.paths.rows()).toMatchObject([{ faults: 1 }])
    expect(summary.rankings.clients.rows()).toMatchObject([{ label: SESSION.client, faults: 0 }])
  })

  it('of failed handshakes moves their counts, as far as there is a better one', () => {
    const guess = failureVerdict('refused', 'upstream', 'guess')
    const sure = failureVerdict('refused', 'upstream', 'confirmed')
    const summary = summaryOf({ status: 502, verdict: guess, path: '/a' }, { status: 502, verdict: guess, path: '/b' }, { status: 404, verdict: guess, path: '/c' })
    summary.relabelFailures(({ path }) => (path === '/a' ? sure : path === '/b' ? guess : undefined))
    expect(summary.failures).toEqual([{ verdict: guess, status: 502, count: 1 }, { verdict: guess, status: 404, count: 1 }, { verdict: sure, status: 502, count: 1 }])
    expect(Object.fromEntries(summary.failureSample.rows.map(({ path, verdict }) => [path, verdict.confidence]))).toEqual({ '/a': 'confirmed', '/b': 'guess', '/c': 'guess' })
    summary.relabelFailures(({ path }) => (path === '/b' ? sure : undefined))
    expect(summary.failures, 'a count of none goes').toEqual([{ verdict: guess, status: 404, count: 1 }, { verdict: sure, status: 502, count: 2 }])
  })
})

describe('a summary of a stretch', () => {
  it('is exact but for its rankings, which are small', () => {
    const maker = new EventMaker()
    const [stretch, whole] = [Summary.ofStretch(), new Summary()]
    for (let index = 0; index < 2000; index++) for (const summary of [stretch, whole]) maker.tell(summary, { ...SESSION, client: `10.0.${index >> 8}.${index & 255}` })
    for (const summary of [stretch, whole]) summary.settle(maker.names)
    expect({ ...stretch.toJSON(), rankings: undefined }).toEqual({ ...whole.toJSON(), rankings: undefined })
    expect(stretch.rankings.paths.rows()).toMatchObject([{ attempts: 2000 }])
    expect(stretch.rankings.clients.size).toBeLessThanOrEqual(1024)
    expect(stretch.rankings.clients.error).toBeGreaterThan(0)
    expect(whole.rankings.clients).toMatchObject({ size: 2000, error: 0 })
  })
})
