import { describe, expect, it } from 'vitest'
import { compareReports } from '../../src/compare/compare.ts'
import type { ChangeVerdict, ComparableReport, ComparedRow, Comparison, Measure } from '../../src/compare/comparison.ts'
import { readReport } from '../../src/compare/read-report.ts'
import { diffSchemaErrors } from '../helpers/report.ts'
import { reportOf } from '../helpers/sample-report.ts'
import { Seeded, times } from '../helpers/seeded.ts'
import { simulate, USUAL } from './simulated.ts'

const MINUTE_MS = 60_000
const START = Date.UTC(2026, 10, 18)

interface Minute {
  readonly attempts: number
  readonly failed?: number
  readonly cut?: number
}

/** A day as told minute by minute; what is cut is cut by a restart. */
const dayOf = (minutes: readonly Minute[], { day = 0, more = {} }: { day?: number; more?: Partial<ComparableReport> } = {}): ComparableReport => {
  const timeline = minutes.map(({ attempts, failed = 0, cut = 0 }, index) => ({
    minute: new Date(START + (day * 1440 + index) * MINUTE_MS).toISOString(), attempts, succeeded: attempts - failed, drops: attempts - failed, faults: cut, active: attempts * 10, causes: { closed: attempts - failed - cut, 'upstream-restart': cut },
  }))
  const sum = (of: (minute: (typeof timeline)[number]) => number): number => timeline.reduce((total, minute) => total + of(minute), 0)
  const [attempts, succeeded, cut] = [sum((minute) => minute.attempts), sum((minute) => minute.succeeded), sum((minute) => minute.faults)]
  return {
    version: '1.2.3', generatedAt: timeline.at(-1)!.minute, window: { from: timeline[0]!.minute, to: timeline.at(-1)!.minute, timeZone: 'UTC' }, health: { status: 'ok' },
    inputs: [{ path: 'ws.log', kind: 'access', logFormat: 'ws_plus' }], errors: [], lines: { filtered: 0 }, evidence: { errorLogLevel: 'info', join: 'exact', missing: [] },
    handshakes: { attempts, succeeded, failures: attempts > succeeded ? [{ cause: 'refused', count: attempts - succeeded }] : [], rule: { kind: 'http-upgrade' } },
    sessions: { count: succeeded, durationSeconds: { p50: 300, p95: 1800, mean: 600 }, histogram: [{ from: 270, to: 330, count: succeeded }] },
    active: { peak: Math.max(...timeline.map(({ active }) => active)) }, drops: { count: succeeded, faults: cut }, timeline, clusters: [],
    endings: [{ cause: 'closed' as const, sessions: succeeded - cut }, { cause: 'upstream-restart' as const, sessions: cut }].filter(({ sessions }) => sessions > 0), hosts: [], findings: [], ...more,
  }
}

const steady = (attempts: number, failed = 0): Minute[] => times(1440, () => ({ attempts, failed }))
const restartsAt = (...at: readonly number[]): Minute[] => times(1440, (index) => ({ attempts: 500, cut: at.includes(index) ? 500 : 0 }))

const row = ({ rows }: Comparison, id: string): ComparedRow => {
  const found = rows.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no row ${id} in ${rows.map((one) => one.id).join(' ')}`)
  return found
}

describe('compareReports', () => {
  it('a report and itself: all the same, and said', () => {
    const report = simulate(USUAL, new Seeded(1))
    for (const other of [report, JSON.parse(JSON.stringify(report)) as ComparableReport]) {
      const comparison = compareReports(report, other)
      expect(new Set(comparison.rows.map(({ verdict }) => verdict))).toEqual(new Set(['same']))
      expect(comparison.caveats.map(({ code }) => code)).toEqual(['same-report'])
    }
  })

  it.each([1, 2, 3, 4, 5, 6])('is its own mirror image (%d)', (seed) => {
    const random = new Seeded(seed)
    const [a, b] = [simulate(USUAL, random), simulate({ ...USUAL, idlePerHour: seed % 2, failing: 0.01 * seed }, random, { day: 1 })]
    const clustered = (report: ComparableReport, seconds: number): ComparableReport => ({ ...report, clusters: [{ seconds, from: seconds - 1, to: seconds + 1, sessions: 900, quiet: 900, expected: 3, cause: 'idle-timeout' }] })
    const [there, back] = [compareReports(clustered(a, 60), clustered(b, 300)), compareReports(clustered(b, 300), clustered(a, 60))]
    const mirrored: Readonly<Record<ChangeVerdict, ChangeVerdict>> = { better: 'worse', worse: 'better', changed: 'changed', same: 'same', unclear: 'unclear' }
    const near = (own: Measure, other: Measure): void => {
      expect(other.before).toBe(own.after)
      expect(other.after).toBe(own.before)
      if (own.difference !== null) expect(other.difference).toBeCloseTo(-own.difference, 12)
      if (own.p !== null) expect(other.p).toBeCloseTo(own.p, 9)
      if (own.interval !== null) expect(other.interval!.low).toBeCloseTo(-own.interval.high, 9)
    }
    expect(back.rows.map(({ id }) => id)).toEqual(there.rows.map(({ id }) => id))
    for (const own of there.rows) {
      const other = row(back, own.id)
      expect(other.verdict).toBe(mirrored[own.verdict])
      near(own, other)
      if (own.also !== null) near(own.also, other.also!)
    }
  })

  it('fits its schema', () => {
    const random = new Seeded(9)
    expect(diffSchemaErrors(compareReports(simulate(USUAL, random), simulate(USUAL, random, { day: 1 })))).toEqual([])
    expect(diffSchemaErrors(compareReports(reportOf([]), reportOf([])))).toEqual([])
    expect(diffSchemaErrors(compareReports(reportOf([]), reportOf([{}, { status: 502 }])))).toEqual([])
  })

  it('one restart that ends 500 sessions is one thing that happened, and no claim', () => {
    expect(row(compareReports(dayOf(restartsAt()), dayOf(restartsAt(700), { day: 1 })), 'ending:upstream-restart')).toMatchObject({ verdict: 'unclear', counts: { before: 0, after: 500 } })
    expect(row(compareReports(dayOf(restartsAt(), {}), dayOf(restartsAt(100, 700, 1100), { day: 1 })), 'ending:upstream-restart').p).toBeGreaterThan(0.2)
  })

  it('a restart every hour is no chance', () => {
    expect(row(compareReports(dayOf(restartsAt()), dayOf(restartsAt(...times(24, (hour) => hour * 60 + 7)), { day: 1 })), 'ending:upstream-restart').verdict).toBe('worse')
  })

  it('of a million handshakes 99.91 % and 99.90 % are the same', () => {
    const failing = (every: number): Minute[] => times(1440, (index) => ({ attempts: 700, failed: index % every === 0 ? 2 : 0 }))
    const { before, after, verdict } = row(compareReports(dayOf(failing(3)), dayOf(failing(2), { day: 1 })), 'success-rate')
    expect(before! - after!).toBeGreaterThan(0.0001)
    expect(verdict).toBe('same')
  })

  it('a success rate that falls from 99.8 % to 91 % is worse', () => {
    expect(row(compareReports(dayOf(steady(500, 1)), dayOf(steady(500, 45), { day: 1 })), 'success-rate')).toMatchObject({ verdict: 'worse', good: 'up' })
  })

  it('causes that one report could not see are not compared, and that is said', () => {
    const comparison = compareReports(dayOf(restartsAt()), dayOf(restartsAt(...times(24, (hour) => hour * 60)), { day: 1, more: { evidence: { errorLogLevel: 'none', join: 'none', missing: ['error-log'] } } }))
    expect(row(comparison, 'ending:upstream-restart')).toMatchObject({ verdict: 'unclear', reason: 'evidence-differs' })
    expect(row(comparison, 'faults')).toMatchObject({ verdict: 'unclear', reason: 'evidence-differs' })
    expect(comparison.caveats.map(({ code }) => code)).toContain('evidence')
  })

  const cluster = (seconds: number, cause: 'idle-timeout' | null = 'idle-timeout'): Partial<ComparableReport> => ({ clusters: [{ seconds, from: seconds - 0.5, to: seconds + 0.5, sessions: 70_000, quiet: 69_000, expected: 20, cause }] })

  it.each([
    ['a timer that is gone', cluster(60), {}, 'cluster:60s:idle-timeout', 'gone', 'better'],
    ['a timer that appeared', {}, cluster(60), 'cluster:60s:idle-timeout', 'appeared', 'worse'],
    ['one of no known cause, of quiet sessions', cluster(60, null), {}, 'cluster:60s', 'gone', 'better'],
    ['one that moved is neither', cluster(60), cluster(300), 'cluster:60s:idle-timeout', 'moved', 'changed'],
    ['the same timer at 60.02 s', cluster(60), cluster(60.02), 'cluster:60s:idle-timeout', 'both', 'same'],
    ['of a cause that only one could name', cluster(60), cluster(60, null), 'cluster:60s:idle-timeout', 'both', 'same'],
  ] as const)('ages: %s', (_, before, after, id, presence, verdict) => {
    expect(row(compareReports(dayOf(steady(500), { more: before }), dayOf(steady(500), { day: 1, more: after })), id)).toMatchObject({ presence, verdict })
  })

  it('a timer is not called gone where it could hide', () => {
    const few = dayOf(times(1440, () => ({ attempts: 500 })), { day: 1, more: { sessions: { count: 40, durationSeconds: { p50: 60, p95: 60, mean: 60 }, histogram: [{ from: 55, to: 70, count: 40 }] } } })
    expect(row(compareReports(dayOf(steady(500), { more: cluster(60) }), few), 'cluster:60s:idle-timeout').verdict).not.toBe('better')
  })

  it.each<[string, string, ComparableReport]>([
    ['length', 'a window of another length', dayOf(steady(10).slice(0, 600), { day: 1 })],
    ['time-of-day', 'other hours', dayOf(steady(10).slice(0, 300), { day: 1.5 })],
    ['weekend', 'a Saturday', dayOf(steady(10), { day: 3 })],
    ['order', 'an earlier day', dayOf(steady(10), { day: -1 })],
    ['overlap', 'half of the same day', dayOf(steady(10), { day: 0.5 })],
    ['rule', 'another rule for handshakes', dayOf(steady(10), { day: 1, more: { handshakes: { attempts: 14_400, succeeded: 14_400, failures: [], rule: { kind: 'paths' } } } })],
    ['inputs', 'another log', dayOf(steady(10), { day: 1, more: { inputs: [{ path: 'other.log', kind: 'access', logFormat: 'ws_plus' }] } })],
    ['hosts', 'another site', dayOf(steady(10), { day: 1, more: { hosts: [{ name: 'other.example' }] } })],
    ['log-format', 'another format', dayOf(steady(10), { day: 1, more: { inputs: [{ path: 'ws.log', kind: 'access', logFormat: 'ws' }] } })],
    ['filtered', 'one that was filtered', dayOf(steady(10), { day: 1, more: { lines: { filtered: 5 } } })],
    ['incomplete', 'one with a log that could not be read', dayOf(steady(10), { day: 1, more: { errors: [{ path: 'x' }] } })],
  ])('warns of %s: %s', (code, _, after) => {
    expect(compareReports(dayOf(steady(10), { more: { hosts: [{ name: 'a.example' }] } }), after).caveats.map((caveat) => caveat.code)).toContain(code)
  })

  it('has no warning for two days of one site, under the names that rotation gives', () => {
    expect(compareReports(dayOf(steady(10), { more: { inputs: [{ path: '/var/log/ws.log.2.gz', kind: 'access', logFormat: 'ws_plus' }] } }), dayOf(steady(10), { day: 1, more: { inputs: [{ path: '/var/log/ws.log-20261119', kind: 'access', logFormat: 'ws_plus' }] } })).caveats).toEqual([])
  })

  it('findings come and go by their code', () => {
    const finding = (code: string) => ({ code, severity: 'warning' as const, title: code, sessions: 3, share: 0.1 })
    const { findings } = compareReports(dayOf(steady(10), { more: { findings: [finding('old'), finding('kept')] } }), dayOf(steady(10), { day: 1, more: { findings: [finding('new'), finding('kept')] } }))
    expect(findings.map(({ code, presence }) => `${code} ${presence}`)).toEqual(['new appeared', 'kept both', 'old gone'])
  })

  it('takes a whole report as it is, and read from JSON all the same', () => {
    const [before, after] = [reportOf(times(90, (index) => ({ durationMs: 1000 * index }))), reportOf(times(50, () => ({ status: 502 })))]
    expect(compareReports(readReport(JSON.parse(JSON.stringify(before)), 'a.json'), readReport(JSON.parse(JSON.stringify(after)), 'b.json'))).toEqual(compareReports(before, after))
  })
})
