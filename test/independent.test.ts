import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stampZoneOf } from '../src/commands/stamp-zone.ts'
import { loadKnownFormats } from '../src/input/formats.ts'
import { analyze } from '../src/pipeline.ts'
import type { Report } from '../src/report/report.ts'
import { NO_FILTERS } from '../src/session/filter.ts'
import { Seeded, times } from './helpers/seeded.ts'

const START = Date.UTC(2026, 10, 20, 21, 30)
const SPAN_MS = 4 * 3_600_000
const LINES = 20_000

/** One line's truth; `$time_local` tells whole seconds, so ends are whole seconds too. */
interface Truth {
  readonly endMs: number
  readonly rtMs: number
  readonly durationMs: number
  readonly status: number
  readonly bytes: number
  readonly client: string
  readonly upstream: string
}

const FAILURES = [[502, '10.1.0.1:80'], [502, 'backend'], [504, '10.1.0.2:80'], [404, '-'], [403, '-'], [400, '10.1.0.1:80'], [499, '10.1.0.1:80'], [503, '-'], [9, '10.1.0.3:80']] as const

const generate = (seed: number): Truth[] => {
  const random = new Seeded(seed)
  return times(LINES, (): Truth => {
    const endMs = START + random.int(0, SPAN_MS / 1000) * 1000
    const client = `10.0.${random.int(0, 4)}.${random.int(0, 200)}`
    if (random.next() < 0.07) {
      const [status, upstream] = random.pick(FAILURES)
      const rtMs = status === 504 ? 60_000 + random.int(0, 9) : random.int(0, 50)
      return { endMs, rtMs, durationMs: rtMs, status, bytes: 157, client, upstream }
    }
    const isIdle = random.next() < 0.15
    const durationMs = isIdle ? 60_000 + random.int(0, 8) : Math.round(random.logNormal({ median: 200_000, sigma: 1.4 }))
    const lingerMs = random.next() < 0.05 ? 5000 : 0
    return { endMs, rtMs: durationMs + lingerMs, durationMs, status: 101, bytes: isIdle ? random.pick([0, 4]) : random.int(0, 2_000_000), client, upstream: `10.1.0.${random.int(1, 4)}:80` }
  }).sort((a, b) => a.endMs - b.endMs)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number): string => String(value).padStart(2, '0')
const seconds = (ms: number): string => (ms / 1000).toFixed(3)

const timeLocal = (ms: number, offsetHours: number): string => {
  const local = new Date(ms + offsetHours * 3_600_000)
  return `${two(local.getUTCDate())}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}:${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${offsetHours < 0 ? '-' : '+'}${two(Math.abs(offsetHours))}00`
}

const lineOf = (truth: Truth, index: number, offsetHours: number): string => {
  const hasRetry = index % 50 === 0 && truth.status === 101
  const urt = truth.upstream === '-' ? '-' : `${hasRetry ? '0.000, ' : ''}${seconds(truth.durationMs)}`
  const upstream = hasRetry ? `10.1.0.9:80, ${truth.upstream}` : truth.upstream
  return `${truth.client} - a.example [${timeLocal(truth.endMs, offsetHours)}] "GET /ws/room${index % 7}?token=${index} HTTP/1.1" ${String(truth.status).padStart(3, '0')} ${truth.bytes} rt=${seconds(truth.rtMs)} urt=${urt} ua="test \\x22x\\x22" up="${upstream}"\n`
}

const folder = mkdtempSync(join(tmpdir(), 'wslog-independent-'))
afterAll(() => rmSync(folder, { recursive: true }))

const analyzeFiles = async (files: readonly string[]): Promise<Report> =>
  analyze({
    files,
    errorFiles: [],
    readTimeoutMs: undefined,
    formats: (await loadKnownFormats()).map(({ format }) => format),
    onOpen: () => ({ filters: NO_FILTERS, timeZone: 'UTC', stampZone: stampZoneOf([], undefined) }),
    onRead: () => {},
    threads: 1,
    top: 1000,
    isQueryKept: false,
    isAnonymized: false,
    version: 'test',
    generatedAtMs: 0,
    signal: new AbortController().signal,
  })

/** How many values of an ascending list are at most `limit`. */
const atMost = (sorted: readonly number[], limit: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

const isTimer = ({ durationMs }: Truth): boolean => durationMs >= 60_000 && durationMs < 60_008

/** A Close frame at a fixed age: an application that ends idle sessions. Those that end without one may be cut by anybody. */
const isClosedByTimer = (one: Truth): boolean => isTimer(one) && one.bytes === 4

const truthOf = (lines: readonly Truth[]) => {
  const sessions = lines.filter(({ status }) => status === 101)
  const starts = ascending(sessions.map(({ endMs, rtMs }) => endMs - rtMs))
  const ends = ascending(sessions.map(({ endMs }) => endMs))
  const faults = ascending(sessions.filter(isClosedByTimer).map(({ endMs }) => endMs))
  const tried = ascending(lines.map(({ endMs, rtMs }) => endMs - rtMs))
  const within = (sorted: readonly number[], minuteMs: number): number => atMost(sorted, minuteMs + 59_999) - atMost(sorted, minuteMs - 1)
  const fromMs = lines[0]!.endMs
  const toMs = lines.at(-1)!.endMs
  const timeline = []
  const peak = { active: 0, atMs: 0 }
  for (let minuteMs = Math.floor(fromMs / 60_000) * 60_000; minuteMs <= toMs; minuteMs += 60_000) {
    const open = times(60, (second) => atMost(starts, minuteMs + second * 1000) - atMost(ends, minuteMs + second * 1000))
    for (const [second, active] of open.entries()) if (active > peak.active) Object.assign(peak, { active, atMs: minuteMs + second * 1000 })
    const [drops, cut] = [within(ends, minuteMs), within(faults, minuteMs)]
    const causes = { ...(drops > cut ? { closed: drops - cut } : {}), ...(cut > 0 ? { 'upstream-idle-timeout': cut } : {}) }
    timeline.push({ minute: new Date(minuteMs).toISOString(), attempts: within(tried, minuteMs), succeeded: within(starts, minuteMs), drops, faults: cut, causes, active: Math.max(...open) })
  }
  return { sessions, durations: ascending(sessions.map(({ durationMs }) => durationMs)), timeline, peak, fromMs, toMs }
}

/** Nearest rank. */
const nearest = (sorted: readonly number[], q: number): number => sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!

describe.each([[1, 0], [2, 2], [3, -5]])('a log of 20,000 lines of which everything is known (seed %i, offset %i h)', (seed, offsetHours) => {
  const lines = generate(seed)
  const truth = truthOf(lines)
  const path = join(folder, `${seed}.log`)
  writeFileSync(path, lines.map((line, index) => lineOf(line, index, offsetHours)).join(''))
  const report = analyzeFiles([path])

  it('is read whole', async () => {
    expect((await report).lines).toMatchObject({ read: LINES, parsed: LINES, skipped: 0, filtered: 0 })
    expect((await report).window).toMatchObject({ from: new Date(truth.fromMs).toISOString(), to: new Date(truth.toMs).toISOString(), unplaced: 0 })
  })

  it('has exactly the attempts and the statuses that were written', async () => {
    const { handshakes } = await report
    const byStatus: Record<string, number> = {}
    for (const { status } of lines) byStatus[String(status).padStart(3, '0')] = (byStatus[String(status).padStart(3, '0')] ?? 0) + 1
    expect(handshakes.byStatus).toEqual(byStatus)
    expect(handshakes).toMatchObject({ attempts: LINES, succeeded: truth.sessions.length, successRate: Number((truth.sessions.length / LINES).toFixed(6)), rule: { kind: 'own-log' } })
  })

  it('has exactly the causes of failure that the lines tell', async () => {
    const counts: Record<string, number> = {}
    const CAUSES: Record<string, string> = { '502 10.1.0.1:80': 'refused', '502 backend': 'no-live-upstream', '504 10.1.0.2:80': 'handshake-timeout', '404 -': 'not-found', '403 -': 'forbidden', '400 10.1.0.1:80': 'upgrade-missing', '499 10.1.0.1:80': 'client-gone', '503 -': 'rate-limited', '9 10.1.0.3:80': 'bad-reply' }
    for (const { status, upstream } of lines) {
      const cause = CAUSES[`${status} ${upstream}`]
      if (cause !== undefined) counts[cause] = (counts[cause] ?? 0) + 1
    }
    expect(Object.fromEntries((await report).handshakes.failures.map(({ cause, count }) => [cause, count]))).toEqual(counts)
  })

  it('has exactly the sessions, quiet ones, bytes and time lived', async () => {
    const { sessions, drops } = await report
    expect(sessions).toMatchObject({ count: truth.sessions.length, quiet: truth.sessions.filter(({ bytes }) => bytes <= 4).length })
    expect(drops.count).toBe(truth.sessions.length)
    expect(sessions.bytesToClient.total).toBe(truth.sessions.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(sessions.durationSeconds).toMatchObject({ min: truth.durations[0]! / 1000, max: truth.durations.at(-1)! / 1000, mean: Number((truth.durations.reduce((sum, ms) => sum + ms, 0) / truth.durations.length / 1000).toFixed(3)) })
  })

  it('has every row of the timeline, and the peak', async () => {
    const { timeline, active } = await report
    expect(timeline).toEqual(truth.timeline)
    expect(active).toEqual({ peak: truth.peak.active, peakAt: new Date(truth.peak.atMs).toISOString(), isLowerBound: true })
  })

  it('has exactly the drops per minute', async () => {
    const perMinute = truth.timeline.map(({ drops }) => drops)
    const most = Math.max(...perMinute)
    expect((await report).drops.perMinute).toMatchObject({
      mean: Number((perMinute.reduce((sum, count) => sum + count, 0) / perMinute.length).toFixed(3)),
      max: most,
      maxAt: truth.timeline.find(({ drops }) => drops === most)!.minute,
    })
  })

  it.each([['p50', 0.5], ['p90', 0.9], ['p95', 0.95], ['p99', 0.99]] as const)('has %s of the durations within 1 %%', async (name, q) => {
    const exact = nearest(truth.durations, q) / 1000
    expect(Math.abs((await report).sessions.durationSeconds[name]! / exact - 1)).toBeLessThan(0.01)
  })

  it.each([['p50', 0.5], ['p95', 0.95]] as const)('has %s of the bytes within 1 %%', async (name, q) => {
    const exact = nearest(ascending(truth.sessions.map(({ bytes }) => bytes)), q)
    expect(Math.abs((await report).sessions.bytesToClient[name]! / exact - 1)).toBeLessThan(0.01)
  })

  it('ranks the user agents exactly, as clients wrote them', async () => {
    const { userAgents, rankings } = await report
    expect(rankings.userAgents).toEqual({ values: 1, error: 0 })
    expect(userAgents).toMatchObject([{ name: 'test "x"', attempts: lines.length, drops: truth.sessions.length }])
  })

  it('ranks the clients exactly', async () => {
    const counts = new Map<string, number>()
    for (const { client } of lines) counts.set(client, (counts.get(client) ?? 0) + 1)
    const { clients, rankings } = await report
    expect(rankings.clients).toEqual({ values: counts.size, error: 0 })
    expect(new Map(clients.map(({ name, attempts }) => [name, attempts]))).toEqual(counts)
  })

  it('finds the timer of 60 s and no other, apart by what the server sent last', async () => {
    const { clusters, endings, drops } = await report
    const closed = truth.sessions.filter(isClosedByTimer).length
    const silent = truth.sessions.filter((one) => isTimer(one) && one.bytes < 4).length
    expect(clusters.map(({ cause, sessions, seconds: age }) => [cause, sessions, Math.round(age)]).sort()).toEqual([[null, silent, 60], ['upstream-idle-timeout', closed, 60]].sort())
    expect(endings.find(({ cause }) => cause === 'upstream-idle-timeout')).toMatchObject({ layer: 'upstream', confidence: 'likely', sessions: closed })
    expect(drops.faults).toBe(closed)
  })

  it('says the same when the log was rotated into three files, named in any order', async () => {
    const paths = [0, 1, 2].map((part) => {
      const partPath = join(folder, `${seed}-${part}.log`)
      writeFileSync(partPath, lines.map((line, index) => lineOf(line, index, offsetHours)).slice((part * LINES) / 3, ((part + 1) * LINES) / 3).join(''))
      return partPath
    })
    const { inputs: _, ...whole } = await report
    const { inputs, ...parts } = await analyzeFiles([paths[2]!, paths[0]!, paths[1]!])
    expect(parts).toEqual(whole)
    expect(inputs.map(({ lines: count }) => count).reduce((sum, count) => sum + count, 0)).toBe(LINES)
  })
})
