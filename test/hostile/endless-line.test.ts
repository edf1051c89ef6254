import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/live/snapshot.ts'
import type { Report } from '../../src/report/report.ts'
import { CLI } from '../helpers/cli.ts'
import { endlessFile, endlessGzip } from '../helpers/endless.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { peakMeter, wslogWithPeak } from '../helpers/peak.ts'
import { startWslog } from '../helpers/running.ts'
import { wsLine } from '../helpers/ws-line.ts'

/** What README promises at any size, MB. */
const MOST = 200
const ENTRY = '2026/11/21 01:55:24 [info] 7#7: *1 recv() failed (104: Connection reset by peer) while proxying upgraded connection, client: 203.0.113.5, server: _, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "chat.example.com"\n'

const ONE_IS_OVERLONG = { read: 3, parsed: 2, skipped: 1, filtered: 0, overlong: 1, examples: [{ line: 2, reason: 'longer than 1 MiB' }] }

describe('a gigabyte without a line end', () => {
  it('in a file is one line that was skipped, and said so', async () => {
    const { code, stdout, stderr, peakMegabytes } = await wslogWithPeak(['analyze', endlessFile('access.log', wsLine()), '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ lines: ONE_IS_OVERLONG, sessions: { count: 2 } })
    expect(peakMegabytes).toBeLessThan(MOST)
  })

  it('in gzip as well', async () => {
    const { code, stdout, stderr, peakMegabytes } = await wslogWithPeak(['analyze', temporaryFile('access.log.gz', endlessGzip(wsLine())), '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ lines: ONE_IS_OVERLONG, sessions: { count: 2 } })
    expect(peakMegabytes).toBeLessThan(MOST)
  })

  it('or so, that comes through a pipe, is not kept', async () => {
    const meter = peakMeter()
    const child = spawn('sh', ['-c', 'cat "$1" | "$2" "$3" analyze - --json', 'sh', endlessFile('access.log', wsLine(), 400_000_000), process.execPath, CLI], { env: { ...process.env, ...meter.env }, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ lines: ONE_IS_OVERLONG })
    expect(meter.megabytes()).toBeLessThan(MOST)
  })

  it('with no other line, through a pipe, is no log, and little of it is kept', async () => {
    const meter = peakMeter()
    const child = spawn('sh', ['-c', 'head -c 1000000000 /dev/zero | tr "\\0" a | "$1" "$2" analyze -', 'sh', process.execPath, CLI], { env: { ...process.env, ...meter.env }, stdio: ['ignore', 'inherit', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2)
    expect(said).toContain('wslog: -: holds no line of up to 1 MiB, and nginx writes no longer ones: is it an access log?\n')
    expect(meter.megabytes()).toBeLessThan(MOST)
  })

  it.each([['as it is', () => endlessFile('error.log', ENTRY)], ['in gzip', () => temporaryFile('error.log.gz', endlessGzip(ENTRY))]])('in an error log %s hides no entry before or behind it', async (_, errors) => {
    const { code, stdout, stderr, peakMegabytes } = await wslogWithPeak(['analyze', temporaryFile('access.log', wsLine()), '-e', errors(), '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { inputs, evidence } = JSON.parse(stdout) as Report
    expect(inputs.find(({ kind }) => kind === 'error')).toMatchObject({ lines: 3, parsed: 2, skipped: 1 })
    expect(evidence.joined).toMatchObject({ endings: 2 })
    expect(peakMegabytes).toBeLessThan(MOST)
  })

  it('in a log that is kept with --state', async () => {
    const { code, stdout, peakMegabytes } = await wslogWithPeak(['analyze', endlessFile('access.log', wsLine()), '--state', temporaryFolder(), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ lines: ONE_IS_OVERLONG, sessions: { count: 2 } })
    expect(peakMegabytes).toBeLessThan(MOST)
  })

  it('in logs that are followed', async () => {
    const meter = peakMeter()
    const tail = startWslog(['tail', endlessFile('access.log', wsLine()), '-e', endlessFile('error.log', ENTRY), '--from-start', '--json', '--interval', '1s'], { env: meter.env })
    await tail.line((line) => line.includes('"kind":"interval"') && (JSON.parse(line) as Snapshot).logs.every(({ lines }) => lines.read >= 3))
    expect(await tail.end('SIGTERM')).toBe(0)
    const report = JSON.parse(tail.lines().at(-1)!) as Report
    expect(report).toMatchObject({ lines: { read: 3, parsed: 2, skipped: 1 }, sessions: { count: 2 } })
    expect(report.inputs.map(({ lines, skipped }) => ({ lines, skipped }))).toEqual([{ lines: 3, skipped: 1 }, { lines: 3, skipped: 1 }])
    expect(meter.megabytes()).toBeLessThan(MOST)
  })

  it('alone is no log, which is said', async () => {
    const { code, stdout, stderr, peakMegabytes } = await wslogWithPeak(['analyze', endlessFile('access.log', '')])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^wslog: .*access\.log: no known log format fits its first 1 lines\. .* found "\\u0000"\. Name yours with --log-format\n$/)
    expect(peakMegabytes).toBeLessThan(MOST)
  })
})
