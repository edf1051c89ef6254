import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { LogReader } from '../../src/log-format/reader.ts'
import { SessionRecords } from '../../src/render/session-records.ts'
import type { EndingPatterns } from '../../src/session/endings.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { SessionReader } from '../../src/session/session-reader.ts'
import { formatOf } from '../helpers/format.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const FULL = '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent rt=$request_time urt=$upstream_response_time ua="$http_user_agent" up="$upstream_addr"'
const LINE = String.raw`10.0.0.1 a.example [2026-11-20T12:00:00+00:00] "GET /ws/\xC3\xA4?token=s\x22&a=?b HTTP/1.1" 101 4 rt=60.250 urt=60.250 ua="lab \x22x\x22" up="10.1.0.1:80, 10.1.0.2:80"`

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
const validate = ajv.compile(JSON.parse(readFileSync(new URL('../../src/report/session.schema.json', import.meta.url), 'utf8')) as object)

type Row = Readonly<Record<string, unknown>>

/** What is written of logs, chunk by chunk; each chunk whole lines. */
const write = (logs: Readonly<Record<string, readonly string[]>>, { format = FULL, isQueryKept = false, isAnonymized = false, patterns }: { format?: string; isQueryKept?: boolean; isAnonymized?: boolean; patterns?: EndingPatterns } = {}): { chunks: string[]; rows: Row[] } => {
  const chunks: string[] = []
  const records = new SessionRecords((text) => chunks.push(text))
  const tell = records.handshake.bind(records)
  const sink = new SessionReader({
    open: undefined,
    filters: NO_FILTERS, rule: WORDS_ONLY, isQueryKept, isAnonymized, patterns, onSkipped: () => {},
    consumer: { session: tell, failure: tell, other: () => {}, covered: () => {}, undecided: () => {}, settle: () => {} },
  })
  for (const [path, lines] of Object.entries(logs)) {
    sink.startLog(path)
    records.startLog(path)
    const reader = new LogReader({ formats: [formatOf(format)], envelope: undefined, sink })
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1')
    reader.readBlock(bytes, 0, bytes.length)
  }
  records.end()
  for (const chunk of chunks) expect(chunk === '' || chunk.endsWith('\n')).toBe(true)
  const rows = chunks.join('').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Row)
  return { chunks, rows }
}

const rowOf = (line: string, options?: Parameters<typeof write>[1]): Row => {
  const { rows: [row, more] } = write({ 'ws.log': [line] }, options)
  expect(more).toBeUndefined()
  return row!
}

describe('a record', () => {
  it('says all that is known of a session', () => {
    expect(rowOf(LINE)).toEqual({
      kind: 'session', startedAt: '2026-11-20T11:58:59.750Z', endedAt: '2026-11-20T12:00:00.000Z', durationSeconds: 60.25, client: '10.0.0.1', host: 'a.example', method: 'GET', path: '/ws/ä', status: 101,
      bytesToClient: 4, upstream: '10.1.0.2:80', upstreamTries: 2, userAgent: 'lab "x"', cause: 'closed', layer: 'unknown', confidence: 'guess', cluster: null, file: 'ws.log', line: 1,
    })
  })

  it.each([
    ['a session', LINE, FULL],
    ['a failed handshake', LINE.replace(' 101 ', ' 502 '), FULL],
    ['009', LINE.replace(' 101 ', ' 009 '), FULL],
    ['dashes for all', '- - [2026-11-20T12:00:00+00:00] "GET /ws HTTP/1.1" 101 0 rt=0.000 urt=- ua="-" up="-"', FULL],
    ['a format that tells next to nothing', '2026-11-20T12:00:00+00:00 101', '$time_iso8601 $status'],
    ['a client behind a unix socket', LINE.replace('10.0.0.1', 'unix:'), FULL],
  ])('fits the JSON Schema that is shipped: %s', (_, line, format) => {
    for (const isQueryKept of [false, true]) {
      validate(rowOf(line, { format, isQueryKept }))
      expect(validate.errors ?? []).toEqual([])
    }
  })

  it('is refused by the schema when a field is missing or of another kind', () => {
    const row = rowOf(LINE)
    for (const broken of [{ ...row, cause: 'bad luck' }, { ...row, line: 0 }, { ...row, kind: 'x' }, Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'endedAt'))]) expect(validate(broken)).toBe(false)
  })

  it('of a failed handshake is of another kind and bears its cause', () => {
    expect(rowOf(LINE.replace(' 101 ', ' 403 '))).toMatchObject({ kind: 'handshake', status: 403, cause: 'forbidden', layer: 'upstream', confidence: 'likely' })
  })

  it('has the query only where it is kept', () => {
    expect(rowOf(LINE)).not.toHaveProperty('query')
    expect(JSON.stringify(rowOf(LINE))).not.toContain('token')
    expect(rowOf(LINE, { isQueryKept: true })).toMatchObject({ path: '/ws/ä', query: 'token=s"&a=?b' })
    expect(rowOf(LINE.replace(/\?\S+/, ''), { isQueryKept: true })).not.toHaveProperty('query')
  })

  it('has an anonymized client', () => {
    expect(rowOf(LINE, { isAnonymized: true })).toMatchObject({ client: '10.0.0.0' })
  })

  it('says null, not 0 or a dash, for what is not known', () => {
    const expected = { durationSeconds: null, host: null, method: null, bytesToClient: null, upstream: null, upstreamTries: 0, userAgent: null }
    expect(rowOf('2026-11-20T12:00:00+00:00 101', { format: '$time_iso8601 $status' })).toMatchObject(expected)
    expect(rowOf('- - [2026-11-20T12:00:00+00:00] "GET /ws HTTP/1.1" 101 0 rt=0.000 urt=- ua="-" up="-"')).toMatchObject({ host: null, upstream: null, upstreamTries: 0, userAgent: null, bytesToClient: 0, durationSeconds: 0 })
  })

  it('takes the method from $request_method too', () => {
    const format = '$time_iso8601 $request_method $status'
    expect(rowOf('2026-11-20T12:00:00+00:00 GET 101', { format })).toMatchObject({ method: 'GET' })
  })

  it('names its cluster as the report does', () => {
    const patterns: EndingPatterns = { label: (event) => (event.cluster = 2), isOfInterest: () => true }
    expect(rowOf(LINE, { patterns })).toMatchObject({ cluster: 'c3' })
  })

  it('names file and line', () => {
    const { rows } = write({ a: [LINE, 'broken', LINE], b: [LINE] })
    expect(rows.map(({ file, line }) => `${String(file)}:${String(line)}`)).toEqual(['a:1', 'a:3', 'b:1'])
  })
})

describe('the order of records', () => {
  const format = '$msec $status $request'
  const lineAt = (ms: number): string => `${((NOON + ms) / 1000).toFixed(3)} 101 GET /ws HTTP/1.1`
  const endsOf = (rows: readonly Row[]): number[] => rows.map(({ endedAt }) => Date.parse(String(endedAt)) - NOON)
  const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

  it('is that in which the sessions ended; of one moment, that of the lines', () => {
    const { rows } = write({ log: [3000, 1000, 2000, 1000].map(lineAt) }, { format })
    expect(rows.map(({ line }) => line)).toEqual([2, 4, 3, 1])
  })

  it('holds for a long log whose lines are out of order by seconds, though it is not held whole', () => {
    const random = new Seeded(1)
    const ends = times(50_000, (index) => index * 10)
    const written = ends.map((ms) => ({ ms, at: ms + random.int(0, 14_000) })).sort((a, b) => a.at - b.at).map(({ ms }) => ms)
    const { rows, chunks } = write({ log: written.map(lineAt) }, { format })
    expect(endsOf(rows)).toEqual(ends)
    expect(written).not.toEqual(ends)
    expect(chunks.length).toBeGreaterThan(2)
  })

  it('gives way where more end in a moment than are held, but no record is lost', () => {
    const random = new Seeded(2)
    const written = times(50_000, () => random.int(0, 10_000))
    const { rows } = write({ log: written.map(lineAt) }, { format })
    expect(ascending(endsOf(rows))).toEqual(ascending(written))
    expect(new Set(rows.map(({ line }) => line)).size).toBe(50_000)
  })

  it('writes nothing of nothing', () => {
    expect(write({ log: [] }).chunks.join('')).toBe('')
  })
})
