import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { periodOfName, stretchOfPeriod } from '../../src/history/calendar.ts'
import { pageFile, periodOfFile, type PagePlanOptions, planPages } from '../../src/history/page-plan.ts'
import type { PeriodRow } from '../../src/compare/period-row.ts'

const zone = FixedOffsetZone.utcInstance
const after = (day: string): number => stretchOfPeriod(periodOfName(day)!, zone).toMs + 6 * 3_600_000

const days = (from: string, count: number): string[] => Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * 86_400_000).toISOString().slice(0, 10))
const segmentsOf = (names: readonly string[]): Map<string, { sha256: string }> => new Map(names.map((name) => [name, { sha256: `of ${name}` }]))

const ROW: PeriodRow = { name: '', madeOf: '', lines: 1, days: [], isOver: true, status: 'ok', attempts: 1, succeeded: 1, sessions: 1, faults: 0, isCutKnown: true, worst: null, against: null }

/** What a run leaves, for the next one. */
const run = (options: Partial<PagePlanOptions> & Pick<PagePlanOptions, 'segments' | 'nowMs'>) => {
  const { periods, toWrite } = planPages({ files: [], rows: new Map(), zone, settings: ['1.0.0', 10], ...options })
  const rows = new Map([...(options.rows ?? []), ...toWrite.map(({ period, madeOf, days: own }) => [period.name, { ...ROW, name: period.name, madeOf, days: own }] as const)])
  return { written: toWrite.map(({ period }) => period.name), plan: toWrite, periods: periods.map(({ name }) => name), next: { rows, files: [...new Set([...(options.files ?? []), ...toWrite.map(({ period }) => pageFile(period.name))])] } }
}

describe('a file', () => {
  it.each([['2026-11-20.html', '2026-11-20'], ['2026-W47.html', '2026-W47'], ['2026-11.html', '2026-11'], ['index.html', undefined], ['2026-13.html', undefined], ['2026-11-20.htm', undefined], ['.2026-11-20.html', undefined], ['2026-11-20.html.bak', undefined]])('%s is the page of %s', (file, name) => {
    expect(periodOfFile(file)?.name).toBe(name)
  })
})

describe('which pages are written', () => {
  const TEN = days('2026-11-10', 10)
  const NOW = after('2026-11-19')
  const first = run({ segments: segmentsOf(TEN), nowMs: NOW })

  it('the first time all, days before weeks before months', () => {
    expect(first.written).toEqual([...TEN, '2026-W46', '2026-W47', '2026-11'])
    expect(first.periods).toEqual(first.written)
  })

  it('then none', () => {
    expect(run({ segments: segmentsOf(TEN), nowMs: NOW, ...first.next }).written).toEqual([])
  })

  it('what changed, and what is compared with it or shows it', () => {
    const segments = segmentsOf(TEN).set('2026-11-11', { sha256: 'another' })
    expect(run({ segments, nowMs: NOW, ...first.next }).written).toEqual(['2026-11-11', '2026-11-12', '2026-11-18', '2026-W46', '2026-11'])
  })

  it('of a new day: it, the one that now has a next one, its week and month', () => {
    expect(run({ segments: segmentsOf([...TEN, '2026-11-20T00Z', '2026-11-20T01Z']), nowMs: after('2026-11-19'), ...first.next }).written).toEqual(['2026-11-19', '2026-11-20', '2026-W47', '2026-11'])
  })

  it('a day again once it is over', () => {
    const during = run({ segments: segmentsOf(TEN), nowMs: stretchOfPeriod(periodOfName('2026-11-19')!, zone).fromMs + 1 })
    expect(during.plan.find(({ period }) => period.name === '2026-11-19')).toMatchObject({ isOver: false, against: [] })
    const later = run({ segments: segmentsOf(TEN), nowMs: NOW, ...during.next })
    expect(later.written).toEqual(['2026-11-19'])
    expect(later.plan[0]!.against.map(({ relation, period, isKept }) => `${relation} ${period.name} ${isKept}`)).toEqual(['day-before 2026-11-18 true', 'week-ago 2026-11-12 true'])
  })

  it('one that is missing, and one of which nothing is known', () => {
    const { rows, files } = first.next
    expect(run({ segments: segmentsOf(TEN), nowMs: NOW, rows, files: files.filter((file) => file !== '2026-11-14.html') }).written).toEqual(['2026-11-14'])
    const without = new Map(rows)
    without.delete('2026-11-15')
    expect(run({ segments: segmentsOf(TEN), nowMs: NOW, rows: without, files }).written).toEqual(['2026-11-15'])
  })

  it('all that are kept, when another release makes them', () => {
    expect(run({ segments: segmentsOf(TEN), nowMs: NOW, ...first.next, settings: ['1.0.1', 10] }).written).toEqual(first.written)
  })

  it('never a page of which days were let go, nor one that would only lose what it is compared with', () => {
    const left = run({ segments: segmentsOf(TEN.slice(1)), nowMs: NOW, ...first.next })
    expect(left.written).toEqual([])
    expect(left.periods).toEqual(first.periods)
    expect(run({ segments: segmentsOf(TEN.slice(8)), nowMs: NOW, ...first.next }).written).toEqual([])
  })

  it('nor one that is cut by the first day that is kept, when its index is gone', () => {
    const { files } = first.next
    const again = run({ segments: segmentsOf(TEN.slice(1)), nowMs: NOW, files })
    expect(again.written).toEqual([...TEN.slice(1), '2026-W47', '2026-11'])
    expect(again.periods).toEqual(first.periods)
  })

  it('each with its neighbours: pages that are there, over gaps, of its kind', () => {
    const { plan } = run({ segments: segmentsOf(['2026-12-30', '2027-01-04']), nowMs: after('2027-01-04'), files: ['2026-12-25.html', '2026-W01.html', '2025-12.html', 'notes.html', '2026-12-99.html'] })
    const links = plan.map(({ period, previous, next, up }) => `${period.name}: ${previous?.name ?? '-'} ${next?.name ?? '-'} up ${up.map(({ name }) => name).join(' ')}`)
    expect(links).toEqual([
      '2026-12-30: 2026-12-25 2027-01-04 up 2026-W53 2026-12',
      '2027-01-04: 2026-12-30 - up 2027-W01 2027-01',
      '2026-W53: 2026-W01 2027-W01 up 2026-12 2027-01',
      '2027-W01: 2026-W53 - up 2027-01',
      '2026-12: 2025-12 2027-01 up ',
      '2027-01: 2026-12 - up ',
    ])
  })
})
