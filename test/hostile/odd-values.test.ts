import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { schemaErrors } from '../helpers/report.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const GOOD = 20
const good = wsLine().repeat(GOOD)
const asJson = (fields: Readonly<Record<string, unknown>>): string => `${JSON.stringify({ msec: '1795226124.000', time_local: '21/Nov/2026:01:55:24 +0000', remote_addr: '203.0.113.5', host: 'a', request: 'GET /ws HTTP/1.1', status: '101', body_bytes_sent: '4', request_time: '1.000', upstream_response_time: '1.000', http_upgrade: 'websocket', ...fields })}\n`
const goodJson = asJson({}).repeat(GOOD)

/** The report, which fits its schema and holds no number that JSON cannot say, and the terminal's. */
const reportOf = async (log: string): Promise<Report> => {
  const path = temporaryFile('access.log', log)
  const { code, stdout, stderr } = await wslog(['analyze', path, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const report = JSON.parse(stdout) as Report
  expect(schemaErrors(report)).toEqual([])
  const shown = await wslog(['analyze', path])
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).not.toMatch(/NaN|Infinity|undefined|\[object/)
  expect(report.lines.read).toBe(report.lines.parsed + report.lines.skipped + report.lines.filtered)
  return report
}

describe('durations', () => {
  it('that nginx never writes are broken lines, and hide no other', async () => {
    const odd = ['1e308', '-1.000', '-0.000', 'NaN', 'Infinity', '0x10', '99999999999999999999.000', '1,5', '1.0000', '+1.000', '--']
    const { lines, sessions } = await reportOf(wsLines(odd.map((seconds) => ({ seconds }))) + good)
    expect(lines).toMatchObject({ read: GOOD + odd.length, parsed: GOOD, skipped: odd.length })
    expect(sessions.durationSeconds).toMatchObject({ min: 1, max: 1 })
  })

  it('in JSON as well, as numbers too', async () => {
    const odd = [1e308, -1, 'NaN', '1e3', '0x10', '99999999999999999999', 1e21, true, [1], { a: 1 }]
    const { lines, sessions } = await reportOf(goodJson + odd.map((request_time) => asJson({ request_time })).join(''))
    expect(lines).toMatchObject({ parsed: GOOD, skipped: odd.length })
    expect(sessions.durationSeconds).toMatchObject({ min: 1, max: 1 })
  })

  it('longer than any log keep the report in order', async () => {
    const { sessions, active } = await reportOf(good + wsLine({ seconds: '999999999999.999' }))
    expect(sessions.count).toBe(GOOD + 1)
    expect(sessions.durationSeconds).toMatchObject({ p50: 1 })
    expect(active.peak).toBeGreaterThanOrEqual(1)
  })
})

describe('times', () => {
  it('that are none are broken lines: the 31st of February, hour 24, second 61, year 0, a zone of four days', async () => {
    const odd = ['31/Feb/2026:00:00:00 +0000', '29/Feb/2026:00:00:00 +0000', '00/Jan/2026:00:00:00 +0000', '21/Nov/2026:24:00:00 +0000', '21/Nov/2026:00:60:00 +0000', '21/Nov/2026:00:00:61 +0000', '01/Jan/0000:00:00:00 +0000', '21/Nov/2026:00:00:00 +9999', '21/Nov/2026:00:00:00 -2400']
    const { lines } = await reportOf(good + wsLines(odd.map((time) => ({ time }))))
    expect(lines).toMatchObject({ parsed: GOOD, skipped: odd.length })
    // Each that is shown says which field it is.
    for (const { reason } of lines.examples) expect(reason).toContain('$time_local (a time such as ')
  })

  it('a leap second counts as the second after it, and the 29th of February exists', async () => {
    const { window, lines } = await reportOf(wsLines(['29/Feb/2024:23:59:59 +0000', '29/Feb/2024:23:59:60 +0000'].map((time) => ({ time }))))
    expect(lines.parsed).toBe(2)
    expect(window.to).toBe('2024-03-01T00:00:00.000Z')
  })

  it('1970 and 9999 beside this year do not make millions of minutes, and are counted', async () => {
    const { lines, timeline, sessions, window } = await reportOf(good + wsLines(['01/Jan/1970:00:00:00 +0000', '31/Dec/9999:23:59:59 +0000', '31/Dec/1969:23:59:59 +0000', '01/Jan/0100:00:00:00 +0000'].map((time) => ({ time }))))
    expect(lines).toMatchObject({ parsed: GOOD + 4, skipped: 0 })
    expect(sessions.count).toBe(GOOD + 4)
    expect(timeline.length).toBeLessThanOrEqual(366 * 24 * 60 * 1.2)
    expect(window.unplaced).toBe(4)
  })

  it('that go backwards count like those that go forwards', async () => {
    const times = Array.from({ length: 60 }, (_, minute) => `21/Nov/2026:01:${String(minute).padStart(2, '0')}:24 +0000`)
    const figures = ({ lines, handshakes, sessions, timeline, drops }: Report) => ({ read: lines.read, handshakes, sessions, timeline, drops })
    const forwards = await reportOf(wsLines(times.map((time) => ({ time }))))
    const backwards = await reportOf(wsLines(times.toReversed().map((time) => ({ time }))))
    expect(figures(backwards)).toEqual(figures(forwards))
  })
})

describe('statuses', () => {
  it('000, 009 and 999 are statuses; what has not three digits is none', async () => {
    const line = (status: string): string => wsLine().replace(' 101 ', ` ${status} `)
    const { lines, handshakes } = await reportOf(['000', '009', '999', '1000', '99', '-1', '1e2', '-'].map(line).join('') + good)
    expect(lines).toMatchObject({ parsed: GOOD + 3, skipped: 5 })
    expect(handshakes).toMatchObject({ attempts: GOOD + 3, succeeded: GOOD, byStatus: { '000': 1, '009': 1, 101: GOOD, 999: 1 } })
    expect(handshakes.failures.reduce((sum, { count }) => sum + count, 0)).toBe(3)
  })
})

describe('keys that a JSON line has not', () => {
  it.each(['remote_addr', 'host', 'request', 'body_bytes_sent', 'request_time', 'upstream_response_time', 'http_user_agent', 'upstream_addr', 'connection', 'pid', 'http_upgrade'])('%s: the line is read all the same', async (key) => {
    const whole = { remote_addr: '203.0.113.5', host: 'a', request: 'GET /ws HTTP/1.1', body_bytes_sent: '4', request_time: '1.000', upstream_response_time: '1.000', http_user_agent: 'b', upstream_addr: '10.0.0.1:80', connection: '1', pid: '7', http_upgrade: 'websocket' }
    const line = `${JSON.stringify({ msec: '1795226124.000', status: '101', ...Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) })}\n`
    const run = await wslog(['analyze', temporaryFile('access.log', line.repeat(GOOD)), '--json'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(run.stdout)).toMatchObject({ lines: { read: GOOD, parsed: GOOD } })
  })
})

describe('a log of only broken lines', () => {
  it.each([['plain', 'this is no log\n'.repeat(50)], ['empty lines', '\n'.repeat(50)], ['torn lines', `${wsLine().slice(0, 60)}\n`.repeat(50)]])('%s: ends with 2, no report of zeros, and says what to do', async (_, log) => {
    const path = temporaryFile('access.log', log)
    for (const args of [['analyze', path], ['analyze', path, '--json'], ['sessions', path], ['analyze', path, '--state', temporaryFolder()]]) {
      const { code, stdout, stderr } = await wslog(args)
      expect({ code, stdout }, args[0]).toEqual({ code: 2, stdout: '' })
      expect(stderr, args[0]).toMatch(/^wslog: \S+access\.log: (?:no known log format fits its first \d+ lines\. Nearest: .*Name yours with --log-format|holds no line at all)\n$/)
    }
  })

  it('behind lines that are none of them, after the sample, is counted', async () => {
    const { lines } = await reportOf(`${good}${'this is no log\n'.repeat(100_000)}`)
    expect(lines).toMatchObject({ parsed: GOOD, skipped: 100_000 })
  })
})
