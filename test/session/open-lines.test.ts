import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileFormat } from '../../src/log-format/compile.ts'
import { detectFormat, isDetected } from '../../src/log-format/detect.ts'
import { parseSnippet } from '../../src/log-format/directive.ts'
import { LogReader } from '../../src/log-format/reader.ts'
import { type Filters, NO_FILTERS } from '../../src/session/filter.ts'
import { WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { SessionReader } from '../../src/session/session-reader.ts'
import { formatOf } from '../helpers/format.ts'
import { formatFiles } from '../helpers/real-lines.ts'
import { openSessions } from '../helpers/open-marks.ts'
import { reportOf } from '../helpers/report.ts'

const P1 = new URL('../real-logs/p1_open_mirror/', import.meta.url)
const inP1 = (name: string): string => readFileSync(new URL(name, P1), 'latin1')
const p1Formats = parseSnippet(inP1('nginx.conf')).filter(({ name }) => name.startsWith('ws')).map((directive) => compileFormat(directive.name, directive))
const all = formatFiles.map(({ format }) => format)

const START_S = 1_795_246_000
const open = (second: number, id: number, { path = '/ws', client = '10.0.0.1', host = 'a.example' } = {}): string =>
  `OPEN ${START_S + second}.000 ${id} 1 ${String(id).padStart(32, '0')} 7 ${client} ${host} "GET ${path}?secret=1 HTTP/1.1" "ws_backend"\n`
const close = (second: number, id: number, { path = '/ws', rt = '1.000', status = 101, upgrade = 'websocket' } = {}): string =>
  `10.0.0.1 - a.example [21/Nov/2026:07:26:40 +0800] "GET ${path} HTTP/1.1" ${status} 4 rt=${rt} urt=${rt} ua="-" up="10.1.0.1:80" cid=${id} creq=1 pid=7 ms=${START_S + second}.000 us=101 uct=0.000 uht=0.001 ubs=308 ubr=133 upg="${upgrade}" rc="OK" rid=${String(id).padStart(32, '0')} act=62\n`

/** A log through the reader and a session reader. */
const readIn = (bytes: Buffer, formats: typeof all, { filters = {}, isAnonymized = false }: { filters?: Partial<Filters>; isAnonymized?: boolean } = {}) => {
  const sessions = openSessions()
  const told = { sessions: 0, failures: 0, others: 0, undecided: 0, covered: [] as number[] }
  const sink = new SessionReader({
    filters: { ...NO_FILTERS, ...filters }, rule: WORDS_ONLY, isQueryKept: false, isAnonymized, open: sessions, onSkipped: () => {},
    consumer: { session: () => told.sessions++, failure: () => told.failures++, other: () => told.others++, undecided: () => told.undecided++, covered: (atMs) => told.covered.push(atMs), settle: () => {} },
  })
  const reader = new LogReader({ formats, envelope: undefined, sink })
  reader.readBlock(bytes, 0, bytes.length)
  return { counts: reader.counts, told, state: (second: number) => sessions.state((START_S + second) * 1000, 10), sessions }
}

/** A log through detection, too. */
const read = (log: string, { formats = all, ...options }: NonNullable<Parameters<typeof readIn>[2]> & { formats?: typeof all } = {}) => {
  const bytes = Buffer.from(log, 'latin1')
  const detection = detectFormat(bytes, formats)
  if (!isDetected(detection)) throw new Error('no format')
  return { detection, ...readIn(bytes, [...detection.formats, ...formats.filter((format) => !detection.formats.includes(format))], options) }
}

/** What is open behind lines whose formats are given, at a second. */
const stateOf = ({ open: openText, close: closeText, lines, at }: { readonly open: string; readonly close: string; readonly lines: readonly string[]; readonly at: number }) => {
  const { counts, state } = readIn(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'), [formatOf(closeText), formatOf(openText)])
  expect(counts).toMatchObject({ parsed: lines.length })
  return state(at)
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
    expect(told).toEqual({ sessions: 1, failures: 1, others: 0, undecided: 0, covered: [0, 1, 3, 4, 4].map((second) => (START_S + second) * 1000) })
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
    ['since: what began before may still be open', { sinceMs: (START_S + 1) * 1000 }, 3, 0],
    ['until: what opens later is not open by then', { untilMs: (START_S + 1) * 1000 }, 1, 2],
  ])('are filtered by %s', (_, filters, count, filtered) => {
    const { state, counts } = read(open(0, 1, { path: '/other' }) + open(1, 2, { client: '10.0.0.2', path: '/x' }) + open(2, 3), { filters })
    expect([state(9).count, counts.filtered]).toEqual([count, filtered])
  })

  it('are closed by an end that a filter leaves out, and one after --until leaves them open', () => {
    const log = open(0, 1) + close(5, 1, { rt: '5.000' })
    expect(read(log, { filters: { upstreams: ['10.9.'] } }).state(9).count).toBe(0)
    expect(read(log, { filters: { untilMs: (START_S + 5) * 1000 } }).state(4).count).toBe(1)
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

describe('what the line of a beginning says', () => {
  it.each([
    ['ws_backend', 'ws_backend'],
    ['', ''],
    ['-', ''],
    ['x', 'x'],
    ['-x', '-x'],
    [String.raw`a\x22b`, 'a"b'],
  ])('its group of upstreams: %j', (written, upstream) => {
    const { oldest } = stateOf({ open: 'OPEN $msec $connection "$request" "$ws_upstream"', close: '$msec $connection $status', lines: [`OPEN ${START_S}.000 1 "GET /ws HTTP/1.1" "${written}"`], at: 1 })
    expect(oldest).toMatchObject({ upstream })
  })

  it('each its own group, the same ones again and again', () => {
    const names = ['a', 'b', 'b', 'a', '', 'a']
    const { byUpstream } = stateOf({ open: 'OPEN $msec $connection "$ws_upstream"', close: '$msec $connection $status', lines: names.map((name, index) => `OPEN ${START_S}.000 ${index + 1} "${name}"`), at: 1 })
    expect(byUpstream).toEqual([{ name: 'a', open: 3 }, { name: 'b', open: 2 }])
  })

  it('which request it is about, by $request_id alone', () => {
    const formats = { open: 'OPEN $msec $request_id "$request"', close: '$msec $request_id $status' }
    const lines = [`OPEN ${START_S}.000 159c146dd1c9d1f7e45f2dcef1d0018e "GET /a HTTP/1.1"`, `OPEN ${START_S}.000 5b6235ef288970386cabc6722695de20 "GET /b HTTP/1.1"`, `${START_S + 1}.000 159c146dd1c9d1f7e45f2dcef1d0018e 101`]
    expect(stateOf({ ...formats, lines, at: 2 })).toMatchObject({ count: 1, byPath: [{ name: '/b', open: 1 }] })
  })

  it('nothing of the request where its id is unset and no connection is told', () => {
    const formats = { open: 'OPEN $msec $request_id "$request"', close: '$msec $request_id $status' }
    expect(stateOf({ ...formats, lines: [`OPEN ${START_S}.000 - "GET /a HTTP/1.1"`, `OPEN ${START_S}.000 - "GET /b HTTP/1.1"`], at: 2 })).toMatchObject({ count: 0, untracked: 2 })
  })

  it.each([
    ['the time of the request, not of its upstream', 'rt=$request_time urt=$upstream_response_time', 'rt=60.000 urt=50.000', 0],
    ['the time of the upstream where there is no other', 'urt=$upstream_response_time', 'urt=60.000', 0],
    ['no time at all: any start will do', '$host', 'a.example', 0],
    ['the beginning was long before that', 'rt=$request_time', 'rt=50.000', 1],
    ['the same by the time of the upstream', 'urt=$upstream_response_time', 'urt=50.000', 1],
  ])('when it began, to know its end by: %s', (_, format, written, count) => {
    const lines = [`OPEN ${START_S}.000 1`, `${START_S + 60}.000 1 101 ${written}`]
    expect(stateOf({ open: 'OPEN $msec $connection', close: `$msec $connection $status ${format}`, lines, at: 61 }).count).toBe(count)
  })
})

describe('how long handshakes wait for their answer', () => {
  const timed = 'rt=$request_time urt="$upstream_response_time" uht="$upstream_header_time" up="$upstream_addr"'

  it.each([
    ['the time of the 101', timed, 101, 'rt=60.000 urt="60.000" uht="5.000" up="10.1.0.1:80"', 5],
    ['nginx lingered behind the end: that is no wait', timed, 101, 'rt=90.000 urt="60.000" uht="5.000" up="10.1.0.1:80"', 5],
    ['a first try that failed counts too', timed, 101, 'rt=70.000 urt="10.000, 60.000" uht="-, 5.000" up="10.1.0.1:80, 10.1.0.2:80"', 15],
    ['the clocks of two tries are a millisecond apart', timed, 101, 'rt=60.000 urt="0.000, 60.001" uht="-, 5.000" up="10.1.0.1:80, 10.1.0.2:80"', 5],
    ['two tries, the last of which is not timed', timed, 101, 'rt=70.000 urt="10.000, -" uht="-, 5.000" up="10.1.0.1:80, 10.1.0.2:80"', 5],
    ['two tries, and no time of the request', 'urt="$upstream_response_time" uht="$upstream_header_time" up="$upstream_addr"', 101, 'urt="10.000, 60.000" uht="-, 5.000" up="10.1.0.1:80, 10.1.0.2:80"', 5],
    ['nothing tells of tries', 'rt=$request_time urt="$upstream_response_time" uht="$upstream_header_time"', 101, 'rt=70.000 urt="60.000" uht="5.000"', 5],
    ['no time of the 101: a session lives long, and did not wait so long', timed, 101, 'rt=60.000 urt="60.000" uht="-" up="10.1.0.1:80"', 1],
    ['a failed one waited until its end', `${timed} upg="$http_upgrade"`, 504, 'rt=60.000 urt="60.000" uht="-" up="10.1.0.1:80" upg="websocket"', 60],
    ['a failed one without its time', 'uht="$upstream_header_time" upg="$http_upgrade"', 502, 'uht="7.000" upg="websocket"', 1],
  ])('%s', (_, format, status, written, waitingSeconds) => {
    const lines = [`OPEN ${START_S}.000 1`, `${START_S + 60}.000 1 ${status} ${written}`]
    expect(stateOf({ open: 'OPEN $msec $connection', close: `$msec $connection $status ${format}`, lines, at: 60 }).waitingSeconds).toBe(waitingSeconds)
  })
})
