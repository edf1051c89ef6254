import { describe, expect, it } from 'vitest'
import { ErrorDigest } from '../../src/digest/error-digest.ts'
import { Digest } from '../../src/digest/digest.ts'
import { type AccessLogRead, accessLogFromJson, accessLogToJson, type ErrorLogRead, errorLogFromJson, errorLogToJson, joinAccessLogs, joinErrorLogs } from '../../src/digest/logs-read.ts'
import type { ReadTally } from '../../src/log-format/read-tally.ts'
import { formatOf, knownFormat } from '../helpers/format.ts'

const tally = (read: number, fromMs: number, toMs: number, formats: readonly string[] = ['ws']): ReadTally => ({ counts: { read, parsed: read, skipped: 0, filtered: 0, overlong: 0, glued: 0 }, formats: [...formats], bytes: read * 100, fromMs, toMs })
const NONE = tally(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, [])
const WS = knownFormat('ws')

const access = (path: string, parts: Partial<AccessLogRead> = {}): AccessLogRead => ({ path, envelope: undefined, tally: tally(3, 1000, 2000), formats: [WS], ...parts })
const error = (path: string, parts: Partial<ErrorLogRead> = {}): ErrorLogRead => ({ path, envelope: undefined, tally: tally(3, 1000, 2000), fromMs: 1000, toMs: 2000, ...parts })

describe('access logs of one path', () => {
  it('are one, in the place of the first', () => {
    const joined = joinAccessLogs([access('a'), access('b'), access('a', { tally: tally(5, 500, 1500), formats: [knownFormat('ws_plus')] })])
    expect(joined.map(({ path, tally: own, formats }) => [path, own.counts.read, own.bytes, own.fromMs, own.toMs, formats.map(({ name }) => name)])).toEqual([['a', 8, 800, 500, 2000, ['ws', 'ws_plus']], ['b', 3, 300, 1000, 2000, ['ws']]])
  })

  it.each<[string, AccessLogRead['formats'], AccessLogRead['formats'], string[]]>([
    ['the same once', [WS], [WS], ['ws']],
    ['two of one name, where they differ', [formatOf('$remote_addr')], [formatOf('$remote_addr $status')], ['test', 'test']],
    ['two of one text and other names', [WS], [{ ...WS, name: 'mine' }], ['ws', 'mine']],
  ])('have all of their formats: %s', (_, own, other, names) => {
    expect(joinAccessLogs([access('a', { formats: own }), access('a', { formats: other })])[0]!.formats.map(({ name }) => name)).toEqual(names)
  })

  it.each([
    [undefined, undefined, undefined],
    ['docker', undefined, 'docker'],
    [undefined, 'cri', 'cri'],
    ['docker', 'cri', 'cri'],
  ])('wrapped in %s, then in %s, are wrapped in %s', (own, other, envelope) => {
    expect(joinAccessLogs([access('a', { envelope: own }), access('a', { envelope: other })])[0]!.envelope).toBe(envelope)
    expect(joinErrorLogs([error('a', { envelope: own }), error('a', { envelope: other })])[0]!.envelope).toBe(envelope)
  })
})

it('error logs of one path are one, from the first entry to the last', () => {
  const empty = { tally: NONE, fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
  expect(joinErrorLogs([error('a'), error('a', { fromMs: 500, toMs: 1500 }), error('a', empty)]).map(({ fromMs, toMs, tally: own }) => [fromMs, toMs, own.counts.read])).toEqual([[500, 2000, 6]])
})

describe('survive JSON', () => {
  it.each([access('a'), access('b', { envelope: 'docker', tally: NONE, formats: [] })])('access log %j', (log) => {
    const again = accessLogFromJson(JSON.parse(JSON.stringify(accessLogToJson(log))) as ReturnType<typeof accessLogToJson>)
    expect({ ...again, formats: again.formats.map(({ name, directive }) => [name, directive.value]) }).toEqual({ ...log, formats: log.formats.map(({ name, directive }) => [name, directive.value]) })
  })

  it.each([error('a'), error('b', { envelope: 'docker', tally: NONE, fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY })])('error log %j', (log) => {
    expect(errorLogFromJson(JSON.parse(JSON.stringify(errorLogToJson(log))) as ReturnType<typeof errorLogToJson>)).toEqual(log)
  })
})

describe('what error logs said', () => {
  const digest = (level: ErrorDigest['level'], zone = 'UTC'): ErrorDigest => {
    const one = ErrorDigest.empty({ zone, from: 'system' })
    one.level = level
    return one
  }

  it.each([['none', 'info', 'info'], ['info', 'none', 'info'], ['error', 'warn', 'warn'], ['notice', 'warn', 'notice']] as const)('of the levels %s and %s holds %s', (own, other, level) => {
    const merged = digest(own)
    merged.merge(digest(other))
    expect(merged.level).toBe(level)
  })

  it('is told by each zone once', () => {
    const merged = digest('info', 'UTC')
    for (const zone of ['UTC', '+08:00', 'UTC', '+08:00']) merged.merge(digest('info', zone))
    expect(merged.zone.zone).toBe('UTC and +08:00')
  })

  it.each([[true, true], [true, false], [false, true], [false, false]])('joins those that there are (%s, %s)', (own, other) => {
    const make = (has: boolean): Digest => {
      const one = Digest.empty()
      if (has) one.errors = digest('info')
      return one
    }
    const merged = make(own)
    const from = make(other)
    merged.merge(from)
    expect(merged.errors?.level).toBe(own || other ? 'info' : undefined)
    expect(merged.errors).not.toBe(from.errors ?? null)
  })
})
