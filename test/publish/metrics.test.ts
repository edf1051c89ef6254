import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { HANDSHAKE_CAUSES, SESSION_CAUSES } from '../../src/cause/cause.ts'
import { type Exposition, Metrics } from '../../src/publish/metrics.ts'
import { installProgram } from './programs.ts'
import { BUSY, log, openState, totalsOf } from './totals.ts'

const promtool = installProgram('promtool', { package: 'prometheus' })

const render = (totals = BUSY, exposition: Exposition = 'text'): Promise<string> => new Metrics({ version: '1.2.3' }).render(totals, exposition)

/** The lines of values, without those of the process. */
const valuesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('process_'))

const namesOf = (text: string): string[] => [...new Set(valuesOf(text).map((line) => /^\w+/.exec(line)![0]))]

/** What `promtool check metrics` has against an exposition. */
const complaints = (text: string): string => {
  const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'metrics'], { input: text, encoding: 'utf8' })
  return status === 0 ? stdout + stderr : `${status}: ${stdout}${stderr}`
}

describe('the metrics', () => {
  it.each([
    'wslog_build_info{version="1.2.3"} 1',
    'wslog_handshakes_total{result="switched"} 1200',
    'wslog_handshakes_total{result="failed"} 35',
    'wslog_handshake_failures_total{cause="refused",layer="upstream"} 30',
    'wslog_handshake_failures_total{cause="forbidden",layer="upstream"} 5',
    'wslog_handshake_failures_total{cause="dns",layer="nginx"} 0',
    'wslog_session_drops_total{cause="closed",layer="unknown",fault="false"} 700',
    'wslog_session_drops_total{cause="idle-timeout",layer="nginx",fault="true"} 480',
    'wslog_session_duration_seconds_bucket{le="60"} 300',
    'wslog_session_duration_seconds_bucket{le="61"} 780',
    'wslog_session_duration_seconds_bucket{le="+Inf"} 1180',
    'wslog_session_duration_seconds_sum 123456.75',
    'wslog_session_duration_seconds_count 1180',
    'wslog_sessions_open 345',
    'wslog_sessions_open_oldest_timestamp_seconds 1795176000.5',
    'wslog_handshakes_waiting 4',
    'wslog_sessions_lost_total 7',
    'wslog_sessions_active_lower_bound 290',
    'wslog_nginx_connections_active 811',
    'wslog_path_handshakes_total{path="/chat",result="failed"} 20',
    'wslog_path_session_faults_total{path="other"} 80',
    'wslog_path_sessions_open{path="/chat"} 300',
    'wslog_path_sessions_open{path="other"} 5',
    'wslog_lines_total{log_kind="access",result="skipped"} 60',
    'wslog_unread_bytes{log_kind="access"} 4096',
    'wslog_lag_seconds{log_kind="access"} 2.5',
    'wslog_log_following{log_kind="access",path="/var/log/nginx/ws_access.log"} 1',
    'wslog_log_following{log_kind="error",path="/var/log/nginx/ws_error.log"} 0',
  ])('say %s', async (line) => {
    expect(valuesOf(await render())).toContain(line)
  })

  it('are the same whatever a scraper asks for, and however often', async () => {
    const metrics = new Metrics({ version: '1.2.3' })
    const [text, openMetrics, again] = [await metrics.render(BUSY, 'text'), await metrics.render(BUSY, 'openmetrics'), await metrics.render(BUSY, 'text')]
    expect(valuesOf(openMetrics)).toEqual(valuesOf(text))
    expect(valuesOf(again)).toEqual(valuesOf(text))
    expect(openMetrics).toMatch(/\n# EOF\n$/)
    expect(openMetrics).not.toMatch(/^# HELP .*["\\]/m) // there they would be escaped, and prom-client does not
    expect(openMetrics).toContain('# TYPE wslog_handshakes counter\n')
    expect(text).toContain('# TYPE wslog_handshakes_total counter\n')
  })

  it('tell of the process, but not in a textfile, where node_exporter tells of its own', async () => {
    const text = await render()
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']) expect(Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])).toBeGreaterThan(0)
    const textfile = await render(BUSY, 'textfile')
    expect(textfile).not.toContain('process_')
    expect(valuesOf(textfile)).toEqual(valuesOf(text))
  })

  it('leave out what the logs cannot tell: it is not 0', async () => {
    const names = namesOf(await render(totalsOf()))
    expect(names).toEqual([
      'wslog_build_info', 'wslog_handshakes_total', 'wslog_handshake_failures_total', 'wslog_session_drops_total', 'wslog_session_duration_seconds_bucket', 'wslog_session_duration_seconds_sum',
      'wslog_session_duration_seconds_count', 'wslog_lines_total', 'wslog_unread_bytes', 'wslog_lag_seconds', 'wslog_log_following',
    ])
  })

  it('have a 0 for every cause from the start, so that a rate sees the first case', async () => {
    const lines = valuesOf(await render(totalsOf()))
    for (const cause of HANDSHAKE_CAUSES) expect(lines.filter((line) => line.startsWith(`wslog_handshake_failures_total{cause="${cause}",`)).map((line) => line.split(' ')[1])).toEqual(['0'])
    for (const cause of SESSION_CAUSES) expect(lines.filter((line) => line.startsWith(`wslog_session_drops_total{cause="${cause}",`)).map((line) => line.split(' ')[1])).toEqual(['0'])
  })

  it('count a log that is named twice as one, and as missing if either is', async () => {
    const text = await render(totalsOf({ logs: [log({ state: 'waiting' }), log()] }))
    expect(valuesOf(text).filter((line) => line.startsWith('wslog_log_following'))).toEqual(['wslog_log_following{log_kind="access",path="/var/log/nginx/ws_access.log"} 0'])
  })
})

describe('open sessions by path', () => {
  const withOpen = (byPath: readonly { name: string; open: number }[], count = byPath.reduce((sum, { open }) => sum + open, 0)) =>
    totalsOf({ active: { open: openState({ count, byPath }), atLeast: null, nginxConnections: null }, by: [{ field: 'paths', rows: [] }] })
  const openOf = (text: string): string[] => valuesOf(text).filter((line) => line.startsWith('wslog_path_sessions_open'))

  it('go to 0 when none is left, and keep their series', async () => {
    const metrics = new Metrics({ version: '1' })
    await metrics.render(withOpen([{ name: '/a', open: 3 }]), 'text')
    expect(openOf(await metrics.render(withOpen([]), 'text'))).toEqual(['wslog_path_sessions_open{path="/a"} 0', 'wslog_path_sessions_open{path="other"} 0'])
  })

  it('are bounded for as long as the tail runs, whatever paths come, and add up', async () => {
    const metrics = new Metrics({ version: '1' })
    for (let round = 0; round < 20; round++) {
      const rows = Array.from({ length: 50 }, (_, index) => ({ name: `/${round}/${index}`, open: 2 }))
      const lines = openOf(await metrics.render(withOpen(rows, 130), 'text'))
      expect(lines.length).toBeLessThanOrEqual(101)
      expect(lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)).toBe(130)
    }
  })
})

const HOSTILE: readonly [string, string][] = [
  ['a line feed', '/a\nwslog_handshakes_total{result="failed"} 1e9'],
  ['carriage return, tab, NUL, escape', '/a\r\t\0\u001B[2J'],
  ['quotes', '/a"} 1\n"'],
  ['a backslash at the end', String.raw`/a\ `.trim()],
  ['two backslashes and a quote', String.raw`/\\"`],
  ['half of a surrogate pair', '/a\uD83D'],
  ['the other half', '\uDE00/a'],
  ['invalid UTF-8, as it was decoded', Buffer.from([0x2f, 0xff, 0xfe, 0xc3]).toString('utf8')],
  ['line and paragraph separators, a bidirectional mark', '/\u2028\u2029\u202E'],
  ['ten thousand characters', `/${'x'.repeat(10_000)}`],
  ['a pair where it is cut', `${'x'.repeat(199)}😀a`],
  ['another one, so that halves would be the same series', `${'x'.repeat(199)}😁b`],
  ['controls only, which grow', '\u0001'.repeat(10_000)],
  ['nothing', ''],
  ['what looks like the rest', 'other'],
  ['braces and commas', 'a",result="switched'],
]

describe('texts that a client chose', () => {
  const rows = HOSTILE.map(([, name], index) => ({ name, succeeded: index, failed: 1, faults: 2 }))
  const byPath = HOSTILE.map(([, name]) => ({ name, open: 1 }))
  const totals = totalsOf({
    active: { open: openState({ count: byPath.length, byPath, byUpstream: byPath }), atLeast: null, nginxConnections: null },
    logs: HOSTILE.map(([, path]) => log({ path })),
    by: (['paths', 'upstreams', 'hosts', 'clients'] as const).map((field) => ({ field, rows })),
  })

  it.each(['text', 'openmetrics', 'textfile'] as const)('break no line of %s, and are 200 characters at most', async (exposition) => {
    const lines = (await render(totals, exposition)).split('\n').filter((line) => line !== '' && !line.startsWith('# '))
    for (const line of lines) {
      expect(line).toMatch(/^\w+(?:\{(?:\w+="(?:[^"\\]|\\[\\"n])*",?)*\})? [\d.e+]+$/u)
      expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}]/u)
      for (const [, value] of line.matchAll(/="((?:[^"\\]|\\.)*)"/g)) expect(value!.replaceAll(/\\(.)/g, '$1').length).toBeLessThanOrEqual(200)
    }
    const series = lines.map((line) => Buffer.from(line.slice(0, line.lastIndexOf(' '))).toString('latin1'))
    expect(new Set(series).size).toBe(series.length)
  })

  it('are never an empty label, which Prometheus takes for none: an upstream that nobody asked is - as in the log', async () => {
    const text = await render(totalsOf({ by: [{ field: 'upstreams', rows: [{ name: '', succeeded: 0, failed: 3, faults: 0 }] }] }))
    expect(valuesOf(text)).toContain('wslog_upstream_handshakes_total{upstream="-",result="failed"} 3')
  })

  it('are added up where they become the same', async () => {
    const both = await render(totalsOf({ by: [{ field: 'paths', rows: [1, 2].map((last) => ({ name: `/${'x'.repeat(300)}${last}`, succeeded: last, failed: 0, faults: 0 })) }] }))
    expect(valuesOf(both).filter((line) => line.startsWith('wslog_path_handshakes_total') && line.includes('switched')).map((line) => line.split(' ')[1])).toEqual(['3'])
  })

  it.runIf(promtool !== undefined).each(['text', 'textfile'] as const)('pass promtool check metrics as %s', async (exposition) => {
    expect(complaints(await render(totals, exposition))).toBe('')
  })
})

describe.runIf(promtool !== undefined)('promtool check metrics', () => {
  it.each([['everything', BUSY], ['nothing yet', totalsOf()], ['no log', totalsOf({ logs: [] })]] as const)('has nothing against %s', async (_, totals) => {
    expect(complaints(await render(totals))).toBe('')
  })

  it('would say if something were wrong', () => {
    expect(complaints('wslog_x{path="a\nb"} 1\n')).toMatch(/^1: /)
    expect(complaints('# HELP wslog_handshakes x\n# TYPE wslog_handshakes counter\nwslog_handshakes 1\n')).toMatch(/_total/)
  })
})
