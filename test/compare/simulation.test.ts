import { describe, expect, it } from 'vitest'
import { compareReports } from '../../src/compare/compare.ts'
import type { Comparison } from '../../src/compare/comparison.ts'
import { Seeded, times } from '../helpers/seeded.ts'
import { simulate, type Site, USUAL } from './simulated.ts'

const RUNS = 80

/** Two reports of two stretches of a site's time, a day apart, again and again. */
const compareOften = (before: Partial<Site>, after: Partial<Site>, runs = RUNS): Comparison[] =>
  times(runs, (run) => {
    const random = new Seeded(1000 + run * 7919)
    return compareReports(simulate({ ...USUAL, ...before }, random), simulate({ ...USUAL, ...after }, random, { day: 1 }))
  })

const shareOf = (runs: readonly Comparison[], holds: (comparison: Comparison) => boolean): number => runs.filter(holds).length / runs.length
const says = (id: string, verdict: string) => ({ rows }: Comparison): boolean => rows.some((row) => row.id === id && row.verdict === verdict)
const claims = ({ rows }: Comparison): boolean => rows.some(({ verdict }) => verdict === 'better' || verdict === 'worse' || verdict === 'changed')
const judges = ({ rows }: Comparison): boolean => rows.some(({ verdict }) => verdict === 'better' || verdict === 'worse')

// Restarts that end most sessions at once, outages, storms of resets, clients whose mood lasts for hours.
describe('two draws from one bursty process', () => {
  it.each<[string, Partial<Site>]>([
    ['days', {}],
    ['days whose minutes do not tell causes', { hasCauses: false }],
    ['days with three times the restarts and outages', { restartsPerDay: 6, outagesPerDay: 5 }],
    ['days of a site with few users', { attemptsPerMinute: 0.5 }],
    ['hours', { minutes: 60, attemptsPerMinute: 30 }],
    ['ten minutes', { minutes: 10, attemptsPerMinute: 60 }],
    ['four minutes', { minutes: 4, attemptsPerMinute: 100 }],
  ])('%s: in less than 5 % of the comparisons is anything at all called a change', (_, site) => {
    expect(shareOf(compareOften(site, site), claims)).toBeLessThan(0.05)
  })

  it('twice the users are more traffic, and neither better nor worse', () => {
    const runs = compareOften({}, { attemptsPerMinute: 20 }, 40)
    expect(shareOf(runs, judges)).toBeLessThan(0.05)
    expect(shareOf(runs, says('attempts-per-minute', 'changed'))).toBe(1)
  })
})

describe('a true change is found', () => {
  it.each<[string, Partial<Site>, Partial<Site>, string, string, number]>([
    ['an idle timeout that is raised', {}, { idlePerHour: 0.002 }, 'ending:idle-timeout', 'better', 0.95],
    ['twice the idle timeouts', {}, { idlePerHour: 1 }, 'ending:idle-timeout', 'worse', 0.7],
    ['four times the failed handshakes', {}, { failing: 0.04 }, 'success-rate', 'worse', 0.85],
    ['an idle timeout that is raised, by ten minutes before and after', { minutes: 10, attemptsPerMinute: 60 }, { minutes: 10, attemptsPerMinute: 60, idlePerHour: 0 }, 'ending:idle-timeout', 'better', 0.5],
    ['sessions that live half as long', {}, { closedPerHour: 8 }, 'lived-p50', 'worse', 0.6],
  ])('%s', (_, before, after, id, verdict, least) => {
    const runs = compareOften(before, after, 40)
    expect(shareOf(runs, says(id, verdict))).toBeGreaterThanOrEqual(least)
    expect(shareOf(runs, says(id, verdict === 'worse' ? 'better' : 'worse'))).toBe(0)
  })
})
