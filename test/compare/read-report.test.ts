import { describe, expect, it } from 'vitest'
import { readReport } from '../../src/compare/read-report.ts'
import { reportOf } from '../helpers/sample-report.ts'

type Json = Record<string, unknown>

const report = (): Json => JSON.parse(JSON.stringify(reportOf([{}, { status: 502 }]))) as Json

/** A report in which something else stands at a path such as `sessions.count`. */
const withValue = (path: string, value: unknown): Json => {
  const document = report()
  const names = path.split('.')
  let at = document
  for (const name of names.slice(0, -1)) at = at[name] as Json
  at[names.at(-1)!] = value
  return document
}

describe('readReport', () => {
  it('reads what wslog writes, and needs no field that it does not use', () => {
    const read = readReport({ ...report(), upstreams: 'what', somethingNewer: [1] }, 'a.json')
    expect(read.handshakes).toMatchObject({ attempts: 2, succeeded: 1 })
    expect(Object.keys(read)).not.toContain('somethingNewer')
  })

  it('reads a version whose lists were not there yet, and minutes without causes', () => {
    const { endings: _, findings: __, ...older } = report()
    expect(readReport({ ...older, timeline: [{ minute: '2026-11-20T12:00:00.000Z', attempts: 1, succeeded: 1, drops: 1, faults: 0, active: 1 }] }, 'a.json')).toMatchObject({ endings: [], findings: [] })
  })

  it.each<[string, unknown, RegExp]>([
    ['a list', [], /names no schema; write one with wslog analyze/],
    ['null', null, /names no schema/],
    ['a text', 'hello', /names no schema/],
    ['another document', { schema: 'wslog.session/1' }, /is a wslog\.session\/1, and not a wslog\.report\/1/],
    ['a newer schema', { schema: 'wslog.report/2' }, /written by a newer wslog .* update/],
    ['a summary', { schema: 'wslog.summary/1' }, /wslog merge x\.json -o report\.json makes a report/],
    ['a long schema', { schema: 'x'.repeat(1e6) }, /^.{0,250}$/],
    ['only a schema', { schema: 'wslog.report/1' }, /x\.json: window should be an object, and is nothing/],
  ])('says what is wrong with %s', (_, document, message) => {
    expect(() => readReport(document, 'x.json')).toThrow(message)
  })

  it.each<[string, unknown]>([
    ['sessions.count', -1], ['sessions.count', 1.5], ['sessions.count', '7'], ['sessions.count', null], ['sessions.count', 1e300],
    ['sessions', []], ['sessions.histogram', {}], ['sessions.histogram', [1]], ['sessions.durationSeconds.p50', 'x'],
    ['handshakes.succeeded', 3], ['handshakes.failures', [{ cause: 'x', count: 1 }]], ['handshakes.rule', null],
    ['drops.faults', 2], ['endings', [{ cause: '__proto__', sessions: 1 }]], ['endings', 'closed'],
    ['timeline', [{}]], ['timeline', [{ minute: 'yesterday' }]], ['window.from', 'never'], ['window.timeZone', 7],
    ['findings', [{ code: 1 }]], ['clusters', [{ seconds: 'NaN' }]], ['health.status', 'constructor'], ['evidence.missing', [{}]], ['inputs', [null]], ['generatedAt', ''],
  ])('refuses %s = %j, and says where it stands', (path, value) => {
    expect(() => readReport(withValue(path, value), 'x.json')).toThrow(`x.json: ${path.split('.')[0]!}`)
  })

  it('reads ages of a cause and of none', () => {
    const cluster = { seconds: 60, from: 59, to: 61, sessions: 4, quiet: null, expected: 1, cause: 'idle-timeout' }
    const read = readReport(withValue('clusters', [cluster, { ...cluster, cause: null }]), 'x.json')
    expect(read.clusters.map(({ cause, quiet }) => [cause, quiet])).toEqual([['idle-timeout', null], [null, null]])
    expect(() => readReport(withValue('clusters', [{ ...cluster, cause: 'refused' }]), 'x.json')).toThrow(/cause should be one of closed, /)
  })

  it('shows the beginning of what stands there instead, however long it is', () => {
    expect(() => readReport(withValue('health.status', 'x'.repeat(5000)), 'x.json')).toThrow(/and is "x{59}…: not a report/)
  })

  it('refuses minutes that do not follow each other', () => {
    const minute = { minute: '2026-11-20T12:00:00.000Z', attempts: 1, succeeded: 1, drops: 1, faults: 0, active: 1 }
    expect(() => readReport(withValue('timeline', [minute, minute]), 'x.json')).toThrow(/timeline\[1\] is not after/)
  })

  it('leaves the causes of a minute that it does not know, and its prototype', () => {
    const causes = JSON.parse('{"closed": 1, "__proto__": 5, "something": 2}') as Json
    const read = readReport(withValue('timeline', [{ minute: '2026-11-20T12:00:00.000Z', attempts: 1, succeeded: 1, drops: 1, faults: 0, active: null, causes }]), 'x.json')
    expect(read.timeline[0]!.causes).toEqual({ closed: 1 })
  })
})
