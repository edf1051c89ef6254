import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { NOON, reportOf, summaryOf } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const at = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString()

describe('buildReport', () => {
  it('of a log with lines of 1970 and 9999 has minutes for the year in which most happened, and counts the others', () => {
    const years = [Date.UTC(1970, 0, 1), NOON, NOON + 60_000, Date.UTC(9999, 11, 31)]
    const { window, timeline, sessions } = reportOf(years.map((endedAtMs) => ({ endedAtMs, startedAtMs: endedAtMs - 1000 })))
    expect(sessions.count).toBe(4)
    expect(window.unplaced).toBe(2)
    expect(timeline.length).toBeLessThanOrEqual(60)
    expect(timeline.reduce((sum, { drops }) => sum + drops, 0)).toBe(2)
  })

  it('of nothing has no number that the logs cannot tell', () => {
    const report = reportOf([])
    expect(report).toMatchObject({
      schema: 'wslog.report/1',
      version: '1.2.3',
      generatedAt: at(0),
      window: { from: null, to: null, timeZone: 'UTC', startedBefore: 0, unplaced: 0 },
      health: { status: 'unknown' },
      handshakes: { attempts: 0, succeeded: 0, successRate: null, byStatus: {}, failures: [] },
      sessions: { count: 0, durationSeconds: { min: null, p50: null, p90: null, p95: null, p99: null, max: null, mean: null }, bytesToClient: { total: null, p50: null, p95: null, max: null }, histogram: [] },
      active: { peak: 0, peakAt: null, isLowerBound: true },
      drops: { count: 0, faults: 0, perMinute: { mean: null, p50: null, p95: null, max: null, maxAt: null } },
      timeline: [], clusters: [], endings: [], upstreams: [], hosts: [], paths: [], clients: [], findings: [], events: [],
    })
  })

  it('counts 101 among the statuses, writes 009 as nginx does, in ascending order', () => {
    const { handshakes } = reportOf([{}, {}, { status: 502 }, { status: 9 }])
    expect(handshakes).toMatchObject({ attempts: 4, succeeded: 2, successRate: 0.5, byStatus: { '009': 1, 101: 2, 502: 1 } })
  })

  it('lists failures most frequent first, with their share of all attempts', () => {
    const { failures } = reportOf([{ status: 504 }, { status: 404 }, { status: 504 }, {}]).handshakes
    expect(failures).toEqual([
      { cause: 'handshake-timeout', layer: 'upstream', confidence: 'guess', status: 504, count: 2, share: 0.5 },
      { cause: 'upgrade-missing', layer: 'nginx', confidence: 'likely', status: 404, count: 1, share: 0.25 },
    ])
  })

  it('never calls a rate 1 when one of very many failed', () => {
    const summary = summaryOf([{ status: 502 }])
    summary.sessions += 20_000_000
    const { handshakes } = reportOf([], { summary })
    expect(handshakes.successRate).toBeLessThan(1)
    expect(handshakes.failures[0]!.share).toBeGreaterThan(0)
  })

  it('gives durations in seconds to the millisecond', () => {
    const { durationSeconds } = reportOf(times(100, (index) => ({ durationMs: index + 1 }))).sessions
    expect(durationSeconds).toEqual({ min: 0.001, p50: 0.05, p90: 0.09, p95: 0.095, p99: 0.099, max: 0.1, mean: 0.051 })
  })

  it('has bins that meet, hold every session once, and split no timer', () => {
    const durations = [0, 1, 9, 10, 999, 1000, 1001, 59_999, 60_000, 60_001, 3_600_000, 86_400_000]
    const { histogram } = reportOf(durations.map((durationMs) => ({ durationMs }))).sessions
    expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(durations.length)
    for (const [index, { from, to }] of histogram.entries()) {
      expect(to).toBeGreaterThan(from)
      expect(from).toBeGreaterThanOrEqual(histogram[index - 1]?.to ?? 0)
    }
    expect(histogram.find(({ from, to }) => from <= 60 && to > 60)).toMatchObject({ from: expect.closeTo(55, 1), to: expect.closeTo(70, 1), count: 3 })
  })

  it('has a row for every minute, zeros too, and drops per minute over all of them', () => {
    const { timeline, drops } = reportOf([{ endedAtMs: NOON }, { endedAtMs: NOON + 240_000 }, { endedAtMs: NOON + 240_001 }].map((event) => ({ ...event, startedAtMs: event.endedAtMs })))
    expect(timeline.map(({ minute, attempts, succeeded, drops }) => [minute, attempts, succeeded, drops])).toEqual([[at(0), 1, 1, 1], [at(60), 0, 0, 0], [at(120), 0, 0, 0], [at(180), 0, 0, 0], [at(240), 2, 2, 2]])
    expect(drops).toEqual({ count: 3, faults: 0, perMinute: { mean: 0.6, p50: 0, p95: 1.8, max: 2, maxAt: at(240) } })
  })

  it('names the first of several worst minutes', () => {
    expect(reportOf([{}, { endedAtMs: NOON + 60_000 }]).drops.perMinute).toMatchObject({ max: 1, maxAt: at(0) })
  })

  it('tells the peak, and that it is a lower bound', () => {
    const { active } = reportOf([{ endedAtMs: NOON + 30_000 }, { startedAtMs: NOON + 5500, endedAtMs: NOON + 20_000 }])
    expect(active).toEqual({ peak: 2, peakAt: at(6), isLowerBound: true })
  })

  it.each([
    ['bytes', { bytesToClient: -1 }, { quiet: null, bytesToClient: { total: null, p50: null, p95: null, max: null } }],
    ['durations', { durationMs: Number.NaN }, { quiet: 0, durationSeconds: { min: null, p50: null, p90: null, p95: null, p99: null, max: null, mean: null } }],
  ])('says null, not 0, when the format tells no %s', (_, event, expected) => {
    expect(reportOf([event, event]).sessions).toMatchObject(expected)
  })

  it('says null for what was open when no duration is told', () => {
    const { active, timeline } = reportOf([{ durationMs: Number.NaN, startedAtMs: NOON }])
    expect(active).toMatchObject({ peak: null, peakAt: null })
    expect(timeline.map(({ active }) => active)).toEqual([null])
  })

  it.each([
    [1, ['/a']],
    [2, ['/a', '/b']],
    [10, ['/a', '/b', '/c']],
  ])('shows %i rows of a ranking, and how many there are', (top, names) => {
    const { paths, rankings } = reportOf([{ path: '/b' }, { path: '/a' }, { path: '/a' }, { path: '/c', status: 502 }], { top })
    expect(paths.map(({ name }) => name)).toEqual(names)
    expect(rankings.paths).toEqual({ values: 3, error: 0 })
  })

  it('tells of a ranked row attempts, rate, drops and quantiles', () => {
    const { upstreams } = reportOf([{}, { durationMs: 1000 }, { status: 504, durationMs: 60_000 }])
    expect(upstreams).toEqual([{ name: '10.1.0.1:80', attempts: 3, successRate: 0.666_667, sessions: 2, drops: 2, faults: 0, p50: expect.closeTo(1, 1), p95: 60 }])
  })

  it('has endings that add up to the sessions', () => {
    expect(reportOf([{}, {}, { status: 502 }]).endings.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(2)
  })

  it('shows clusters with ids, in seconds, as a share of the sessions', () => {
    const { clusters } = reportOf([...times(50, () => ({ bytesToClient: 0 })), ...times(50, (index) => ({ durationMs: 100_000 + index * 3000 }))])
    expect(clusters).toMatchObject([{ id: 'c1', seconds: expect.closeTo(60, 1), sessions: 50, quiet: 50, share: 0.5 }])
  })

  it.each([
    ['nothing', []],
    ['sessions and failures', [{}, { status: 502 }, { status: 9, upstream: '' }, ...times(30, () => ({ bytesToClient: 0 }))]],
    ['a format without bytes, durations and upstreams', [{ bytesToClient: -1, durationMs: Number.NaN, startedAtMs: NOON, upstream: undefined }]],
  ])('of %s fits the JSON Schema that is shipped', (_, events) => {
    const ajv = new Ajv2020({ allErrors: true, strict: false })
    addFormats.default(ajv)
    const schema = JSON.parse(readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8')) as object
    const isValid = ajv.compile(schema)
    isValid(JSON.parse(JSON.stringify(reportOf(events))))
    expect(isValid.errors ?? []).toEqual([])
  })
})
