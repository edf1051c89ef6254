import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileFormat } from '../../src/log-format/compile.ts'
import { detectFormat, isDetected } from '../../src/log-format/detect.ts'
import { parseSnippet } from '../../src/log-format/directive.ts'
import { LogReader } from '../../src/log-format/reader.ts'
import { type Filters, NO_FILTERS } from '../../src/session/filter.ts'
import { WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { SessionReader } from '../../src/session/session-reader.ts'
import { formatFiles } from '../helpers/real-lines.ts'
import { openSessions } from '../helpers/open-marks.ts'
import { reportOf } from '../helpers/report.ts'

const P1 = new URL('../real-logs/p1_open_mirror/', import.meta.url)
const inP1 = (name: string): string => readFileSync(new URL(name, P1), 'latin1')
const p1Formats = parseSnippet(inP1('nginx.conf')).filter(({ name }) => name.startsWith('ws')).map((directive) => compileFormat(directive.name, directive))
const all = formatFiles.map(({ format }) => format)

const open = (second: number, id: number, { path = '/ws', client = '10.0.0.1', host = 'a.example' } = {}): string =>
  `OPEN ${1_795_246_000 + second}.000 ${id} 1 ${String(id).padStart(32, '0')} 7 ${client} ${host} "GET ${path}?secret=1 HTTP/1.1" "ws_backend"\n`
const close = (second: number, id: number, { path = '/ws', rt = '1.000', status = 101, upgrade = 'websocket' } = {}): string =>
  `10.0.0.1 - a.example [21/Nov/2026:07:26:40 +0800] "GET ${path} HTTP/1.1" ${status} 4 rt=${rt} urt=${rt} ua="-" up="10.1.0.1:80" cid=${id} creq=1 pid=7 ms=${1_795_246_000 + second}.000 us=101 uct=0.000 uht=0.001 ubs=308 ubr=133 upg="${upgrade}" rc="OK" rid=${String(id).padStart(32, '0')} act=62\n`

/** A log through detection, the reader and a session reader. */
const read = (log: string, { filters = {}, formats = all, isAnonymized = false }: { filters?: Partial<Filters>; formats?: typeof all; isAnonymized?: boolean } = {}) => {
  const bytes = Buffer.from(log, 'latin1')
  const detection = detectFormat(bytes, formats)
  if (!isDetected(detection)) throw new Error('no format')
  const sessions = openSessions()
  const told = { sessions: 0, failures: 0, others: 0, undecided: 0, covered: [] as number[] }
  const sink = new SessionReader({
    filters: { ...NO_FILTERS, ...filters }, rule: WORDS_ONLY, isQueryKept: false, isAnonymized, open: sessions, onSkipped: () => {},
    consumer: { session: () => told.sessions++, failure: () => told.failures++, other: () => told.others++, undecided: () => told.undecided++, covered: (atMs) => told.covered.push(atMs), settle: () => {} },
  })
  const reader = new LogReader({ formats: [...detection.formats, ...formats.filter((format) => !detection.formats.includes(format))], envelope: undefined, sink })
  reader.readBlock(bytes, 0, bytes.length)
  return { detection, counts: reader.counts, told, state: (second: number) => sessions.state((1_795_246_000 + second) * 1000, 10), sessions }
}

describe('lines that tell of beginnings', () => {
  it.each<[string, string, readonly string[]]>([
    ['markers alone', open(0, 1) + open(1, 2) + open(2, 3), ['ws_open']],
    ['markers between ends: the ends name the log', open(0, 1) + open(1, 2) + open(2, 3) + close(3, 1), ['ws_plus', 'ws_open']],
    ['a wrapper is not looked for where both fit', close(0, 9) + open(0, 1) + open(0, 2) + 'noise\n', ['ws_plus', 'ws_open']],
  ])('are detected: %s', (_, log, expected) => {
    const { detection } = read(log)
    expect([detection.formats.map(({ name }) => name), detection.envelope]).toEqual([expected, undefined])
  })

  it('show no zone, so that of the ends is taken', () => {
    expect(read(open(0, 1) + open(1, 2) + close(3, 1)).detection.offsetMinutes).toBe(480)
  })

  it('are no handshakes yet, nor other requests, but the log covers their time', () => {
    const { told, counts, state } = read(open(0, 1) + open(1, 2) + close(3, 1, { rt: '3.000' }) + open(4, 3) + close(4, 3, { rt: '0.000', status: 502 }))
    expect(told).toEqual({ sessions: 1, failures: 1, others: 0, undecided: 0, covered: [0, 1, 3, 4, 4].map((second) => (1_795_246_000 + second) * 1000) })
    expect(counts).toMatchObject({ read: 5, parsed: 5, skipped: 0, filtered: 0 })
    expect(state(9)).toMatchObject({ count: 1, byPath: [{ name: '/ws', open: 1 }], oldest: { client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'ws_backend' } })
  })

  it('change no order of the formats: other lines are read at once again', () => {
    const { counts, told } = read(Array.from({ length: 500 }, (_, id) => open(id, id) + close(id, id, { rt: '0.000' })).join(''))
    expect([counts.parsed, counts.skipped, told.sessions]).toEqual([1000, 0, 500])
  })

  it.each<[string, Partial<Filters>, number, number]>([
    ['a path', { paths: ['/ws'] }, 1, 2],
    ['a client', { clients: ['10.0.0.2'] }, 1, 2],
    ['since: what began before may still be open', { sinceMs: (1_795_246_000 + 1) * 1000 }, 3, 0],
    ['until: what opens later is not open by then', { untilMs: (1_795_246_000 + 1) * 1000 }, 1, 2],
  ])('are filtered by %s', (_, filters, count, filtered) => {
    const { state, counts } = read(open(0, 1, { path: '/other' }) + open(1, 2, { client: '10.0.0.2', path: '/x' }) + open(2, 3), { filters })
    expect([state(9).count, counts.filtered]).toEqual([count, filtered])
  })

  it('are closed by an end that a filter leaves out, and one after --until leaves them open', () => {
    const log = open(0, 1) + close(5, 1, { rt: '5.000' })
    expect(read(log, { filters: { upstreams: ['10.9.'] } }).state(9).count).toBe(0)
    expect(read(log, { filters: { untilMs: (1_795_246_000 + 5) * 1000 } }).state(4).count).toBe(1)
  })

  it('name no client where it is to be anonymous', () => {
    expect(read(open(0, 1), { isAnonymized: true }).state(9).oldest?.client).toBe('10.0.0.0')
  })

  it('of a real nginx: one is open when the log ends, as was true', () => {
    const { told, state, counts } = read(inP1('ws_events.log'), { formats: p1Formats })
    expect([counts.parsed, counts.skipped]).toEqual([10, 0])
    expect(told).toMatchObject({ sessions: 3 })
    expect(state(0)).toMatchObject({ count: 1, lost: 0, oldest: { startedAt: '2026-11-21T00:27:22.437Z' } })
  })

  it('of a real nginx, in the report: nginx was stopped with one session open', async () => {
    const report = await reportOf([new URL('ws_events.log', P1).pathname, '--log-format', new URL('nginx.conf', P1).pathname, '-e', new URL('error.log', P1).pathname])
    expect(report.open).toMatchObject({ count: 0, lost: 1, untracked: 0 })
    expect(report.events.find(({ kind }) => kind === 'nginx-stop')).toMatchObject({ sessions: 1 })
    expect(report.inputs[0]).toMatchObject({ logFormat: 'wsclose, wsopen' })
  })
})
