import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stampZoneOf } from '../src/commands/stamp-zone.ts'
import { loadKnownFormats } from '../src/input/formats.ts'
import { compileFormat } from '../src/log-format/compile.ts'
import { parseSnippet } from '../src/log-format/directive.ts'
import { analyze } from '../src/pipeline.ts'
import type { Report } from '../src/report/report.ts'
import { NO_FILTERS } from '../src/session/filter.ts'

const FOLDER = new URL('real-logs/', import.meta.url)
const TEXT_LOGS = ['access.log', 'access_rich.log', 'access_json.log', 'ws_access.log', 'ws_rich.log']
const LOGS = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => TEXT_LOGS.filter((file) => existsSync(new URL(`${name}/${file}`, FOLDER))).map((file) => `${name}/${file}`))

const read = (path: string): string => readFileSync(new URL(path, FOLDER), 'latin1')

/** With the known formats and, of the folder's own, those that are not known. */
const reportOf = async (log: string): Promise<Report> => {
  const known = (await loadKnownFormats()).map(({ format }) => format)
  const own = parseSnippet(read(`${log.split('/')[0]}/nginx.conf`)).filter(({ name }) => name.includes('rich')).map((directive) => compileFormat(directive.name, directive))
  return analyze({
    files: [new URL(log, FOLDER).pathname],
    errorFiles: [],
    readTimeoutMs: undefined,
    formats: [...known, ...own],
    onOpen: () => ({ filters: NO_FILTERS, timeZone: 'UTC', stampZone: stampZoneOf([], undefined) }),
    onRead: () => {},
    threads: 1,
    top: 10,
    isQueryKept: false,
    isAnonymized: false,
    version: 'test',
    generatedAtMs: 0,
    signal: new AbortController().signal,
  })
}

interface Line {
  readonly endMs: number
  readonly request: string
  readonly status: number
  readonly bytes: number
  readonly rtMs: number
  readonly urtMs: number
  readonly upgrade: string | undefined
}

const firstOf = (line: string, ...patterns: readonly RegExp[]): string | undefined => {
  for (const pattern of patterns) {
    const value = pattern.exec(line)?.[1]
    if (value !== undefined) return value
  }
  return undefined
}

const ms = (seconds: string | undefined): number => (seconds === undefined || seconds === '-' || seconds === '' ? Number.NaN : Math.round(Number(seconds) * 1000))

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

const timeLocalMs = (text: string): number => {
  const [, day, month, year, time, zone] = /^(\d\d)\/(\w{3})\/(\d{4}):(\S+) ([+-]\d{4})$/.exec(text)!
  return Date.parse(`${year}-${String(MONTHS.indexOf(month!) / 3 + 1).padStart(2, '0')}-${day}T${time}${zone!.slice(0, 3)}:${zone!.slice(3)}`)
}

/** A line taken apart by regular expressions alone. */
const parse = (line: string): Line => ({
  endMs: ms(firstOf(line, /\bmsec=([\d.]+)/, / ms=([\d.]+)/)) || timeLocalMs(firstOf(line, /\[([^\]]+)\]/)!),
  request: firstOf(line, /request="([^"]*)"/, /\] "([^"]*)"/)!,
  status: Number(firstOf(line, / status=(\d+)/, /" (\d{3}) \d+ rt=/)),
  bytes: Number(firstOf(line, /body_bytes_sent=(\d+)/, /" \d{3} (\d+) rt=/)),
  rtMs: ms(firstOf(line, /[^_]request_time=(\S+)/, / rt=(\S+)/)),
  urtMs: ms(firstOf(line, /upstream_response_time="([^"]*)"/, / urt=(.*?) ua=/)?.split(/, | : /).at(-1)),
  upgrade: firstOf(line, /http_upgrade="([^"]*)"/, / upg="([^"]*)"/),
})

const pathOf = ({ request }: Line): string => request.split(' ')[1]?.split('?')[0] ?? ''

/** Where no header tells it: all of a log that is half 101; else 101s, and GETs in the folder of one, or at a path named like a socket. */
const isHandshake = (lines: readonly Line[]): ((line: Line) => boolean) => {
  if (lines[0]!.upgrade !== undefined) return ({ upgrade }) => upgrade!.toLowerCase() === 'websocket'
  const switched = lines.filter(({ status }) => status === 101)
  if (switched.length * 2 >= lines.length && switched.length > 0) return () => true
  const folderOf = (line: Line): string => pathOf(line).slice(0, pathOf(line).lastIndexOf('/') + 1)
  const plainIn = (folder: string): number => lines.filter((line) => line.status >= 200 && line.status < 305 && line.status !== 302 && folderOf(line) === folder).length
  const open = new Set(switched.map(folderOf).filter((folder) => plainIn(folder) <= switched.filter((line) => folderOf(line) === folder).length))
  return (line) => line.status === 101 || (line.request.startsWith('GET ') && (open.has(folderOf(line)) || /(?:^|\/)ws(?:\/|$)/.test(pathOf(line))))
}

/** What a report must say, counted line by line and second by second. */
const countedFrom = (lines: readonly Line[]) => {
  const handshakes = lines.filter(isHandshake(lines))
  const sessions = handshakes.filter(({ status }) => status === 101).map((line) => ({
    startMs: line.endMs - line.rtMs,
    endMs: line.endMs,
    durationMs: line.urtMs < line.rtMs ? line.urtMs : line.rtMs,
    bytes: line.bytes,
  }))
  const byStatus: Record<string, number> = {}
  for (const { status } of handshakes) byStatus[String(status).padStart(3, '0')] = (byStatus[String(status).padStart(3, '0')] ?? 0) + 1
  const fromMs = Math.min(...lines.map(({ endMs }) => endMs))
  const toMs = Math.max(...lines.map(({ endMs }) => endMs))
  const minutes: { minute: string; attempts: number; succeeded: number; drops: number; active: number }[] = []
  const peak = { active: 0, atMs: 0 }
  for (let minuteMs = Math.floor(fromMs / 60_000) * 60_000; minuteMs <= toMs; minuteMs += 60_000) {
    const isIn = (atMs: number): boolean => Math.floor(atMs / 60_000) * 60_000 === minuteMs
    let most = 0
    for (let atMs = minuteMs; atMs < minuteMs + 60_000; atMs += 1000) {
      const active = sessions.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs).length
      most = Math.max(most, active)
      if (active > peak.active) Object.assign(peak, { active, atMs })
    }
    minutes.push({
      minute: new Date(minuteMs).toISOString(),
      attempts: handshakes.filter(({ endMs, rtMs }) => isIn(endMs - rtMs)).length,
      succeeded: sessions.filter(({ startMs }) => isIn(startMs)).length,
      drops: sessions.filter(({ endMs }) => isIn(endMs)).length,
      active: most,
    })
  }
  return { handshakes, sessions, byStatus, fromMs, toMs, minutes, peak }
}

interface Observed {
  readonly access_line: boolean
  readonly status?: number
  readonly request_time?: string
  readonly logged_at_msec?: string
}

describe('logs that a real nginx wrote', () => {
  it('are there to be read', () => {
    expect(LOGS.length).toBeGreaterThan(38)
  })

  describe.each(LOGS)('%s', (log) => {
    const text = read(log)
    const lines = text.trimEnd().split('\n').map(parse)
    const counted = countedFrom(lines)

    it('is read whole: every line parsed, none skipped', async () => {
      const report = await reportOf(log)
      expect(report.errors).toEqual([])
      expect(report.lines).toMatchObject({ read: lines.length, parsed: lines.length, skipped: 0, filtered: 0, overlong: 0, glued: 0, examples: [] })
      expect(report.inputs).toMatchObject([{ lines: lines.length, bytes: text.length, envelope: null, from: new Date(counted.fromMs).toISOString(), to: new Date(counted.toMs).toISOString() }])
    })

    it('gives the handshakes that a count by regular expression gives', async () => {
      const { handshakes, otherRequests } = await reportOf(log)
      expect(handshakes.byStatus).toEqual(counted.byStatus)
      expect(handshakes.attempts).toBe(counted.handshakes.length)
      expect(handshakes.succeeded).toBe(counted.sessions.length)
      expect(handshakes.failures.reduce((sum, { count }) => sum + count, 0)).toBe(counted.handshakes.length - counted.sessions.length)
      expect(otherRequests).toEqual({ plain: lines.length - counted.handshakes.length, polling: 0 })
    })

    it('gives the sessions: their number, the quiet ones, the sum of their durations, their bytes', async () => {
      const { sessions, drops } = await reportOf(log)
      const durations = counted.sessions.map(({ durationMs }) => durationMs)
      expect(sessions.count).toBe(counted.sessions.length)
      expect(drops.count).toBe(counted.sessions.length)
      expect(sessions.quiet).toBe(counted.sessions.filter(({ bytes }) => bytes <= 4).length)
      expect(sessions.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(counted.sessions.length)
      if (durations.length === 0) {
        expect(sessions.durationSeconds.mean).toBeNull()
        return
      }
      const sumMs = durations.reduce((sum, duration) => sum + duration, 0)
      expect(sessions.durationSeconds.mean).toBe(Number((sumMs / durations.length / 1000).toFixed(3)))
      expect(sessions.durationSeconds).toMatchObject({ min: Math.min(...durations) / 1000, max: Math.max(...durations) / 1000 })
      expect(sessions.bytesToClient).toMatchObject({ total: counted.sessions.reduce((sum, { bytes }) => sum + bytes, 0), max: Math.max(...counted.sessions.map(({ bytes }) => bytes)) })
    })

    it('gives every minute, and the second at which most were open', async () => {
      const { timeline, active } = await reportOf(log)
      expect(timeline.map(({ minute, attempts, succeeded, drops, active }) => ({ minute, attempts, succeeded, drops, active }))).toEqual(counted.minutes)
      expect(active).toEqual({ peak: counted.peak.active, peakAt: counted.peak.active > 0 ? new Date(counted.peak.atMs).toISOString() : null, isLowerBound: true })
    })

    it('gives the drops per minute', async () => {
      const { drops } = await reportOf(log)
      const perMinute = counted.minutes.map((minute) => minute.drops)
      const most = Math.max(...perMinute)
      expect(drops.perMinute).toMatchObject({
        mean: Number((perMinute.reduce((sum, count) => sum + count, 0) / perMinute.length).toFixed(3)),
        max: most,
        maxAt: most > 0 ? counted.minutes.find((minute) => minute.drops === most)!.minute : null,
      })
    })
  })

  describe.each(LOGS.filter((log) => log.endsWith('access_rich.log') && !log.startsWith('n_escape')))('%s and the truth beside it', (log) => {
    const { connections } = JSON.parse(readFileSync(new URL(`${log.split('/')[0]}/truth.json`, FOLDER), 'utf8')) as { connections: { observed?: Observed }[] }
    const logged = connections.flatMap(({ observed }) => (observed?.access_line === true && observed.status === 101 ? [observed] : []))

    it('agree on the sessions, and on when they began and ended', async () => {
      const report = await reportOf(log)
      if (log.startsWith('p1_')) return // its truth names no lines
      expect(report.sessions.count).toBe(logged.length)
      const drops = new Map<string, number>()
      for (const { logged_at_msec } of logged) {
        const minute = new Date(Math.floor(Number(logged_at_msec) / 60) * 60_000).toISOString()
        drops.set(minute, (drops.get(minute) ?? 0) + 1)
      }
      expect(new Map(report.timeline.filter(({ drops }) => drops > 0).map(({ minute, drops }) => [minute, drops]))).toEqual(drops)
      expect(report.timeline.reduce((sum, { succeeded }) => sum + succeeded, 0) + report.window.startedBefore).toBe(logged.length)
    })
  })

  describe.each(['farm/ws_access.log', 'farm/ws_rich.log'])('%s and the truth beside it', (log) => {
    const FAILED = new Set(['upgrade-missing', 'forbidden', 'not-found', 'refused', 'handshake-timeout'])
    const { _events: _, ...byId } = JSON.parse(readFileSync(new URL('farm/truth.json', FOLDER), 'utf8')) as Record<string, { cause: string; status?: number }>
    const truth = Object.values(byId)

    it('agree on how many handshakes failed, and on why as far as an access log tells it', async () => {
      const { handshakes, sessions } = await reportOf(log)
      const failed = truth.filter(({ status }) => status !== undefined)
      expect(failed.every(({ cause }) => FAILED.has(cause))).toBe(true)
      expect(sessions.count).toBe(truth.length - failed.length)
      const truthCounts = Object.fromEntries([...FAILED].map((cause) => [cause, failed.filter((one) => one.cause === cause).length]))
      expect(Object.fromEntries(handshakes.failures.map(({ cause, count }) => [cause, count]))).toEqual(truthCounts)
    })

    it('agree on the timers: 60 s of nginx, 30 s of a load balancer, 50 s of the backend', async () => {
      const { clusters } = await reportOf(log)
      for (const [seconds, cause] of [[60, 'idle-timeout'], [30, 'edge-idle-timeout'], [50, 'lifetime-limit']] as const) {
        const cluster = clusters.find((each) => Math.abs(each.seconds - seconds) < 0.5)
        expect(cluster, `${seconds} s`).toBeDefined()
        expect(cluster!.sessions, cause).toBe(truth.filter((one) => one.cause === cause).length)
        expect(cluster!.quiet).toBe(cause === 'lifetime-limit' ? 0 : cluster!.sessions)
      }
    })
  })
})
