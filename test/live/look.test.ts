import { describe, expect, it } from 'vitest'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { LiveSessions } from '../../src/live/live-sessions.ts'
import { look, type LookOptions } from '../../src/live/look.ts'
import type { Report } from '../../src/report/report.ts'
import { ProcessLog } from '../../src/session/process-log.ts'
import { Rewrites } from '../../src/session/rewrites.ts'
import { coverageOf } from '../helpers/coverage.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { NO_EVIDENCE } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)
const SESSION: PlainEvent = { endedAtMs: START_MS, startedAtMs: START_MS - 60_000, durationMs: 60_000, status: 101, bytesToClient: 0, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'a:1' }

/** A tail that has read these, and a look at its last hour. */
const looked = (events: readonly Partial<PlainEvent>[], options: Partial<LookOptions> = {}) => {
  const live = new LiveSessions({ startedAtMs: START_MS, edges: [1], fields: [] })
  const maker = new EventMaker()
  for (const event of events) {
    const plain = { ...SESSION, ...event }
    live.covered(plain.endedAtMs)
    maker.tell(live, plain)
  }
  live.settle(maker.names)
  live.advance(START_MS + 600_000)
  let sums = 0
  const seen = look(live, {
    of: 'hour', errors: undefined, readTimeoutMs: undefined, losses: undefined,
    sum: () => {
      sums++
      return live.panes.window()
    },
    partsOf: (): ReturnType<LookOptions['partsOf']> => ({
      open: null, version: '1.2.3', generatedAtMs: START_MS, timeZone: 'UTC', inputs: [], errors: [], evidence: NO_EVIDENCE, rule: { kind: 'http-upgrade', prefixes: [] }, top: 10,
      lines: { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0, examples: [] },
    }),
    ...options,
  })
  return { ...seen, live, sums }
}

/** Quiet sessions that end at the age of a minute, of many clients, at any time. */
const quiet = times(100, (index): Partial<PlainEvent> => ({ endedAtMs: START_MS + index * 977, startedAtMs: START_MS + index * 977 - 60_000, client: `10.0.${index}.1`, durationMs: 60_000 + (index % 3) }))
const causesOf = ({ endings }: Report): unknown => endings.map(({ cause, confidence, sessions }) => [cause, confidence, sessions])

describe('a look at the last hour', () => {
  it('says of the sessions what they have in common, from then on everywhere', () => {
    const { report, patterns, live, sums } = looked(quiet, { readTimeoutMs: 60_000 })
    expect(patterns.clusters).toMatchObject([{ cause: 'idle-timeout', confidence: 'likely' }])
    expect(causesOf(report)).toEqual([['idle-timeout', 'likely', 100]])
    expect(report.findings.map(({ code }) => code)).toContain('idle-timeout')
    expect(Array.from(live.run.endings, ([{ cause }, count]) => [cause, count])).toEqual([['idle-timeout', 100]])
    expect(sums, 'summed up again with the new verdicts').toBe(2)
  })

  it('sums up once where nothing new is learnt', () => {
    const { report, sums } = looked(quiet.slice(0, 3))
    expect(causesOf(report)).toEqual([['closed', 'guess', 3]])
    expect(sums).toBe(1)
  })

  it('leaves what an error line explains as it says', () => {
    const { report } = looked([...quiet, { isExplained: true, verdict: endingVerdict('client-reset', 'confirmed') }], { readTimeoutMs: 60_000 })
    expect(causesOf(report)).toEqual([['idle-timeout', 'likely', 100], ['client-reset', 'confirmed', 1]])
  })

  it('takes what error logs rule out', () => {
    const errors = { coverage: coverageOf('info', { fromMs: 0, toMs: Number.POSITIVE_INFINITY }), process: new ProcessLog(), rewrites: new Rewrites() }
    const { patterns } = looked(quiet, { errors, readTimeoutMs: 60_000 })
    expect(patterns.clusters.map(({ cause, evidence }) => [cause === 'idle-timeout', evidence.some((clause) => clause.includes('no line at level info'))])).toEqual([[false, true]])
  })
})

describe('the latest of a tail', () => {
  it('are the last ones, newest first, sessions and failed handshakes alike', () => {
    const { live } = looked([...times(5000, (index): Partial<PlainEvent> => ({ path: `/${index}` })), { path: '/failed', status: 502, durationMs: Number.NaN }])
    expect(live.latest[0]).toMatchObject({ kind: 'handshake', path: '/failed', durationSeconds: null, isFault: true })
    expect(live.latest.slice(1, 4).map(({ kind, path, durationSeconds, isFault }) => [kind, path, durationSeconds, isFault])).toEqual([['session', '/4999', 60, false], ['session', '/4998', 60, false], ['session', '/4997', 60, false]])
    expect(live.latest.length).toBeLessThan(1000)
  })
})
