import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { SessionCause } from '../../src/cause/cause.ts'
import type { Report } from '../../src/report/report.ts'
import { ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { wsLine } from '../helpers/ws-line.ts'

const FARM = join(ROOT, 'test/real-logs/farm')
const ACCESS = join(FARM, 'ws_access.log')
const INFO = join(FARM, 'error_info.log')

const report = async (args: readonly string[], input?: string): Promise<Report> => {
  const { stdout, stderr, code } = await wslog(['analyze', '--json', ...args], input === undefined ? {} : { input })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(stdout) as Report
}

const endings = ({ endings: rows }: Report): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const { cause, sessions } of rows) sums[cause] = (sums[cause] ?? 0) + sessions
  return sums
}

/** What really happened in the farm, of sessions. */
const TRUE_ENDINGS = { closed: 120, 'idle-timeout': 108, 'worker-shutdown': 72, 'edge-idle-timeout': 60, 'upstream-restart': 48, 'lifetime-limit': 36, 'upstream-reset': 24, 'client-reset': 24 }

describe('wslog analyze -e', () => {
  it('says how every session ended, and everything adds up', async () => {
    const one = await report([ACCESS, '-e', INFO])
    expect(endings(one)).toEqual(TRUE_ENDINGS)
    expect(one.evidence).toMatchObject({ errorLogLevel: 'info', join: 'approximate', joined: { endings: 156, found: 156, ambiguous: 0 }, errorLogZone: { zone: '+00:00', from: 'access-log' } })
    expect(one.endings.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(one.sessions.count)
    expect(one.timeline.reduce((sum, { faults }) => sum + faults, 0)).toBe(one.drops.faults)
    for (const [cause, drops] of Object.entries(TRUE_ENDINGS)) expect(one.timeline.reduce((sum, { causes }) => sum + (causes[cause as SessionCause] ?? 0), 0)).toBe(drops)
    expect(one.timeline.every(({ drops, causes }) => Object.values(causes).reduce((sum, count) => sum + count, 0) === drops)).toBe(true)
    for (const rows of [one.upstreams, one.hosts, one.paths]) expect(rows.reduce((sum, { faults }) => sum + faults, 0)).toBe(one.drops.faults)
    expect(one.handshakes.failures.reduce((sum, { count }) => sum + count, 0)).toBe(one.handshakes.attempts - one.handshakes.succeeded)
    expect(one.inputs.map(({ kind }) => kind)).toEqual(['access', 'error'])
  })

  it('joins exactly where the format has $connection and $pid', async () => {
    const one = await report([join(FARM, 'ws_rich.log'), '-e', INFO])
    expect(one.evidence).toMatchObject({ join: 'exact', joined: { endings: 156, found: 156 }, missing: [] })
    expect(endings(one)).toEqual(TRUE_ENDINGS)
  })

  it('takes a rotated set, compressed or not, in any order, and the logs in parts', async () => {
    const lines = readFileSync(INFO, 'utf8').split(/(?<=\n)/)
    const folder = temporaryFolder()
    const rotated = [temporaryFile('error.log.2.gz', gzipSync(lines.slice(0, 80).join('')), folder), temporaryFile('error.log.1', lines.slice(80, 150).join(''), folder), temporaryFile('error.log', lines.slice(150).join(''), folder)]
    expect(endings(await report([ACCESS, '-e', ...rotated]))).toEqual(TRUE_ENDINGS)
    expect(endings(await report([ACCESS, '-e', rotated[2]!, '-e', rotated[0]!, '-e', rotated[1]!]))).toEqual(TRUE_ENDINGS)
    expect(endings(await report([ACCESS, '-e', join(folder, 'error.log*')]))).toEqual(TRUE_ENDINGS)
  })

  it('reads the access log from a pipe and looks at it twice', async () => {
    expect(endings(await report(['-', '-e', INFO], readFileSync(ACCESS, 'utf8')))).toEqual(TRUE_ENDINGS)
  })

  it('puts stamps without a zone on the clock of the access log', async () => {
    const access = temporaryFile('access.log', wsLine({ time: '21/Nov/2026:09:55:24 +0800', bytes: 0, seconds: '60.001' }))
    const error = temporaryFile('error.log', '2026/11/21 09:55:24 [info] 7#7: *1 upstream timed out (110: Connection timed out) while proxying upgraded connection, client: 203.0.113.5, server: s, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "chat.example.com"\n')
    const one = await report([access, '-e', error])
    expect(endings(one)).toEqual({ 'idle-timeout': 1 })
    expect(one.evidence.errorLogZone).toEqual({ zone: '+08:00', from: 'access-log' })
  })

  it('takes --tz where the access log shows no zone', async () => {
    const format = '$remote_addr "$request" $status $body_bytes_sent $request_time $msec'
    const access = temporaryFile('access.log', '203.0.113.5 "GET /ws HTTP/1.1" 101 0 60.001 1795226124.400\n')
    const error = temporaryFile('error.log', '2026/11/21 09:55:24 [info] 7#7: *1 upstream timed out (110: Connection timed out) while proxying upgraded connection, client: 203.0.113.5, server: s, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "chat.example.com"\n')
    const one = await report([access, '-e', error, '--log-format', format, '--tz', 'Asia/Shanghai'])
    expect(endings(one)).toEqual({ 'idle-timeout': 1 })
    expect(one.evidence.errorLogZone).toEqual({ zone: 'Asia/Shanghai', from: 'option' })
    const other = await report([access, '-e', error, '--log-format', format, '--tz', 'UTC'])
    expect(endings(other)).toEqual({ closed: 1 })
  })

  it('finds the error lines in the very file of a container', async () => {
    const docker = (stream: string, log: string): string => `${JSON.stringify({ log, stream, time: '2026-11-21T01:55:24.5Z' })}\n`
    const both = temporaryFile('container.log', [
      docker('stderr', '2026/11/21 01:55:24 [info] 7#7: *1 recv() failed (104: Connection reset by peer) while proxying upgraded connection, client: 203.0.113.5, server: s, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "chat.example.com"\n'),
      docker('stdout', wsLine({})),
    ].join(''))
    expect(endings(await report([both, '-e', both]))).toEqual({ 'client-reset': 1 })
  })

  it('--read-timeout decides without an error log', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => wsLine({ client: `203.0.113.${index}`, time: `21/Nov/2026:01:${10 + Math.floor(index / 2)}:${index % 2 === 0 ? '07' : '41'} +0000`, bytes: 0, seconds: '60.001' })).join('')
    const access = temporaryFile('access.log', lines)
    expect(endings(await report([access]))).toEqual({ closed: 60 })
    expect((await report([access])).clusters).toMatchObject([{ cause: null, confidence: 'guess', sessions: 60 }])
    expect(endings(await report([access, '--read-timeout', '60s']))).toEqual({ 'idle-timeout': 60 })
    expect((await report([access, '--read-timeout', '1m'])).clusters).toMatchObject([{ cause: 'idle-timeout', confidence: 'likely', layer: 'nginx' }])
    // It is not nginx then; who it is stays open with one upstream and many clients.
    expect(endings(await report([access, '--read-timeout', '1h']))).toEqual({ closed: 60 })
  })

  it.each([
    ['an access log behind -e', [ACCESS, '-e', ACCESS], /ws_access\.log: no nginx error log/],
    ['an error log without -e', [INFO], /error_info\.log: is nginx's error log: name it with -e/],
    ['no access log at all', ['-e', INFO, ACCESS], /no access log named: every file behind -e is an error log/],
    ['an error log that is not there', [ACCESS, '-e', '/nowhere/error.log'], /\/nowhere\/error\.log/],
    ['a timeout that is none', [ACCESS, '--read-timeout', 'soon'], /--read-timeout soon: not a time/],
  ])('%s is an error that says what to do', async (_, args, message) => {
    const { code, stderr } = await wslog(['analyze', '--json', ...args])
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})
