import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LiveEvent, Snapshot } from '../../src/live/snapshot.ts'
import type { Report } from '../../src/report/report.ts'
import { ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'
import { startWslog } from '../helpers/running.ts'
import { wsLine } from '../helpers/ws-line.ts'

const ajv = new Ajv2020.default({ allErrors: true, strict: true })
addFormats.default(ajv)
const schema = (name: string) => ajv.compile(JSON.parse(readFileSync(join(ROOT, 'src/report', name), 'utf8')) as object)
const isTail = schema('tail.schema.json')
const isReport = schema('report.schema.json')

/** `$time_local` of this moment: what nginx would write now. */
const now = (): string => timeLocal(Date.now())

const logs = () => {
  const folder = temporaryFolder()
  const [access, errors] = [join(folder, 'access.log'), join(folder, 'error.log')]
  for (const path of [access, errors]) writeFileSync(path, '')
  return { folder, access, errors }
}

const isInterval = (line: string): boolean => line.includes('"kind":"interval"')

describe('wslog tail --json', () => {
  it('writes an object an interval that fits the schema, and the report of the run as the last line', async () => {
    const { access, errors } = logs()
    const tail = startWslog(['tail', access, '-e', errors, '--json', '--interval', '1s'])
    await tail.said('following 2 logs')
    let written = 0
    for (let round = 1; round <= 3; round++) {
      appendFileSync(access, wsLine({ time: now() }).repeat(round))
      written += round
      await tail.line((line) => isInterval(line) && (JSON.parse(line) as Snapshot).logs[0]!.lines.read >= written)
    }
    expect(await tail.end('SIGTERM')).toBe(0)
    const documents = tail.lines().map((line) => JSON.parse(line) as { schema: string; kind?: string })
    const report = documents.pop() as unknown as Report
    expect(isReport(report) || isReport.errors).toBe(true)
    expect(report).toMatchObject({ schema: 'wslog.report/1', handshakes: { attempts: 6, succeeded: 6 }, lines: { read: 6, parsed: 6 } })
    for (const document of documents) expect(isTail(document) || isTail.errors).toBe(true)
    const intervals = documents.filter(({ kind }) => kind === 'interval') as unknown as Snapshot[]
    // What came after the last interval is in the report only.
    expect(intervals.reduce((sum, { interval }) => sum + interval.handshakes.attempts, 0)).toBe(6)
  })

  it('reports on all lines that were written before it was told to end', async () => {
    const { access } = logs()
    const tail = startWslog(['tail', access, '--json', '--interval', '1h'])
    await tail.said('following a log')
    appendFileSync(access, wsLine({ time: now() }).repeat(60_000))
    expect(await tail.end('SIGTERM')).toBe(0)
    expect((JSON.parse(tail.lines().at(-1)!) as Report).lines.read).toBe(60_000)
  })

  it('writes events at once, without waiting for the interval', async () => {
    const { access, errors } = logs()
    const tail = startWslog(['tail', access, '-e', errors, '--json', '--interval', '1h'])
    await tail.said('following 2 logs')
    appendFileSync(errors, `${errorStamp(Date.now())} [alert] 7#7: worker process 4711 exited on signal 9\n`)
    const event = JSON.parse(await tail.line((line) => line.includes('"event"'))) as LiveEvent
    expect(isTail(event) || isTail.errors).toBe(true)
    expect(event).toMatchObject({ kind: 'event', event: 'worker-crash' })
    expect(await tail.end('SIGTERM')).toBe(0)
  })
})

describe('wslog tail on logs that are none', () => {
  it.each([
    ['an access log behind -e', (_access: string, errors: string) => appendFileSync(errors, wsLine({ time: now() })), 'no nginx error log; access logs are named without -e'],
    ['an error log as an access log', (access: string) => appendFileSync(access, `${errorStamp(Date.now())} [notice] 7#7: start worker process 9\n`), 'no log format that was given or is known fits'],
  ])('says so: %s', async (_, write, message) => {
    const { access, errors } = logs()
    const tail = startWslog(['tail', access, '-e', errors, '--json'])
    await tail.said('following 2 logs')
    write(access, errors)
    expect(JSON.parse(await tail.line((line) => line.includes('"log-unknown"')))).toMatchObject({ event: 'log-unknown', detail: expect.stringContaining(message) as string })
    expect(await tail.end('SIGTERM')).toBe(0)
  })
})

describe('wslog tail without a terminal', () => {
  it('writes a plain line an interval, and the whole report at the end', async () => {
    const { access } = logs()
    const tail = startWslog(['tail', access, '--interval', '1s'])
    await tail.said('following a log')
    appendFileSync(access, wsLine({ time: now() }).repeat(4) + wsLine({ time: now(), status: 502 }))
    expect(await tail.line((line) => line.includes('handshakes 5 '))).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}handshakes 5 \(.*\/s\), 101 80 %; drops 4, cut 0; failed 1: 1 /)
    expect(await tail.end('SIGTERM')).toBe(0)
    const text = tail.lines().join('\n')
    expect(text).toContain('5 attempts, 4 reached 101, 1 failed')
    expect(text).not.toMatch(/\u001B/)
  })

  it('ends with 130 at ^C, after the report', async () => {
    const { access } = logs()
    const tail = startWslog(['tail', access])
    await tail.said('following a log')
    expect(await tail.end('SIGINT')).toBe(130)
    expect(tail.lines().join('\n')).toContain('What this rests on')
  })

  it('says nothing but the report to -o with --quiet', async () => {
    const { folder, access } = logs()
    const tail = startWslog(['tail', access, '--quiet', '--from-start', '--textfile', join(folder, 'x.prom'), '-o', join(folder, 'report.json')])
    appendFileSync(access, wsLine({ time: now() }).repeat(3))
    // The textfile is the only sign of life that is left; it is there when the first lines have been read.
    while (true) {
      const text = await readWhenThere(join(folder, 'x.prom'))
      if (text.includes('wslog_build_info')) break
    }
    expect(await tail.end('SIGTERM')).toBe(0)
    expect(tail.lines()).toEqual([])
    expect(tail.errors()).toBe('')
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({ handshakes: { attempts: 3 } })
    expect(readFileSync(join(folder, 'x.prom'), 'utf8')).toContain('wslog_handshakes_total{result="switched"} 3')
  })

  it('opens its logs anew at SIGHUP', async () => {
    const { access } = logs()
    const tail = startWslog(['tail', access, '--json', '--interval', '1s'])
    await tail.said('following a log')
    renameSync(access, `${access}.1`)
    writeFileSync(access, '')
    tail.child.kill('SIGHUP')
    appendFileSync(access, wsLine({ time: now() }))
    // Two files that begin alike would be one and its copy.
    appendFileSync(`${access}.1`, wsLine({ time: now(), client: '203.0.113.99' }))
    await tail.line((line) => isInterval(line) && (JSON.parse(line) as Snapshot).logs[0]!.lines.read === 2)
    expect(await tail.end('SIGTERM')).toBe(0)
  })

  it('waits for a log that does not exist yet', async () => {
    const path = join(temporaryFolder(), 'later.log')
    const tail = startWslog(['tail', path, '--json', '--interval', '1s'])
    await tail.line((line) => line.includes('"log-missing"'))
    writeFileSync(path, wsLine({ time: now() }))
    await tail.line((line) => isInterval(line) && (JSON.parse(line) as Snapshot).logs[0]!.lines.read === 1)
    expect(await tail.end('SIGTERM')).toBe(0)
  })
})

/** The file's text; empty while it is not there. */
const readWhenThere = async (path: string): Promise<string> => {
  await new Promise((resolve) => setImmediate(resolve))
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

describe('what a tail tells others', () => {
  it('serves metrics on loopback, as many as came', async () => {
    const { access } = logs()
    const tail = startWslog(['tail', access, '--prometheus', '127.0.0.1:0', '--interval', '1s', '--count-by', 'path'])
    await tail.said('following a log')
    const [, url = ''] = /metrics at (\S+)/.exec(tail.errors()) ?? []
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    appendFileSync(access, wsLine({ time: now(), seconds: '60.020' }).repeat(3) + wsLine({ time: now(), status: 502 }))
    await tail.line((line) => line.includes('handshakes 4 '))
    const response = await fetch(url, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } })
    const text = await response.text()
    expect(response.headers.get('content-type')).toContain('application/openmetrics-text')
    expect(text).toContain('wslog_handshakes_total{result="switched"} 3\n')
    expect(text).toContain('wslog_session_duration_seconds_bucket{le="60"} 0\n')
    expect(text).toContain('wslog_session_duration_seconds_bucket{le="61"} 3\n')
    expect(text).toMatch(/path="\/ws"/)
    expect(text.endsWith('# EOF\n')).toBe(true)
    expect(await tail.end('SIGTERM')).toBe(0)
  })

  it('posts events to a webhook that fails at first', async () => {
    const { access, errors } = logs()
    const bodies: string[] = []
    let delivered: () => void
    const isDelivered = new Promise<void>((resolve) => (delivered = resolve))
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
        bodies.push(body)
        response.statusCode = bodies.length < 2 ? 503 : 204
        response.end()
        if (bodies.length === 2) delivered()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const tail = startWslog(['tail', access, '-e', errors, '--notify', `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`])
    await tail.said('following 2 logs')
    appendFileSync(errors, `${errorStamp(Date.now())} [alert] 7#7: worker process 4711 exited on signal 9\n`)
    await isDelivered
    expect(bodies[1]).toBe(bodies[0])
    expect(JSON.parse(bodies[1]!)).toMatchObject({ schema: 'wslog.notification/1', event: 'worker-crash', logs: [access, errors] })
    expect(await tail.end('SIGTERM')).toBe(0)
  })

  it('tells when a --fail-on condition begins to hold, and ends with 1 while it holds for the whole run', async () => {
    const { access } = logs()
    const tail = startWslog(['tail', access, '--json', '--fail-on', 'success-rate<0.9'])
    await tail.said('following a log')
    appendFileSync(access, wsLine({ time: now(), status: 502 }).repeat(3) + wsLine({ time: now() }))
    expect(JSON.parse(await tail.line((line) => line.includes('threshold-crossed')))).toMatchObject({ event: 'threshold-crossed', detail: 'success-rate<0.9' })
    expect(await tail.end('SIGTERM')).toBe(1)
  })
})

describe('a bug', () => {
  it.each(['throw new Error("made for this test")', 'Promise.reject(new Error("made for this test"))'])('ends a tail with its stack and 2, wherever it is: %s', async (bug) => {
    const { access } = logs()
    const tail = startWslog(['tail', access, '--quiet', '--json', '--interval', '1s'], { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${bug} })`)}` } })
    await tail.line(isInterval)
    expect(await tail.end('SIGUSR2')).toBe(2)
    expect(tail.errors()).toMatch(/^wslog: unexpected error, please report it\nError: made for this test\n {4}at /)
  })
})

describe('what is wrong is said before anything is followed', () => {
  it.each([
    [[], 'no access log named'],
    [['-'], 'follows files; what comes through a pipe is for wslog analyze'],
    [['a.log', '--interval', '10ms'], 'a second is the shortest'],
    [['a.log', '--interval', 'soon'], 'not a time'],
    [['a.log', '--count-by', 'agent'], 'not a field; there are upstream, host, path, client, user-agent'],
    [['a.log', '--notify', 'ftp://x/y'], 'ftp: is not for webhooks'],
    [['a.log', '--prometheus', 'here'], 'not an address to listen on'],
    [['no/such/*.log'], 'no file matches'],
    [['a.log', '--textfile', '/no/such/folder/x.prom'], 'its folder does not exist'],
    [['a.log', '-o', '/no/such/folder/x.json'], 'its folder does not exist'],
    [['a.log', '--textfile', 'x.txt'], 'node_exporter reads only files that end in .prom'],
    [['a.log', '--log-format', 'nginx'], 'neither a known name'],
  ])('%j: %s', async (args, message) => {
    const { code, stdout, stderr } = await wslog(['tail', ...args])
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})
