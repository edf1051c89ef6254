import { describe, expect, it } from 'vitest'
import type { EndMark, OpenMark } from '../../src/session/open-marks.ts'
import { end, mark, openSessions } from '../helpers/open-marks.ts'
import { Seeded } from '../helpers/seeded.ts'

const T = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000
type Mark = Parameters<typeof mark>[0]
type End = Parameters<typeof end>[0]

describe('OpenSessions: which end belongs to which beginning', () => {
  it.each<[string, Mark, End, number]>([
    ['one id', { id: 7, connection: 1 }, { id: 7, connection: 1 }, 0],
    ['one id, whatever the clocks say', { id: 7, atMs: T }, { id: 7, startedAtMs: T + 9000, endedAtMs: T + 9000 }, 0],
    ['another id on the same connection at the same time', { id: 7, connection: 1, atMs: T }, { id: 8, connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 1],
    ['only one line has the id: the connection decides', { id: 7, connection: 1, atMs: T }, { connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 0],
    ['only the end has the id', { connection: 1, atMs: T }, { id: 7, connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 0],
    ['the connection and a beginning within the request', { connection: 1, atMs: T + 4 }, { connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 0],
    ['5 ms before the start', { connection: 1, atMs: T - 5 }, { connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 0],
    ['6 ms before the start', { connection: 1, atMs: T - 6 }, { connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 1],
    ['5 ms after the end', { connection: 1, atMs: T + 15 }, { connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 0],
    ['6 ms after the end', { connection: 1, atMs: T + 16 }, { connection: 1, startedAtMs: T, endedAtMs: T + 10 }, 1],
    ['a whole second before, where a clock shows no less', { connection: 1, atMs: T - 1000 }, { connection: 1, startedAtMs: T, endedAtMs: T, clockStepMs: 1000 }, 0],
    ['two seconds before', { connection: 1, atMs: T - 2000, clockStepMs: 1000 }, { connection: 1, startedAtMs: T, endedAtMs: T }, 1],
    ['another connection', { connection: 1, atMs: T }, { connection: 2, startedAtMs: T, endedAtMs: T }, 1],
    ['the next request of the connection', { connection: 1, requests: 1, atMs: T }, { connection: 1, requests: 2, startedAtMs: T, endedAtMs: T + 5 }, 1],
    ['another process', { connection: 1, pid: 5, atMs: T }, { connection: 1, pid: 6, startedAtMs: T, endedAtMs: T + 5 }, 1],
    ['no duration in the log: all until the end', { connection: 1, atMs: T - MINUTE }, { connection: 1, startedAtMs: Number.NaN, endedAtMs: T }, 0],
    ['an end without any key', { connection: 1, atMs: T }, { startedAtMs: T, endedAtMs: T }, 1],
    ['only the beginning numbers the request', { connection: 1, requests: 2, atMs: T }, { connection: 1, startedAtMs: T, endedAtMs: T + 5 }, 0],
    ['only the end numbers it', { connection: 1, atMs: T }, { connection: 1, requests: 2, startedAtMs: T, endedAtMs: T + 5 }, 0],
    ['only the beginning names its process', { connection: 1, pid: 5, atMs: T }, { connection: 1, startedAtMs: T, endedAtMs: T + 5 }, 0],
    ['only the end names it', { connection: 1, atMs: T }, { connection: 1, pid: 5, startedAtMs: T, endedAtMs: T + 5 }, 0],
    ['a whole second before, where only the clock of the beginning shows no less', { connection: 1, atMs: T - 1000, clockStepMs: 1000 }, { connection: 1, startedAtMs: T, endedAtMs: T }, 0],
    ['ids of which one half is the same', { hasId: true, idHigh: 1, idLow: 2, connection: 1, atMs: T }, { hasId: true, idHigh: 1, idLow: 3, connection: 1, startedAtMs: T, endedAtMs: T }, 1],
    ['ids of which the other half is the same', { hasId: true, idHigh: 1, idLow: 2, connection: 1, atMs: T }, { hasId: true, idHigh: 3, idLow: 2, connection: 1, startedAtMs: T, endedAtMs: T }, 1],
  ])('%s', (_, open, close, left) => {
    const sessions = openSessions()
    sessions.opened(mark({ atMs: T, ...open }))
    sessions.closed(end({ startedAtMs: T, endedAtMs: T, ...close }))
    expect(sessions.state(T + MINUTE, 10).count).toBe(left)
  })

  it.each<[string, Mark, End]>([
    ['by id', { id: 7 }, { id: 7 }],
    ['by connection', { connection: 3, atMs: T }, { connection: 3, startedAtMs: T, endedAtMs: T + 2 }],
  ])('an end that is read before its beginning closes it, once a marker was seen: %s', (_, open, close) => {
    const sessions = openSessions()
    sessions.opened(mark({ atMs: T - 1, id: 99, connection: 99 }))
    sessions.closed(end({ startedAtMs: T, endedAtMs: T, ...close }))
    sessions.opened(mark({ atMs: T, ...open }))
    expect(sessions.state(T, 10).count).toBe(1)
  })

  it('a failed handshake and a good one on one connection within a millisecond', () => {
    const sessions = openSessions()
    sessions.opened(mark({ connection: 3, requests: 1, atMs: T }))
    sessions.closed(end({ connection: 3, requests: 1, startedAtMs: T, endedAtMs: T + 1 }))
    sessions.opened(mark({ connection: 3, requests: 2, atMs: T + 1 }))
    expect(sessions.state(T + 1, 10).count).toBe(1)
    sessions.closed(end({ connection: 3, requests: 2, startedAtMs: T + 1, endedAtMs: T + MINUTE }))
    expect(sessions.state(T + MINUTE, 10).count).toBe(0)
  })

  it('an end that has closed a session closes no other one on its connection', () => {
    const sessions = openSessions()
    sessions.opened(mark({ connection: 3, atMs: T }))
    sessions.closed(end({ connection: 3, startedAtMs: T, endedAtMs: T + 1 }))
    sessions.opened(mark({ connection: 3, atMs: T + 3 }))
    expect(sessions.state(T + 3, 10)).toMatchObject({ count: 1, oldest: { startedAt: new Date(T + 3).toISOString() } })
  })

  it.each<[string, Mark]>([['with an id', { id: 7, connection: 3 }], ['without', { connection: 3, requests: 1 }]])('a mirror asked twice for one request (error_page) is one session, of the upstream named last: %s', (_, open) => {
    const sessions = openSessions()
    sessions.opened(mark({ ...open, atMs: T, upstream: 'first' }))
    sessions.opened(mark({ ...open, atMs: T + 30, upstream: 'second' }))
    expect(sessions.state(T, 10)).toMatchObject({ count: 1, byUpstream: [{ name: 'second', open: 1 }] })
    sessions.opened(mark({ ...open, atMs: T + 40, upstream: '' }))
    expect(sessions.state(T, 10), 'one that names none leaves the last one').toMatchObject({ count: 1, byUpstream: [{ name: 'second', open: 1 }] })
    expect(sessions.begun).toBe(1)
  })

  it.each([['a handshake', true], ['what does not look like one', false]])('a mirror asked twice, its second line read behind the end: of %s', (_, isHandshake) => {
    const sessions = openSessions()
    sessions.opened(mark({ id: 7, atMs: T }))
    sessions.closed(end({ id: 7, endedAtMs: T + 5, isHandshake }))
    sessions.opened(mark({ id: 7, atMs: T + 1 }))
    expect(sessions.state(T + 5, 10).count).toBe(0)
  })

  it('nothing is said without a marker, and nothing is matched where ends carry no key', () => {
    const sessions = openSessions()
    sessions.closed(end({ id: 7 }))
    expect(sessions.hasMarkers).toBe(false)
    sessions.opened(mark({ id: 7 }))
    expect(sessions.canMatch).toBe(true)
    sessions.closed(end({ endedAtMs: T, isHandshake: false }))
    expect(sessions.canMatch, 'no handshake, so it says nothing').toBe(true)
    sessions.closed(end({ endedAtMs: T }))
    expect([sessions.hasMarkers, sessions.canMatch]).toEqual([true, false])
    sessions.closed(end({ id: 8, endedAtMs: T }))
    expect(sessions.canMatch, 'some ends have one').toBe(true)
  })
})

describe('OpenSessions: the state', () => {
  it('counts by upstream and path, and knows the oldest', () => {
    const sessions = openSessions()
    for (let id = 0; id < 6; id++) sessions.opened(mark({ id, atMs: T + (id === 4 ? -500 : id), path: id < 4 ? '/a' : '/b', upstream: id < 2 ? '' : 'x', client: `10.0.0.${id}` }))
    expect(sessions.state(T + MINUTE, 1)).toEqual({
      count: 6, waitingAtMost: 0, waitingSeconds: 1, lost: 0, untracked: 0,
      oldest: { startedAt: new Date(T - 500).toISOString(), client: '10.0.0.4', host: 'a.example', path: '/b', upstream: 'x' },
      byUpstream: [{ name: 'x', open: 4 }], byPath: [{ name: '/a', open: 4 }],
    })
    sessions.closed(end({ id: 4, endedAtMs: T + MINUTE }))
    expect(sessions.state(T + MINUTE, 2)).toMatchObject({ oldest: { startedAt: new Date(T).toISOString(), client: '10.0.0.0' }, byPath: [{ name: '/a', open: 4 }, { name: '/b', open: 1 }] })
  })

  it('beyond its bound a session is untracked; one without any key is, too', () => {
    const sessions = openSessions({ maxOpen: 3 })
    for (let id = 0; id < 5; id++) sessions.opened(mark({ id, atMs: T }))
    sessions.opened(mark({ atMs: T }))
    expect(sessions.state(T, 10)).toMatchObject({ count: 3, untracked: 3 })
    const keyless = openSessions()
    keyless.opened(mark({ atMs: T }))
    expect(keyless.state(T, 10)).toMatchObject({ count: 0, untracked: 1, oldest: null })
  })

  it.each<[string, number, number, number]>([
    ['nothing is known: a second', Number.NaN, 1, 1],
    ['answers in 3 ms: still a second', 3, 1, 1],
    ['the longest answer', 5500, 5.5, 2],
    ['no longer than nginx waits', 400_000, 120, 3],
  ])('those that may still wait for their 101: %s', (_, answerMs, waitingSeconds, waitingAtMost) => {
    const sessions = openSessions()
    for (const [id, ageMs] of [[1, 500], [2, 5000], [3, 100_000], [4, 200_000]] as const) sessions.opened(mark({ id, atMs: T - ageMs }))
    sessions.closed(end({ id: 9, endedAtMs: T - 9 * MINUTE, answerMs }))
    expect(sessions.state(T, 10)).toMatchObject({ waitingSeconds, waitingAtMost })
    expect(sessions.state(T + 2 * MINUTE, 10).waitingSeconds).toBe(1)
  })

  it('a page that takes long is no handshake that waits', () => {
    const sessions = openSessions()
    sessions.opened(mark({ id: 1, atMs: T }))
    sessions.closed(end({ id: 9, endedAtMs: T, answerMs: 50_000, isHandshake: false }))
    expect(sessions.state(T, 10).waitingSeconds).toBe(1)
  })
})

describe('OpenSessions: what nginx ended without a line', () => {
  const three = (infersRestarts = false) => {
    const sessions = openSessions({ infersRestarts })
    for (const [id, pid] of [[1, 100], [2, 100], [3, 200]] as const) sessions.opened(mark({ id, pid, connection: id, requests: 1, atMs: T + id }))
    return sessions
  }

  it('a crash takes the sessions of its process', () => {
    const sessions = three()
    sessions.processEnded({ pid: 100, atMs: T + MINUTE })
    expect(sessions.state(T + MINUTE, 10)).toMatchObject({ count: 1, lost: 2, byPath: [{ name: '/ws', open: 1 }], oldest: { startedAt: new Date(T + 3).toISOString() } })
    expect(sessions.lost).toBe(2)
    expect(sessions.takeLosses()).toEqual([{ atMs: T + MINUTE, sessions: 2, how: 'crash', pid: 100 }])
    expect(sessions.takeLosses()).toEqual([])
  })

  it('a crash takes what began in its second, nothing later, and of no process nothing', () => {
    const sessions = openSessions({ infersRestarts: false })
    for (const [id, pid, ms] of [[1, 100, 999], [2, 100, 1000], [3, -1, 0]] as const) sessions.opened(mark({ id, pid, atMs: T + ms }))
    sessions.processEnded({ pid: -1, atMs: T })
    expect(sessions.state(T + 2000, 10)).toMatchObject({ count: 3, lost: 0 })
    sessions.processEnded({ pid: 100, atMs: T })
    expect(Array.from(sessions.marks(), ({ atMs }) => atMs - T)).toEqual([1000, 0])
  })

  it.each<[string, 'crash' | 'stop', Mark, number]>([
    ['before a crash, of its process', 'crash', { pid: 100, atMs: T - 1 }, 1],
    ['in the second of a crash', 'crash', { pid: 100, atMs: T + 999 }, 1],
    ['behind the second of a crash', 'crash', { pid: 100, atMs: T + 1000 }, 0],
    ['before a crash, of another process', 'crash', { pid: 200, atMs: T - 1 }, 0],
    ['before a stop', 'stop', { pid: 100, atMs: T - 1 }, 1],
    ['in the second of a stop: it may be of the next nginx', 'stop', { pid: 100, atMs: T }, 0],
  ])('a beginning that is read after the news: %s', (_, how, open, lost) => {
    const sessions = openSessions({ infersRestarts: false })
    if (how === 'crash') sessions.processEnded({ pid: 100, atMs: T })
    else sessions.stopped({ atMs: T, next: new Set() })
    sessions.opened(mark({ id: 1, ...open }))
    expect(sessions.state(T + MINUTE, 10)).toMatchObject({ count: 1 - lost, lost })
  })

  it('a stop takes all that began before, and of its own second those that are not of the next nginx', () => {
    const sessions = three()
    // A later request of a connection that was there before.
    sessions.opened(mark({ id: 4, pid: 100, connection: 1, requests: 2, atMs: T + 10_200 }))
    sessions.opened(mark({ id: 5, pid: 300, connection: 1, atMs: T + 10_700 }))
    sessions.opened(mark({ id: 6, pid: 300, connection: 9, atMs: T + 10_000 }))
    sessions.stopped({ atMs: T + 10_000, next: new Set([300]) })
    expect(sessions.state(T + MINUTE, 10)).toMatchObject({ count: 2, lost: 4 })
    expect(Array.from(sessions.marks(), ({ pid }) => pid)).toEqual([300, 300])
    expect(sessions.takeLosses()).toEqual([{ atMs: T + 10_000, sessions: 4, how: 'stop', pid: -1 }])
  })

  it('of the second itself a higher number is an old session where the line names no process', () => {
    const sessions = openSessions()
    sessions.opened(mark({ connection: 40, atMs: T - 5000 }))
    sessions.opened(mark({ connection: 41, atMs: T + 100 }))
    sessions.opened(mark({ connection: 2, atMs: T + 800 }))
    sessions.stopped({ atMs: T, next: new Set([7]) })
    expect(sessions.state(T + 1000, 10)).toMatchObject({ count: 1, lost: 2, oldest: { startedAt: new Date(T + 800).toISOString() } })
    const nothingBefore = openSessions()
    nothingBefore.opened(mark({ connection: 5, atMs: T + 100 }))
    nothingBefore.stopped({ atMs: T, next: new Set([7]) })
    expect(nothingBefore.state(T + 1000, 10), 'nothing tells which nginx it is of').toMatchObject({ count: 1, lost: 0 })
  })

  it('a stop with no nginx after it takes all of its second', () => {
    const sessions = openSessions()
    sessions.opened(mark({ connection: 11, atMs: T + 437 }))
    sessions.opened(mark({ connection: 12, atMs: T + 1000 }))
    sessions.stopped({ atMs: T, next: new Set() })
    expect(sessions.state(T + 1000, 10), 'not of the next one').toMatchObject({ count: 1, lost: 1 })
  })

  it('a beginning that is read after the news is lost at once; one of the next nginx is not', () => {
    const sessions = three()
    sessions.processEnded({ pid: 200, atMs: T + 5000 })
    sessions.stopped({ atMs: T + 10_000, next: new Set() })
    sessions.takeLosses()
    sessions.opened(mark({ id: 6, pid: 200, connection: 6, atMs: T + 5500 }))
    sessions.opened(mark({ id: 7, pid: 100, connection: 7, atMs: T + 9000 }))
    sessions.opened(mark({ id: 8, pid: 200, connection: 8, atMs: T + 11_000 }))
    expect(sessions.state(T + 11_000, 10)).toMatchObject({ count: 1, lost: 5 })
    expect(sessions.takeLosses().map(({ sessions: count }) => count).reduce((a, b) => a + b)).toBe(2)
  })

  it('a lost session whose line comes after all was not lost', () => {
    const sessions = three()
    sessions.stopped({ atMs: T + 10_000, next: new Set() })
    sessions.closed(end({ id: 2, endedAtMs: T + 9990 }))
    expect(sessions.state(T + 10_000, 10)).toMatchObject({ count: 0, lost: 2 })
    expect(sessions.takeLosses()).toMatchObject([{ sessions: 2 }])
  })

  it('a line that comes more than ten minutes later takes nothing back', () => {
    const sessions = three()
    sessions.stopped({ atMs: T + 10_000, next: new Set() })
    sessions.state(T + 11 * MINUTE, 10)
    sessions.closed(end({ id: 2, endedAtMs: T + 11 * MINUTE }))
    expect(sessions.state(T + 11 * MINUTE, 10)).toMatchObject({ count: 0, lost: 3 })
  })

  it('what is lost makes room at once where room is scarce', () => {
    const sessions = openSessions({ maxOpen: 2, infersRestarts: false })
    for (const id of [1, 2]) sessions.opened(mark({ id, atMs: T }))
    sessions.stopped({ atMs: T + 1000, next: new Set() })
    sessions.opened(mark({ id: 3, atMs: T + 2000 }))
    expect(sessions.state(T + 2000, 10)).toMatchObject({ count: 1, lost: 2, untracked: 0 })
  })

  it('what is lost makes room in the end', () => {
    const sessions = openSessions({ maxOpen: 2 })
    for (const id of [1, 2]) sessions.opened(mark({ id, atMs: T }))
    sessions.stopped({ atMs: T + 1000, next: new Set() })
    sessions.opened(mark({ id: 3, atMs: T + 11 * MINUTE }))
    expect(sessions.state(T + 11 * MINUTE, 10)).toMatchObject({ count: 1, lost: 2, untracked: 0 })
  })
})

describe('OpenSessions: nginx started anew, by its numbers', () => {
  type Row = readonly [second: number, connection: number, pid: number, requests?: number]
  const read = (rows: readonly Row[], { until, closes = [] }: { until: number; closes?: readonly (readonly [second: number, id: number])[] }) => {
    const sessions = openSessions()
    const lines = [
      ...rows.map(([second, connection, pid, requests = 1], id) => ({ atMs: T + second * 1000, take: () => sessions.opened(mark({ id, connection, pid, requests, atMs: T + second * 1000 })) })),
      ...closes.map(([second, id]) => ({ atMs: T + second * 1000, take: () => sessions.closed(end({ id, connection: rows[id]![1], pid: rows[id]![2], startedAtMs: T + rows[id]![0] * 1000, endedAtMs: T + second * 1000 })) })),
    ].sort((a, b) => a.atMs - b.atMs)
    for (const { take } of lines) take()
    const { count, lost } = sessions.state(T + until * 1000, 10)
    return [count, lost, ...sessions.takeLosses().map(({ atMs, how }) => `${how} ${(atMs - T) / 1000}`)]
  }
  const before: readonly Row[] = [[0, 500, 10], [1, 501, 11], [30, 520, 10]]

  it.each<[string, readonly Row[], Parameters<typeof read>[1], readonly (number | string)[]]>([
    ['a number far below, and a minute of silence of the old ones', [...before, [200, 1, 20], [201, 3, 21]], { until: 261 }, [2, 3, 'numbers 200']],
    ['not before that minute is over', [...before, [200, 1, 20], [201, 3, 21]], { until: 259 }, [5, 0]],
    ['the same process numbers, as in a container', [...before, [200, 1, 10], [201, 3, 11]], { until: 261 }, [2, 3, 'numbers 200']],
    ['markers without $pid', [[0, 500, -1], [200, 1, -1]], { until: 261 }, [1, 1, 'numbers 200']],
    ['a low number, but of one that came before: its session of old is lost too', [[0, 2, 10], [1, 500, 10], [200, 1, 20]], { until: 261 }, [1, 2, 'numbers 200']],
    ['a connection that waited for its request less than two minutes', [...before, [100, 498, 10]], { until: 400 }, [4, 0]],
    ['a later request of an old connection', [...before, [200, 400, 10, 7]], { until: 400 }, [4, 0]],
    ['a reload: new processes, the count goes on', [...before, [200, 530, 20], [300, 540, 21]], { until: 400 }, [5, 0]],
    ['the old count goes on: two servers in one log', [...before, [200, 1, 20], [220, 530, 10], [280, 5, 20]], { until: 400 }, [6, 0]],
    ['the binary upgraded: an old session ends within the minute', [...before, [200, 1, 20]], { until: 400, closes: [[230, 0]] }, [3, 0]],
    ['the binary upgraded: an old session ends later, and none was lost', [...before, [200, 1, 20]], { until: 500, closes: [[400, 0]] }, [3, 0]],
    ['started anew, and again', [...before, [200, 1, 20], [400, 300, 20], [600, 1, 30]], { until: 700 }, [1, 5, 'numbers 200', 'numbers 600']],
  ])('%s', (_, rows, options, expected) => {
    expect(read(rows, options)).toEqual(expected)
  })

  it.each<[string, Mark, number]>([
    ['a higher number, seconds before', { connection: 600, atMs: T + 198_000 }, 1],
    ['a higher number, just more than a second before', { connection: 600, atMs: T + 198_999 }, 1],
    ['a higher number within a second: lines of one moment come in any order', { connection: 600, atMs: T + 199_000 }, 0],
    ['within a second, of another process', { connection: 600, pid: 10, atMs: T + 199_500 }, 1],
    ['within a second, of the same process', { connection: 600, pid: 20, atMs: T + 199_500 }, 0],
    ['at the same time, of another process', { connection: 600, pid: 10, atMs: T + 200_000 }, 0],
    ['a lower number within two minutes is of the new count', { connection: 3, atMs: T + 90_000 }, 0],
    ['a lower number of more than two minutes before says nothing', { connection: 3, atMs: T + 79_000 }, 1],
  ])('of what was read behind the first line of the new count it takes what is old: %s', (_, open, lost) => {
    const sessions = openSessions()
    sessions.opened(mark({ id: 1, connection: 500, requests: 1, pid: 10, atMs: T }))
    sessions.opened(mark({ id: 2, connection: 5, requests: 1, pid: 20, atMs: T + 200_000 }))
    sessions.opened(mark({ id: 3, requests: 1, ...open }))
    expect(sessions.state(T + 261_000, 10)).toMatchObject({ count: 2 - lost, lost: 1 + lost })
    expect(sessions.takeLosses()).toEqual([{ atMs: T + 200_000, sessions: 1 + lost, how: 'numbers', pid: -1 }])
  })

  it('an end of just after that moment takes back its own session only', () => {
    const sessions = openSessions()
    for (const [id, [second, connection, pid]] of [...before, [200, 1, 20] as const].entries()) sessions.opened(mark({ id, connection, pid, requests: 1, atMs: T + second * 1000 }))
    expect(sessions.state(T + 261_000, 10).lost).toBe(3)
    sessions.closed(end({ id: 0, startedAtMs: T, endedAtMs: T + 205_000 }))
    expect(sessions.state(T + 261_000, 10)).toMatchObject({ count: 1, lost: 2 })
  })

  it('an error log that tells of stops makes it needless', () => {
    const sessions = openSessions({ infersRestarts: false })
    sessions.opened(mark({ id: 1, connection: 500, requests: 1, atMs: T }))
    sessions.opened(mark({ id: 2, connection: 1, requests: 1, atMs: T + 200_000 }))
    expect(sessions.state(T + 600_000, 10)).toMatchObject({ count: 2, lost: 0 })
  })
})

describe('OpenSessions against a naive one', () => {
  /** A list that is searched from end to end; requests have an id, or a connection, its request's number and a process. */
  class Naive {
    open: OpenMark[] = []
    ended: EndMark[] = []
    lost: OpenMark[] = []

    #isOf(a: OpenMark, b: EndMark): boolean {
      if (a.hasId && b.hasId) return a.idHigh === b.idHigh
      return a.connection === b.connection && a.requests === b.requests && a.pid === b.pid && a.atMs >= b.startedAtMs - 5 && a.atMs <= b.endedAtMs + 5
    }
    opened(one: OpenMark): void {
      if (!this.ended.some((other) => this.#isOf(one, other))) this.open.push({ ...one })
    }
    closed(one: EndMark): void {
      this.ended.push({ ...one })
      this.open = this.open.filter((other) => !this.#isOf(other, one))
      this.lost = this.lost.filter((other) => !this.#isOf(other, one))
    }
    lose(isLost: (one: OpenMark) => boolean): void {
      this.lost.push(...this.open.filter(isLost))
      this.open = this.open.filter((one) => !isLost(one))
    }
    counts(key: 'path' | 'upstream'): Record<string, number> {
      return this.open.reduce<Record<string, number>>((counts, one) => ({ ...counts, [one[key]]: (counts[one[key]] ?? 0) + 1 }), {})
    }
  }

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i', (seed) => {
    const seeded = new Seeded(seed)
    const random = (below: number): number => seeded.int(0, below)
    const sessions = openSessions({ infersRestarts: false })
    const naive = new Naive()
    sessions.opened(mark({ id: 1_000_000, connection: 1_000_000, requests: 1, pid: 1, atMs: T }))
    naive.opened(mark({ id: 1_000_000, connection: 1_000_000, requests: 1, pid: 1, atMs: T }))
    const lines: { readonly atMs: number; readonly take: () => void }[] = []
    for (let id = 0; id < 600; id++) {
      const key = { id: seed % 2 === 0 ? id : -1, connection: Math.floor(id / 3), requests: 1 + (id % 3), pid: 1 + (Math.floor(id / 3) % 4) }
      const atMs = T + id * 100 + random(50)
      const open = mark({ ...key, atMs, path: `/ws/${random(5)}`, upstream: `u${random(3)}` })
      // Any two lines of the log may change places within three seconds.
      lines.push({ atMs: atMs + random(3000), take: () => (sessions.opened(open), naive.opened(open)) })
      if (random(4) === 0) continue
      const endedAtMs = atMs + random(20_000)
      const close = end({ ...key, startedAtMs: atMs - random(5), endedAtMs })
      lines.push({ atMs: endedAtMs + random(3000), take: () => (sessions.closed(close), naive.closed(close)) })
    }
    for (let crash = 0; crash < 3; crash++) {
      const pid = 1 + random(4)
      const atMs = T + (10 + random(70)) * 1000
      // Told when all lines of before have come; some of those that it takes still have their line, later.
      lines.push({ atMs: atMs + 5000, take: () => (sessions.processEnded({ pid, atMs }), naive.lose((one) => one.pid === pid && one.atMs < atMs + 1000)) })
    }
    for (const { atMs, take } of lines.sort((a, b) => a.atMs - b.atMs)) {
      take()
      if (random(10) > 0) continue
      const now = sessions.state(atMs, 100)
      expect(now.count).toBe(naive.open.length)
      expect(now.lost).toBe(naive.lost.length)
      expect(now.oldest === null ? Number.POSITIVE_INFINITY : Date.parse(now.oldest.startedAt)).toBe(Math.min(...naive.open.map((one) => one.atMs)))
      expect(Object.fromEntries(now.byPath.map(({ name, open }) => [name, open]))).toEqual(naive.counts('path'))
      expect(Object.fromEntries(now.byUpstream.map(({ name, open }) => [name, open]))).toEqual(naive.counts('upstream'))
      expect(now.waitingAtMost).toBe(naive.open.filter((one) => one.atMs > atMs - 1000).length)
    }
  })
})
