import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, rmdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadKnownFormats } from '../../src/input/formats.ts'
import type { LiveEvent } from '../../src/live/snapshot.ts'
import { analyze } from '../../src/pipeline.ts'
import type { Report } from '../../src/report/report.ts'
import type { Tail } from '../../src/run/tail.ts'
import { WallClock } from '../../src/error-log/wall-clock.ts'
import { ROOT } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'
import { Seeded } from '../helpers/seeded.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { readAll, tailOf } from '../helpers/tail.ts'
import { wsLine } from '../helpers/ws-line.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)
const idleLine = (ms: number, client: string): string =>
  `${errorStamp(ms)} [info] 77#77: *5 upstream timed out (110: Connection timed out) while proxying upgraded connection, client: ${client}, server: ws.example.com, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "ws.example.com"\n`

const processLine = (ms: number, level: string, text: string): string => `${errorStamp(ms)} [${level}] 7#7: ${text}\n`

const analyzed = async (files: readonly string[], errorFiles: readonly string[]): Promise<Report> => {
  const known = await loadKnownFormats()
  return analyze({
    files, errorFiles, formats: known.map(({ format }) => format), readTimeoutMs: undefined, top: 10, threads: 1, isQueryKept: false, isAnonymized: false, version: '0.0.0', generatedAtMs: START_MS,
    signal: new AbortController().signal, onRead: () => {},
    onOpen: () => ({ filters: NO_FILTERS, timeZone: 'UTC', stampZone: { clockOf: () => new WallClock([]), zone: { zone: '+00:00', from: 'access-log' } } }),
  })
}

/** How sure a verdict is on a session that ended in silence differs: a tail knows that the error log it follows would have told. */
const comparable = ({ endings, evidence, ...report }: Report): unknown => {
  const causes: Record<string, number> = {}
  for (const { cause, sessions } of endings) causes[cause] = (causes[cause] ?? 0) + sessions
  return { ...report, generatedAt: '', causes, evidence: { ...evidence, errorLogZone: null } }
}

const sample = (name: string): string => join(ROOT, 'samples', name)
const real = (name: string): string => join(ROOT, 'test/real-logs', name)

const LOGS: readonly [string, string, string[]][] = [
  ['healthy', sample('healthy.access.log'), []],
  ['idle-60s', sample('idle-60s.access.log'), []],
  ['ingress-retries', sample('ingress-retries.access.log'), []],
  ['mixed-site, where the lines have to say which of them are handshakes', sample('mixed-site.access.log'), []],
  ['who-cut-it', sample('who-cut-it.access.log'), [sample('who-cut-it.error.log')]],
  ['the farm, in the format ws', real('farm/ws_access.log'), [real('farm/error_info.log')]],
  ['the farm, in the format ws_rich', real('farm/ws_rich.log'), [real('farm/error_warn.log')]],
  ['a log written out of order', real('q2_buffered/access_buf.log'), [real('q2_buffered/error.log')]],
]

describe('the report of a run', () => {
  it.each(LOGS)('is that of wslog analyze: %s', async (_, access, errors) => {
    const tail = await tailOf({ ms: START_MS }, { files: [access], errorFiles: errors, isFromStart: true })
    readAll(tail)
    tail.close()
    expect(comparable(tail.report())).toEqual(comparable(await analyzed([access], errors)))
  })

  it.each(LOGS)('is the same when the lines come little by little, torn anywhere: %s', async (_, access, errors) => {
    const folder = temporaryFolder()
    const sources = [access, ...errors].map((path, index) => ({ bytes: readFileSync(path), path: join(folder, `${index}.log`), at: 0 }))
    for (const { path } of sources) writeFileSync(path, '')
    // Before the first line of them all: from then on the error logs are known to be followed.
    const clock = { ms: START_MS - 86_400_000 }
    const [logs, errorLogs] = [[sources[0]!.path], sources.slice(1).map(({ path }) => path)]
    const tail = await tailOf(clock, { files: logs, errorFiles: errorLogs })
    const random = new Seeded(7)
    // Error lines come before the access lines that they belong to, as nginx writes them.
    for (const source of sources.toReversed()) {
      while (source.at < source.bytes.length) {
        const length = random.int(1, 4000)
        appendFileSync(source.path, source.bytes.subarray(source.at, source.at + length))
        source.at += length
        clock.ms += random.int(0, 300)
        readAll(tail)
        if (random.next() < 0.2) tail.look()
      }
    }
    tail.close()
    const whole = await analyzed(logs, errorLogs)
    const report = tail.report()
    // Where the format does not tell handshakes from other requests, the first few lines had to do with what was known by then.
    if (whole.handshakes.rule.kind === 'http-upgrade') expect(comparable(report)).toEqual(comparable(whole))
    else {
      expect(report.lines).toEqual(whole.lines)
      expect(report.sessions.count).toBe(whole.sessions.count)
      // The farm's first lines are mostly failures, and a log is one of sockets when half of its lines are 101.
      expect(whole.handshakes.attempts - report.handshakes.attempts).toBeLessThanOrEqual(30)
    }
  })

  it('covers only what came after the start, and everything when asked for', async () => {
    const path = join(temporaryFolder(), 'a.log')
    writeFileSync(path, wsLine().repeat(5))
    const [behind, from] = [await tailOf({ ms: START_MS }, { files: [path] }), await tailOf({ ms: START_MS }, { files: [path], isFromStart: true })]
    appendFileSync(path, wsLine().repeat(3))
    for (const tail of [behind, from]) readAll(tail)
    expect([behind.report().lines.read, from.report().lines.read]).toEqual([3, 8])
  })
})

describe('a line of the error log', () => {
  const follow = async () => {
    const folder = temporaryFolder()
    const [access, errors] = [join(folder, 'access.log'), join(folder, 'error.log')]
    for (const path of [access, errors]) writeFileSync(path, '')
    const clock = { ms: START_MS }
    const tail = await tailOf(clock, { files: [access], errorFiles: [errors] })
    return { access, errors, clock, tail }
  }

  it('explains its session, though both were written before either was read', async () => {
    const { access, errors, tail } = await follow()
    appendFileSync(errors, idleLine(START_MS, '203.0.113.5'))
    appendFileSync(access, wsLine({ time: timeLocal(START_MS), seconds: '60.001', bytes: 0 }))
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).latest).toMatchObject([{ cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', durationSeconds: 60.001 }])
  })

  it('explains its session, though an entry before it is of a year to come', async () => {
    const { access, errors, tail } = await follow()
    appendFileSync(errors, processLine(Date.UTC(2099, 0, 1), 'notice', 'made up by a client'))
    readAll(tail)
    appendFileSync(errors, idleLine(START_MS, '203.0.113.5'))
    appendFileSync(access, wsLine({ time: timeLocal(START_MS), seconds: '60.001', bytes: 0 }))
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).latest).toMatchObject([{ cause: 'idle-timeout', confidence: 'confirmed' }])
  })

  it('explains sessions by the thousand, written in one go', async () => {
    const { access, errors, tail } = await follow()
    const clients = Array.from({ length: 20_000 }, (_, number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`)
    appendFileSync(errors, clients.map((client, index) => idleLine(START_MS + index, client)).join(''))
    appendFileSync(access, clients.map((client, index) => wsLine({ client, time: timeLocal(START_MS + index), seconds: '60.001', bytes: 0 })).join(''))
    readAll(tail)
    expect(tail.snapshot({ isLast: true }).interval.endings).toEqual([{ cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', sessions: 20_000 }])
  })

  it('that is missing at level info means an orderly close, once an entry of that level has been seen', async () => {
    const { access, errors, tail } = await follow()
    appendFileSync(access, wsLine({ time: timeLocal(START_MS) }))
    readAll(tail)
    appendFileSync(errors, idleLine(START_MS + 1000, '203.0.113.99'))
    appendFileSync(access, wsLine({ time: timeLocal(START_MS + 2000) }))
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).latest.map(({ cause, confidence }) => [cause, confidence])).toEqual([['closed', 'likely'], ['closed', 'guess']])
  })

  it.each([
    ['notice', 'reconfiguring', 'reload'],
    ['alert', 'worker process 4711 exited on signal 9', 'worker-crash'],
    ['notice', 'signal 15 (SIGTERM) received from 1, exiting', 'nginx-stop'],
  ])('at %s, %s, is an event at once', async (level, text, event) => {
    const { errors, tail } = await follow()
    appendFileSync(errors, processLine(START_MS, level, text))
    readAll(tail)
    expect(tail.takeEvents()).toMatchObject([{ kind: 'event', event, at: '2026-11-21T08:00:00.000Z' }])
    appendFileSync(errors, processLine(START_MS + 1000, 'notice', 'start worker process 12'))
    readAll(tail)
    tail.look()
    expect(tail.takeEvents().filter((told) => told.event === event)).toEqual([])
  })
})

describe('while it runs', () => {
  const follow = async (options: Partial<Parameters<typeof tailOf>[1]> = {}) => {
    const path = join(temporaryFolder(), 'access.log')
    writeFileSync(path, '')
    const clock = { ms: START_MS }
    const tail = await tailOf(clock, { files: [path], ...options })
    const write = (text: string): void => {
      appendFileSync(path, text)
      readAll(tail)
    }
    return { path, clock, tail, write }
  }

  /** A minute's worth of sessions, evenly. */
  const minuteOf = (clock: { ms: number }, count: number): string => {
    const lines = Array.from({ length: count }, (_, index) => wsLine({ client: `10.0.0.${index}`, time: timeLocal(clock.ms + Math.floor((index * 60_000) / count)), seconds: `${(index * 7) % 50}.500`, bytes: 500 }))
    clock.ms += 60_000
    return lines.join('')
  }

  const eventsOf = (tail: Tail, kind: LiveEvent['event']): LiveEvent[] => tail.takeEvents().filter(({ event }) => event === kind)

  it('tells of a blackout while it lasts, and not in a quiet minute', async () => {
    const { clock, tail, write } = await follow()
    for (let minute = 0; minute < 20; minute++) {
      write(minuteOf(clock, 30))
      tail.look()
    }
    clock.ms += 59_000
    readAll(tail)
    tail.look()
    expect(eventsOf(tail, 'blackout')).toEqual([])
    clock.ms += 62_000
    readAll(tail)
    tail.look()
    expect(eventsOf(tail, 'blackout')).toMatchObject([{ at: '2026-11-21T08:20:00.000Z' }])
    clock.ms += 60_000
    tail.look()
    expect(eventsOf(tail, 'blackout')).toEqual([])
  })

  it('tells of no blackout while the log is not there', async () => {
    const { path, clock, tail, write } = await follow()
    for (let minute = 0; minute < 20; minute++) write(minuteOf(clock, 30))
    rmSync(path)
    clock.ms += 300_000
    readAll(tail)
    tail.look()
    expect(tail.takeEvents()).toEqual([])
    // A log that is renamed is made anew within seconds.
    clock.ms += 10_000
    readAll(tail)
    tail.look()
    expect(tail.takeEvents().map(({ event }) => event)).toEqual(['log-missing'])
  })

  it('tells of a backend that stopped, and says of its sessions what ended them', async () => {
    const { clock, tail, write } = await follow()
    const random = new Seeded(3)
    for (let minute = 0; minute < 10; minute++) {
      const lines = Array.from({ length: 60 }, (_, second) => wsLine({ client: `10.0.${minute}.${second}`, time: timeLocal(clock.ms + second * 1000), seconds: `${random.int(5, 500)}.${random.int(100, 999)}`, bytes: 900, upstream: `10.0.0.${second % 3}:80` }))
      clock.ms += 60_000
      write(lines.join(''))
    }
    const cut = Array.from({ length: 40 }, (_, index) => wsLine({ client: `10.1.0.${index}`, time: timeLocal(clock.ms), seconds: `${random.int(5, 500)}.${random.int(100, 999)}`, bytes: 900, upstream: '10.0.0.1:80' }))
    write(cut.join(''))
    for (let second = 1; second < 70; second++) {
      clock.ms += 1000
      if (second < 5) write(wsLine({ time: timeLocal(clock.ms), status: 502, seconds: '0.000', bytes: 157, upstream: '10.0.0.1:80' }).repeat(3))
      write(wsLine({ client: `10.2.0.${second}`, time: timeLocal(clock.ms), seconds: `${random.int(5, 500)}.500`, bytes: 900, upstream: `10.0.0.${(second % 2) * 2}:80` }))
      if (second % 5 === 0) tail.look()
    }
    expect(eventsOf(tail, 'upstream-restart')).toMatchObject([{ upstream: '10.0.0.1:80', at: '2026-11-21T08:10:00.000Z' }])
    const { windows } = tail.snapshot({ isLast: false })
    const ended = windows.at(-1)!.endings.find(({ cause }) => cause === 'upstream-restart')?.sessions ?? 0
    expect(ended).toBeGreaterThanOrEqual(38)
    expect(ended).toBeLessThanOrEqual(42)
    expect(tail.report().endings.find(({ cause }) => cause === 'upstream-restart')?.sessions).toBe(ended)
  })

  it('tells of the end of all sessions of the only backend, though nothing else has ever come', async () => {
    const errors = join(temporaryFolder(), 'error.log')
    writeFileSync(errors, `${errorStamp(START_MS - 60_000)} [info] 7#7: *5 client 203.0.113.9 closed keepalive connection\n`)
    const { clock, tail, write } = await follow({ errorFiles: [errors] })
    clock.ms += 10_000
    write(Array.from({ length: 60 }, (_, index) => wsLine({ client: `10.0.0.${index}`, time: timeLocal(clock.ms), seconds: `${5 + index}.500`, bytes: 500 })).join(''))
    for (let second = 1; second <= 20; second++) {
      clock.ms += 1000
      if (second > 3 && second < 8) {
        appendFileSync(errors, `${errorStamp(clock.ms)} [error] 7#7: *${second} connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.5, server: a, request: "GET /ws HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "a"\n`.repeat(5))
        write(wsLine({ time: timeLocal(clock.ms), status: 502, seconds: '0.000' }).repeat(5))
      } else readAll(tail)
      tail.look()
    }
    const told = tail.takeEvents()
    expect(told.filter(({ event }) => event === 'ends-together' || event === 'upstream-restart')).toMatchObject([
      { event: 'ends-together', sessions: 60, at: '2026-11-21T08:00:10.000Z' },
      { event: 'upstream-restart', sessions: 60, at: '2026-11-21T08:00:10.000Z', detail: 'all sessions of the upstream ended in one moment; no other upstream had any' },
    ])
    expect(tail.report().endings).toMatchObject([{ cause: 'upstream-restart', sessions: 60 }])
  })

  it('learns from the lines which of them are handshakes, where the format does not say it', async () => {
    const { tail, write } = await follow()
    write(wsLine({ target: '/play/1', status: 101 }).repeat(4))
    tail.look()
    write(wsLine({ target: '/play/1', status: 502 }).repeat(3))
    expect(tail.snapshot({ isLast: true }).interval.handshakes).toMatchObject({ succeeded: 4, failed: 3 })
  })

  it('says when no format fits, and reads on when lines come that one fits', async () => {
    const { path, tail, write } = await follow()
    write('this is no access log\n'.repeat(3))
    expect(eventsOf(tail, 'log-unknown')).toMatchObject([{ detail: `${path}: no log format that was given or is known fits its first 3 lines; wslog explain says why` }])
    write(wsLine())
    const [log] = tail.snapshot({ isLast: false }).logs
    expect(log).toMatchObject({ logFormat: 'ws', lines: { read: 4, parsed: 1, skipped: 3, filtered: 0 } })
  })

  it('tells of a log that is missing, and of it when it comes', async () => {
    const path = join(temporaryFolder(), 'later.log')
    const clock = { ms: START_MS }
    const tail = await tailOf(clock, { files: [path] })
    readAll(tail)
    tail.look()
    expect(eventsOf(tail, 'log-missing')).toHaveLength(1)
    expect(tail.snapshot({ isLast: false }).logs).toMatchObject([{ state: 'waiting', logFormat: null }])
    writeFileSync(path, wsLine().repeat(2))
    readAll(tail)
    tail.look()
    expect(eventsOf(tail, 'log-back')).toHaveLength(1)
    expect(tail.report().lines.read).toBe(2)
  })

  it('tells of a log that is there and cannot be read, and why', async () => {
    const path = join(temporaryFolder(), 'ws.log')
    mkdirSync(path)
    const tail = await tailOf({ ms: START_MS }, { files: [path] })
    readAll(tail)
    tail.look()
    expect(eventsOf(tail, 'log-missing')).toMatchObject([{ detail: `${path}: is a folder; name the files in it` }])
    expect(tail.snapshot({ isLast: false }).logs).toMatchObject([{ state: 'waiting' }])
    rmdirSync(path)
    writeFileSync(path, wsLine().repeat(2))
    readAll(tail)
    tail.look()
    expect(eventsOf(tail, 'log-back')).toHaveLength(1)
    expect(tail.report().lines.read).toBe(2)
  })

  it('says in the report of the end that a log is compressed', async () => {
    const path = join(temporaryFolder(), 'ws.log.gz')
    writeFileSync(path, gzipSync(wsLine()))
    const tail = await tailOf({ ms: START_MS }, { files: [path] })
    readAll(tail)
    tail.close()
    expect(tail.report().errors).toEqual([{ path, message: `${path}: is compressed (gzip); only a plain log can be followed` }])
  })

  it('starts at a log whose lines no format fits, and reads those that one fits', async () => {
    const path = join(temporaryFolder(), 'ws.log')
    writeFileSync(path, 'this is no access log\n'.repeat(3))
    const tail = await tailOf({ ms: START_MS }, { files: [path] })
    appendFileSync(path, `nor is this\n${wsLine()}`)
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).logs).toMatchObject([{ logFormat: 'ws', lines: { read: 2, parsed: 1, skipped: 1 } }])
  })

  it('waits for the rest of a line', async () => {
    const { path, tail } = await follow()
    const line = wsLine()
    const fd = openSync(path, 'a')
    writeSync(fd, line.slice(0, 40))
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).logs[0]!.lines.read).toBe(0)
    writeSync(fd, line.slice(40))
    closeSync(fd)
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).logs[0]!.lines).toMatchObject({ read: 1, parsed: 1 })
  })

  it('keeps what the filters keep, and shows no address when asked', async () => {
    const { tail, write } = await follow({ filters: { ...NO_FILTERS, paths: ['/ws'] }, isAnonymized: true })
    write(wsLine({ target: '/ws?token=secret' }) + wsLine({ target: '/other' }))
    const { latest, interval } = tail.snapshot({ isLast: true })
    expect(interval.handshakes.attempts).toBe(1)
    expect(latest).toMatchObject([{ client: '203.0.113.0', path: '/ws' }])
  })

  it('adds its intervals up to the totals of the run', async () => {
    const { clock, tail, write } = await follow()
    let [attempts, faults] = [0, 0]
    for (let minute = 0; minute < 5; minute++) {
      write(minuteOf(clock, 10 + minute) + wsLine({ time: timeLocal(clock.ms - 1000), status: 502, seconds: '0.001' }))
      const { interval } = tail.snapshot({ isLast: true })
      attempts += interval.handshakes.attempts
      faults += interval.drops.faults
    }
    const report = tail.report()
    expect([attempts, faults]).toEqual([report.handshakes.attempts, report.drops.faults])
    expect(tail.totals()).toMatchObject({ succeeded: report.handshakes.succeeded })
  })
})

describe('what a run of months may meet', () => {
  it('a line that is too long, when the rule has just changed', async () => {
    const path = join(temporaryFolder(), 'access.log')
    writeFileSync(path, '')
    const tail = await tailOf({ ms: START_MS }, { files: [path] })
    appendFileSync(path, wsLine({ target: '/play/1', status: 200 }).repeat(4))
    readAll(tail)
    appendFileSync(path, wsLine({ target: '/play/1', status: 101 }).repeat(96))
    readAll(tail)
    appendFileSync(path, 'x'.repeat(2 << 20))
    readAll(tail)
    appendFileSync(path, `\n${wsLine()}`)
    readAll(tail)
    expect(tail.report().lines).toMatchObject({ read: 102, parsed: 101, overlong: 1, examples: [{ path, line: 101 }] })
  })
})
