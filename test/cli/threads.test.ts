import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { JOINED_LOGS, SAMPLES } from '../helpers/logs.ts'
import { Seeded, times } from '../helpers/seeded.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const report = async (threads: number, args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await wslog(['analyze', '--json', '--threads', String(threads), ...args], { cwd: ROOT })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.replace(/"generatedAt": "[^"]*"/, '"generatedAt": null')
}

/** An hour of sessions, a third of them cut at 60 s; `values`: how many clients and paths there are. */
const busy = (lines: number, values: number): string => {
  const random = new Seeded(11)
  return wsLines(times(lines, (at) => {
    const second = Math.floor((at * 3600) / lines)
    const isCut = random.next() < 0.33
    const client = random.int(0, values)
    return {
      client: client % 9 === 0 ? `2001:db8::${client.toString(16)}` : `10.${client >> 16}.${(client >> 8) & 255}.${client & 255}`,
      time: `21/Nov/2026:01:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} +0000`,
      target: `/ws/${random.int(0, values)}`, status: random.next() < 0.95 ? 101 : 502, bytes: isCut ? 0 : random.int(5, 9000),
      seconds: isCut ? `60.0${random.int(10, 30)}` : random.logNormal({ median: 40, sigma: 1 }).toFixed(3), upstream: `10.9.0.${random.int(0, 8)}:8080`,
    }
  }))
}

describe('--threads', () => {
  it('2 give the report of one, byte for byte, of all samples at once', async () => {
    expect(await report(2, SAMPLES)).toBe(await report(1, SAMPLES))
  })

  // Of each log of a real nginx: every-log.test.ts.
  it('with error logs', async () => {
    for (const args of JOINED_LOGS.slice(0, 3)) expect(await report(2, args), args[0]).toBe(await report(1, args))
  })

  const idle = readFileSync(`${ROOT}samples/idle-60s.access.log`)
  it.each([
    ['nothing', ''],
    ['a last line without its end', idle.subarray(0, idle.length - 1)],
    ['broken lines between', Buffer.concat([idle.subarray(0, 5000), Buffer.from('\nno line at all\n\n"\n'), idle.subarray(5000)])],
    ['gzip', gzipSync(idle)],
    ['markers that begin behind what is looked at first', Buffer.concat([Buffer.from(wsLines(times(2000, () => ({})))), Buffer.from(`OPEN 1795226124.000 7 1 0123456789abcdef0123456789abcdef 4711 203.0.113.5 chat.example.com "GET /ws HTTP/1.1" "ws_backend"\n`), Buffer.from(wsLines(times(2000, () => ({}))))])],
    ['combined, which tells no handshakes apart', times(3000, (at) => `203.0.113.${at % 200} - - [21/Nov/2026:01:${String(at % 60).padStart(2, '0')}:00 +0000] "GET /${at % 3 === 0 ? 'live/feed' : `page/${at % 50}`} HTTP/1.1" ${at % 3 === 0 ? 101 : 200} 5 "-" "x"\n`).join('')],
    ['a line that is longer than a block', `${wsLine()}${wsLine({ target: `/ws/${'x'.repeat(600_000)}` })}${wsLine()}`],
  ])('of %s', async (_, content) => {
    const path = temporaryFile('access.log', content)
    expect(await report(2, [path])).toBe(await report(1, [path]))
  })

  it.each(['path', 'client'] as const)('where a scan of 66,000 values of a %s comes after sessions that only patterns explain', async (field) => {
    const sessions = wsLines(times(400, (at) => ({ client: `203.0.113.${(at % 20) + 1}`, target: `/ws${at % 5}`, bytes: 0, seconds: `60.0${at % 10}0`, time: `21/Nov/2026:01:${String(Math.floor(at / 10)).padStart(2, '0')}:${String((at * 6) % 60).padStart(2, '0')} +0000` })))
    const scan = wsLines(times(66_000, (at) => ({ status: 404, seconds: '0.001', time: '21/Nov/2026:02:00:00 +0000', client: field === 'client' ? `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` : '198.51.100.7', target: field === 'path' ? `/scan/${at}` : '/x' })))
    const path = temporaryFile('access.log', sessions + scan)
    const whole = await report(1, [path, '--read-timeout', '60s'])
    expect(await report(2, [path, '--read-timeout', '60s'])).toBe(whole)
    const { paths } = JSON.parse(whole) as { paths: { name: string; sessions: number; faults: number }[] }
    expect(paths.filter(({ sessions }) => sessions > 0).map(({ name, faults }) => ({ name, faults })).sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(times(5, (at) => ({ name: `/ws${at}`, faults: 80 })))
  })

  it('where options leave lines out or change their names', async () => {
    const path = temporaryFile('access.log', busy(20_000, 3000))
    for (const options of [['--keep-query', '--anonymize-ip'], ['--client', '10.0.0.0/20', '--path', '/ws/1'], ['--since', '2026-11-21T01:10:00Z', '--until', '2026-11-21T01:40:00Z'], ['--top', '5000']]) {
      expect(await report(2, [path, ...options]), options.join(' ')).toBe(await report(1, [path, ...options]))
    }
  })

  it('of more clients and paths than are kept, in several files, one of them compressed', async () => {
    const folder = temporaryFolder()
    const text = busy(160_000, 10_000_000)
    const border = text.indexOf('\n', text.length / 2) + 1
    const files = [temporaryFile('access.log', text.slice(border), folder), temporaryFile('access.log.1.gz', gzipSync(text.slice(0, border), { level: 1 }), folder)]
    const one = await report(1, files)
    expect(await report(2, files)).toBe(one)
    expect(JSON.parse(one)).toMatchObject({ lines: { read: 160_000, parsed: 160_000 } })
  })

  it('a folder, or a log that is not there, is said in the same words', async () => {
    const [one, two] = await Promise.all([1, 2].map((threads) => wslog(['analyze', '--threads', String(threads), 'samples', 'no/such.log', SAMPLES[0]!], { cwd: ROOT })))
    expect(two).toEqual(one)
  })

  /** What is loaded into the second thread before the program, and does this once it has said something. */
  const afterItsFirstWord = (what: string): string => temporaryFile('preload.cjs', `const { isMainThread, parentPort } = require('node:worker_threads')
if (!isMainThread) {
  const post = parentPort.postMessage
  parentPort.postMessage = function (...values) {
    post.apply(this, values)
    ${what}
  }
}
`)

  it.each([
    ['ends by itself', 'process.exit(7)', 'ended with 7'],
    ['has no more memory', 'for (const all = []; ; ) all.push(Array.from({ length: 1000 }, () => ({})))', 'ran out of memory'],
  ])('a second thread that %s is said to have, with what to do, and 2', async (_, what, how) => {
    const { code, stdout, stderr } = await wslog(['analyze', '--threads', '2', ...SAMPLES], { cwd: ROOT, env: { NODE_OPTIONS: `--require ${afterItsFirstWord(what)} --max-old-space-size=64` } })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n').filter((line) => line.startsWith('wslog'))).toEqual([`wslog: the second thread, which reads the logs, ${how} before they were read, so there is no report; give the program more memory, or --threads 1, which needs less`])
    expect(stderr).not.toContain('unexpected')
  })

  it('a second thread that ends before its first word leaves the reading to the first', async () => {
    const preload = temporaryFile('preload.cjs', "if (!require('node:worker_threads').isMainThread) process.exit(7)\n")
    const { code, stdout, stderr } = await wslog(['analyze', '--json', '--threads', '2', ...SAMPLES], { cwd: ROOT, env: { NODE_OPTIONS: `--require ${preload}` } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.replace(/"generatedAt": "[^"]*"/, '"generatedAt": null')).toBe(await report(1, SAMPLES))
  })

  it.each(['0', '-1', '1.5', 'x'])('refuses %s', async (threads) => {
    const { code, stderr } = await wslog(['analyze', '--threads', threads, SAMPLES[0]!], { cwd: ROOT })
    expect(code).toBe(2)
    expect(stderr).toContain(`--threads ${threads}: not a number of threads`)
  })
})
