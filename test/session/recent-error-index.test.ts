import { describe, expect, it } from 'vitest'
import { RecentErrorIndex } from '../../src/session/recent-error-index.ts'
import { coverageOf } from '../helpers/coverage.ts'
import { readErrorLog } from '../helpers/error-log.ts'
import { readLines } from '../helpers/read-lines.ts'
import { times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const MINUTE_S = 60
const TIMED_OUT = '[info] 10#10: *N upstream timed out (110: Connection timed out) while proxying upgraded connection, client: 10.0.0.1, server: a.example, request: "GET /ws HTTP/1.1", upstream: "http://10.1.0.1:80/ws", host: "a.example"'

/** The time so many seconds after noon, as both logs write it. */
const clock = (at: number): string => new Date(NOON + at * 1000).toISOString().slice(0, 19)

/** Adds the lines that end the sessions of some connections, each at its time (seconds after noon). */
const add = (index: RecentErrorIndex, ends: readonly { readonly connection: number; readonly at: number }[]): void => {
  const log = ends.map(({ connection, at }) => `${clock(at).replace('T', ' ').replaceAll('-', '/')} ${TIMED_OUT.replace('N', String(connection))}\n`).join('')
  expect(readErrorLog(log, { onRecord: (record) => index.add(record, record.stampMs) }).counts.skipped).toBe(0)
}

/** Whether a line explains the end of each of these sessions. */
const explains = (index: RecentErrorIndex, ends: readonly { readonly connection: number; readonly at: number }[]): boolean[] => {
  const errors = { index, coverage: coverageOf('info', { fromMs: 0, toMs: Number.POSITIVE_INFINITY }) }
  const format = '$remote_addr [$time_iso8601] "$request" $status rt=$request_time pid=$pid c=$connection'
  const lines = ends.map(({ connection, at }) => `10.0.0.1 [${clock(at)}+00:00] "GET /ws HTTP/1.1" 101 rt=60.000 pid=10 c=${connection}`)
  return readLines({ format, lines, errors }).sessions.map(({ isExplained }) => isExplained!)
}

describe('RecentErrorIndex', () => {
  const some = times(6, (connection) => ({ connection, at: connection }))

  it('explains each session once by its line, and counts what was told and found', () => {
    const index = new RecentErrorIndex()
    add(index, some)
    expect(explains(index, some.slice(0, 4))).toEqual([true, true, true, true])
    expect(explains(index, some.slice(0, 2)), 'a line explains one session').toEqual([false, false])
    expect(index.counts).toEqual({ endings: 6, joined: 4, ambiguous: 0 })
  })

  it('holds two generations, so at least as many lines as one: the oldest go first', () => {
    const index = new RecentErrorIndex(2)
    add(index, some)
    expect(explains(index, some)).toEqual([false, false, true, true, true, true])
    expect(index.counts, 'lines that went are counted').toEqual({ endings: 6, joined: 4, ambiguous: 0 })
  })

  it('counts what was found by lines that have gone since', () => {
    const index = new RecentErrorIndex(1)
    add(index, some.slice(0, 1))
    expect(explains(index, some.slice(0, 1))).toEqual([true])
    add(index, some.slice(1))
    expect(index.counts).toEqual({ endings: 6, joined: 1, ambiguous: 0 })
  })

  it('says of a session that lines of both generations fit, that it is in doubt', () => {
    const index = new RecentErrorIndex()
    const format = '$remote_addr [$time_iso8601] "$request" $status rt=$request_time'
    const lines = [`10.0.0.1 [${clock(0)}+00:00] "GET /ws HTTP/1.1" 101 rt=60.000`]
    const errors = { index, coverage: coverageOf('info', { fromMs: 0, toMs: Number.POSITIVE_INFINITY }) }
    add(index, [{ connection: 1, at: 0 }, { connection: 2, at: 0 }])
    const [session] = readLines({ format, lines, errors }).sessions
    expect([session!.isExplained, session!.verdict!.confidence, index.isDoubtful]).toEqual([true, 'likely', true])
    expect(index.counts.ambiguous).toBe(1)
  })

  it('keeps in doubt what a line of an older generation fits in doubt', () => {
    const index = new RecentErrorIndex()
    const format = '$remote_addr [$time_iso8601] "$request" $status rt=$request_time'
    const errors = { index, coverage: coverageOf('info', { fromMs: 0, toMs: Number.POSITIVE_INFINITY }) }
    add(index, [{ connection: 1, at: 0 }, { connection: 2, at: 0 }])
    index.pass(NOON + 16 * MINUTE_S * 1000)
    add(index, [{ connection: 3, at: 16 * MINUTE_S }])
    const [session] = readLines({ format, errors, lines: [`10.0.0.1 [${clock(0)}+00:00] "GET /ws HTTP/1.1" 101 rt=60.000`] }).sessions
    expect([session!.isExplained, session!.verdict!.confidence]).toEqual([true, 'likely'])
  })

  it.each([
    ['within a quarter of an hour keeps all', [15 * MINUTE_S, 15 * MINUTE_S], true],
    ['once as long ago keeps them still, as the older ones', [15 * MINUTE_S + 1], true],
    ['once more lets nothing go while nothing newer came', [15 * MINUTE_S + 1, 40 * MINUTE_S], true],
  ])('time that passes: %s', (_, passed, expected) => {
    const index = new RecentErrorIndex()
    add(index, some.slice(0, 1))
    for (const at of passed) index.pass(NOON + at * 1000)
    expect(explains(index, some.slice(0, 1))).toEqual([expected])
  })

  it.each([
    ['the newer ones are a quarter of an hour old', 31 * MINUTE_S, true],
    ['they are older', 31 * MINUTE_S + 1, false],
  ])('lets lines go when newer ones are old themselves: %s', (_, at, isKept) => {
    const index = new RecentErrorIndex()
    add(index, some.slice(0, 1))
    index.pass(NOON + (15 * MINUTE_S + 1) * 1000)
    add(index, [{ connection: 9, at: 16 * MINUTE_S }])
    index.pass(NOON + at * 1000)
    expect(explains(index, [some[0]!, { connection: 9, at: 16 * MINUTE_S }])).toEqual([isKept, true])
  })

  it('counts from the first line of the newer ones how old they are', () => {
    const index = new RecentErrorIndex()
    add(index, [{ connection: 1, at: 0 }])
    index.pass(NOON + (15 * MINUTE_S + 1) * 1000)
    add(index, [{ connection: 2, at: 16 * MINUTE_S }, { connection: 3, at: 30 * MINUTE_S }])
    index.pass(NOON + (31 * MINUTE_S + 1) * 1000)
    expect(explains(index, [{ connection: 1, at: 0 }, { connection: 2, at: 16 * MINUTE_S }])).toEqual([false, true])
  })

  it('adds up what was in doubt, of lines that have gone as well', () => {
    const index = new RecentErrorIndex(2)
    const errors = { index, coverage: coverageOf('info', { fromMs: 0, toMs: Number.POSITIVE_INFINITY }) }
    const doubt = (at: number, connection: number): void => {
      add(index, [{ connection, at }, { connection: connection + 1, at }])
      readLines({ format: '$remote_addr [$time_iso8601] "$request" $status rt=$request_time', errors, lines: [`10.0.0.1 [${clock(at)}+00:00] "GET /ws HTTP/1.1" 101 rt=60.000`] })
    }
    for (const index of [0, 1, 2, 3]) doubt(index * 100, index * 10)
    expect(index.counts).toEqual({ endings: 8, joined: 4, ambiguous: 4 })
  })

  it('takes in no line that can explain nothing', () => {
    const index = new RecentErrorIndex(1)
    add(index, some.slice(0, 1))
    readErrorLog(times(5, () => `${clock(9).replace('T', ' ').replaceAll('-', '/')} [notice] 10#10: signal process started\n`).join(''), { onRecord: (record) => index.add(record, record.stampMs) })
    expect(explains(index, some.slice(0, 1))).toEqual([true])
    expect(index.counts).toEqual({ endings: 1, joined: 1, ambiguous: 0 })
  })
})
