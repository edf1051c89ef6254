import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { timeLocal } from '../helpers/nginx-time.ts'
import { wslogWithPeak } from '../helpers/peak.ts'
import { wsLine } from '../helpers/ws-line.ts'

/** Lines, each with a client, a host, a path, an upstream and an agent that no other has; 10000000 by hand. */
const LINES = Number(process.env['WSLOG_HOSTILE_DISTINCT'] ?? 250_000)
/** Every so many lines one is of somebody who comes again. */
const REGULAR_EVERY = 5
const BATCH = 10_000
const FIRST_MS = Date.UTC(2026, 10, 21)
const HOUR_MS = 3_600_000
/** MB, all threads together, at any number of lines. With clients and paths alone it stays under 200. */
const MOST = 300

const distinctLog = (): string => {
  const path = join(temporaryFolder(), 'access.log')
  const fd = openSync(path, 'w')
  let batch: string[] = []
  for (let index = 0; index < LINES; index++) {
    const time = timeLocal(FIRST_MS + Math.floor((index / LINES) * 12) * HOUR_MS)
    const isRegular = index % REGULAR_EVERY === 0
    const name = isRegular ? 'regular' : String(index)
    batch.push(wsLine({ time, client: isRegular ? '203.0.113.5' : `2001:db8::${(index >>> 16).toString(16)}:${(index & 65_535).toString(16)}`, host: `${name}.example.com`, target: `/ws/${name}`, upstream: `10.0.0.1:${name}`, userAgent: name }))
    if (batch.length < BATCH && index < LINES - 1) continue
    writeSync(fd, batch.join(''))
    batch = []
  }
  closeSync(fd)
  return path
}

/** Every line with a path and a user agent of its own that are as long as nginx takes; whole they would be 160 MB. */
const LONG_LINES = 10_000
const LONG = 'x'.repeat(8000)
const MOST_OF_LONG = 220

const longLog = (): string => {
  const path = join(temporaryFolder(), 'access.log')
  const fd = openSync(path, 'w')
  for (let index = 0; index < LONG_LINES; index++) writeSync(fd, wsLine({ time: timeLocal(FIRST_MS + index * 1000), target: `/ws/${LONG}${index}`, userAgent: `${LONG} ${index}` }))
  closeSync(fd)
  return path
}

/** Where they are kept between runs, hour by hour; and where they are listed, through a pipe that is read more slowly than it is written. */
const MOST_KEPT = 230
const MOST_LISTED = 230

describe(`${LONG_LINES} lines of paths and user agents that are long`, () => {
  it.each([['', []], [' between runs', ['--state']]])('are told apart, and little of them is kept%s', async (_, [state]) => {
    const { code, stdout, peakMegabytes } = await wslogWithPeak(['analyze', longLog(), '--json', ...(state === undefined ? [] : [state, join(temporaryFolder(), 'state')])])
    expect(code).toBe(0)
    const { paths, userAgents, rankings } = JSON.parse(stdout) as Report
    expect(rankings.paths).toEqual({ values: LONG_LINES, error: 0 })
    expect(rankings.userAgents.error).toBeGreaterThan(0)
    expect(paths[0]!.name).toMatch(/^\/ws\/x+\.\.\.#[0-9a-f]{16}$/)
    expect(userAgents[0]!.name).toMatch(/^x+\.\.\.#[0-9a-f]{16}$/)
    expect(peakMegabytes).toBeLessThan(MOST_OF_LONG)
  }, 600_000)
})

describe(`${LINES} lines of as many values`, () => {
  it('are counted in fixed memory, and the report says how far its ranked rows may be off', async () => {
    const { code, stdout, stderr, peakMegabytes } = await wslogWithPeak(['analyze', distinctLog(), '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout) as Report
    expect(report.lines).toMatchObject({ read: LINES, parsed: LINES })
    expect(report.sessions.count).toBe(LINES)
    const regular = Math.ceil(LINES / REGULAR_EVERY)
    for (const kind of ['upstreams', 'hosts', 'paths', 'clients', 'userAgents'] as const) {
      const { error } = report.rankings[kind]
      const [first] = report[kind]
      expect(first!.name, kind).toMatch(/regular|203\.0\.113\.5/)
      // It may miss so many, and never has more than there are.
      expect(first!.attempts, kind).toBeLessThanOrEqual(regular)
      expect(first!.attempts + error, kind).toBeGreaterThanOrEqual(regular)
      // Whoever is not listed, and there are many, had one.
      expect(error, kind).toBeGreaterThan(0)
      expect(error, kind).toBeLessThan(LINES / 1000)
    }
    expect(peakMegabytes).toBeLessThan(MOST)
  }, 1_800_000)

  it('are kept between runs in the memory of some hours', async () => {
    const { code, stdout, stderr, peakMegabytes } = await wslogWithPeak(['analyze', distinctLog(), '--json', '--state', join(temporaryFolder(), 'state')])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout) as Report
    expect(report.lines).toMatchObject({ read: LINES, parsed: LINES })
    expect(report.sessions.count).toBe(LINES)
    expect(peakMegabytes).toBeLessThan(MOST_KEPT)
  }, 1_800_000)

  it('are listed without being counted', async () => {
    const { code, stdout, peakMegabytes } = await wslogWithPeak(['sessions', distinctLog()])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(LINES + 1)
    expect(peakMegabytes).toBeLessThan(MOST_LISTED)
  }, 1_800_000)
})
