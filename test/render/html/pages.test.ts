import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { loadPagesAssets } from '../../../src/commands/html-assets.ts'
import type { Against } from '../../../src/compare/against.ts'
import { compareReports } from '../../../src/compare/compare.ts'
import type { Comparison } from '../../../src/compare/comparison.ts'
import type { PeriodRow } from '../../../src/compare/period-row.ts'
import { periodOfDay } from '../../../src/history/calendar.ts'
import { daysChart } from '../../../src/render/html/days-chart.ts'
import { renderIndexPage } from '../../../src/render/html/index-page.ts'
import type { Content } from '../../../src/render/html/markup.ts'
import { html } from '../../../src/render/html/markup.ts'
import { frameOf, type FrameOptions, type PeriodPage } from '../../../src/render/html/period-frame.ts'
import { comparisonSection } from '../../../src/render/html/sections/comparison.ts'
import { cutShare, type ListedPeriod, periodsTable, rateOf } from '../../../src/render/html/sections/periods.ts'
import type { Period } from '../../../src/report/period.ts'
import { simulate, USUAL } from '../../compare/simulated.ts'
import { reportOf } from '../../helpers/sample-report.ts'
import { Seeded, times } from '../../helpers/seeded.ts'

const zone = FixedOffsetZone.utcInstance
const DAY = '2026-11-20'
const dayBefore = (days: number): Period => periodOfDay(new Date(Date.parse(DAY) - days * 86_400_000).toISOString().slice(0, 10), 'day')

const ROW: PeriodRow = { name: DAY, madeOf: '', lines: 1, days: [DAY], isOver: true, status: 'ok', attempts: 1000, succeeded: 995, sessions: 900, faults: 90, isCutKnown: true, worst: null, against: { better: [], worse: [] } }
const listed = (days: number, parts: Partial<PeriodRow> = {}): ListedPeriod => {
  const period = dayBefore(days)
  return { period, href: `${period.name}.html`, row: { ...ROW, name: period.name, ...parts } }
}
/** Markup as text, without its tags. */
const textOf = (content: Content): string => String(html`${content}`).replaceAll('<wbr>', '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').trim()

describe('figures of a period', () => {
  it('are null where there is nothing to divide by, or nobody knows', () => {
    expect([rateOf(ROW), rateOf({ attempts: 0, succeeded: 0 })]).toEqual([0.995, null])
    expect([cutShare(ROW), cutShare({ ...ROW, sessions: 0 }), cutShare({ ...ROW, isCutKnown: false })]).toEqual([0.1, null, null])
  })
})

describe('a table of periods', () => {
  const cells = (parts: Partial<PeriodRow>): string => textOf(periodsTable([listed(0, parts)], { caption: 'Days' }))

  it.each<[string, Partial<PeriodRow>, string]>([
    ['healthy', {}, '✓ Healthy'],
    ['not over', { isOver: false }, '✓ Healthy , not over'],
    ['failing', { status: 'failing' }, '✗ Failing'],
    ['by whom it was cut is not known', { isCutKnown: false }, ' 900 – '],
    ['a share of it was cut', {}, ' 900 10 % '],
    ['its worst cause', { worst: { kind: 'ending', code: 'idle-timeout', count: 80 } }, 'silent for proxy_read_timeout (80)'],
    ['not compared', { against: null }, 'not compared'],
    ['nothing changed', {}, 'nothing beyond chance'],
    ['worse', { against: { better: [], worse: ['cut'] } }, '✗ 1 worse: cut'],
    ['better', { against: { better: ['cut', 'failed'], worse: [] } }, '✓ 2 better: cut; failed'],
    ['both', { against: { better: ['failed'], worse: ['cut'] } }, '✗ 1 worse: cut ✓ 1 better: failed'],
  ])('says of a day: %s', (_, parts, text) => {
    expect(cells(parts)).toContain(text)
  })

  it('is one of weeks where weeks are listed, and of days where nothing is', () => {
    expect(textOf(periodsTable([{ ...listed(0), period: periodOfDay(DAY, 'week') }], { caption: 'Weeks' }))).toMatch(/against the week before/)
    expect(textOf(periodsTable([], { caption: 'Days' }))).toMatch(/against the day before/)
  })
})

describe('days as a chart', () => {
  const chart = (days: readonly ListedPeriod[]): string | undefined => {
    const markup = daysChart(days, { zone })
    return markup === undefined ? undefined : String(markup)
  }

  it.each([
    ['no day', []],
    ['one day', [listed(0)]],
    ['one day, and one that is not over', [listed(0, { isOver: false }), listed(1)]],
  ])('is not made of %s', (_, days) => {
    expect(chart(days)).toBeUndefined()
  })

  it('shows what was cut, and the lowest rate', () => {
    const text = chart([listed(0), listed(1, { succeeded: 900 }), listed(4)])!
    expect(text).toContain('Sessions that ended, by day')
    expect(text).toContain('lowest <b>90 %</b>')
    // Two days without a page between them: the line is drawn anew behind the gap.
    expect(text.match(/<path class="l-good" d="([^"]*)"/)![1]!.match(/M/g)).toHaveLength(2)
  })

  it('has no rate without handshakes', () => {
    const text = chart([listed(0, { attempts: 0, succeeded: 0 }), listed(1, { attempts: 0, succeeded: 0 })])!
    expect(text).not.toContain('Handshakes that reached 101')
    expect(text).toContain('Sessions that ended, by day')
  })
})

describe('the index', () => {
  const indexOf = async (pages: readonly ListedPeriod[], { unknown = [], errors = [] }: { unknown?: readonly Period[]; errors?: readonly string[] } = {}): Promise<string> =>
    renderIndexPage({
      pages: [...pages, ...unknown.map((period) => ({ period, href: `${period.name}.html` }))], rows: new Map(pages.map(({ period, row }) => [period.name, row])),
      zone, generatedAt: `${DAY}T12:00:00.000Z`, version: '1.2.3', errors, assets: await loadPagesAssets(),
    })
  const bodyOf = (page: string): string => textOf(page.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/^[\s\S]*<body[^>]*>/, '').replaceAll(/[<>]/g, (char) => char))
  const headOf = (page: string): string => /<h1[\s\S]*?<\/dl>/.exec(page)![0].replaceAll('<wbr>', '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

  it('says that nothing is kept yet', async () => {
    const page = await indexOf([])
    expect(page).toContain('<title>WebSocket sessions, day by day</title>')
    expect(page).toContain('<h1>Nothing is kept yet')
    expect(page).not.toContain('<section id="days"')
  })

  it('begins with the last day that is over', async () => {
    const page = await indexOf([listed(0, { isOver: false, status: 'failing' }), listed(1), listed(2, { status: 'degraded' })])
    expect(page).toContain('<title>Healthy – WebSocket sessions, day by day, Thu 19 Nov 2026</title>')
    expect(headOf(page)).toContain('Thursday 19 November 2026 : healthy Against the day before: nothing better or worse beyond chance.')
  })

  it('begins with the first day there is, where none is over', async () => {
    expect(headOf(await indexOf([listed(0, { isOver: false, against: null })]))).toContain('Friday 20 November 2026 : healthy Not compared with the day before. This day is not over.')
  })

  it.each<[string, Partial<PeriodRow>, string]>([
    ['better and worse', { against: { better: ['failed'], worse: ['cut'] } }, 'Against the day before: 1 worse: cut; 1 better: failed.'],
    ['worse', { against: { better: [], worse: ['cut'] } }, 'Against the day before: 1 worse: cut.'],
    ['without a handshake', { attempts: 0, succeeded: 0, status: 'unknown' }, 'Reached 101 – of 0 handshakes'],
    ['cut by nobody knows whom', { isCutKnown: false }, 'Cut – by whom, this log does not say'],
    ['cut', {}, 'Cut 10 % 90 sessions'],
    ['failures as the worst', { worst: { kind: 'failure', code: 'refused', count: 5 } }, 'Worst cause the backend refuses connections 5 handshakes'],
    ['endings as the worst', { worst: { kind: 'ending', code: 'idle-timeout', count: 5 } }, 'silent for proxy_read_timeout 5 sessions'],
  ])('a day: %s', async (_, parts, text) => {
    expect(headOf(await indexOf([listed(0, parts)]))).toContain(text)
  })

  it.each([['ok', 'good'], ['unknown', 'unknown'], ['degraded', 'bad'], ['failing', 'bad']] as const)('a day that is %s looks %s', async (status, mood) => {
    expect(await indexOf([listed(0, { status })])).toContain(`<h1 class="${mood}">`)
  })

  it('folds days beyond a month, newest first', async () => {
    const page = await indexOf(new Seeded(1).shuffled(times(40, (index) => listed(index))))
    expect(page).toContain('<summary>9 older days</summary>')
    const names = [...page.matchAll(/<a href="(2026-[\d-]+)\.html">\w{3} /g)].map(([, name]) => name!)
    expect(names).toEqual(names.toSorted().toReversed())
    expect(names).toHaveLength(40)
  })

  it('has weeks and months, pages that it knows nothing of, and what could not be read', async () => {
    const week = periodOfDay(DAY, 'week')
    const page = await indexOf([listed(0), { period: week, href: 'w.html', row: { ...ROW, name: week.name } }], { unknown: [periodOfDay('2024-01-01', 'month')], errors: ['<gone>: cannot be read'] })
    expect(page).toContain('<section id="weeks"')
    expect(page).not.toContain('<section id="months"')
    expect(page).toContain('<ul class="older"><li><a href="2024-01.html">Jan 2024</a></li></ul>')
    expect(page).toContain('Not read in the last run:</b> &lt;gone&gt;: cannot be read')
    expect(bodyOf(page)).not.toMatch(/undefined|NaN/)
  })
})

describe('a period against earlier ones', () => {
  const random = new Seeded(5)
  const before = simulate(USUAL, random)
  const worse = compareReports(before, simulate({ ...USUAL, failing: 0.06 }, random, { day: 1 }))
  const better = compareReports(simulate({ ...USUAL, failing: 0.06 }, random, { day: 2 }), simulate(USUAL, random, { day: 3 }))
  const finding = (presence: 'appeared' | 'gone', sessions: number): Comparison['findings'][number] => {
    const side = { severity: 'warning', title: 'Something <cuts>', sessions, share: 0.1 } as const
    return { code: 'x', presence, before: presence === 'gone' ? side : null, after: presence === 'gone' ? null : side }
  }
  const section = (comparison: Comparison | null, { kind = 'day', isOver = true }: { kind?: Period['kind']; isOver?: boolean } = {}) =>
    comparisonSection([{ relation: 'day-before', period: dayBefore(1), comparison } as Against], { period: periodOfDay(DAY, kind), isOver, hrefOf: (name) => `${name}.html` })
  const markup = (...args: Parameters<typeof section>): string => String(html`${section(...args).body}`)

  it.each([['day', 'Against the day before and the same day last week'], ['week', 'Against the week before']] as const)('has the title of a %s', (kind, title) => {
    expect(section(null, { kind }).title).toBe(title)
  })

  it('waits for the end of the day', () => {
    expect(textOf(section(worse, { isOver: false }).body)).toMatch(/^This day is not over/)
  })

  it('says that nothing is kept of the other, and does not lead there', () => {
    expect(textOf(section(null).body)).toBe('Against the day before, Thursday 19 November 2026 Nothing is kept of that day.')
    expect(markup(null)).not.toContain('<a ')
  })

  it.each([
    ['worse', worse, 'bad', 'worse'],
    ['better', better, 'good', 'better'],
  ] as const)('what got %s stands first', (_, comparison, mood, verdict) => {
    const text = markup(comparison)
    expect(text).toContain('<a href="2026-11-19.html">Thursday 19 November 2026</a>')
    expect(text).toContain(`<p class="answer ${mood}">`)
    expect(text.indexOf(`<span class="verdict ${verdict}">`)).toBeGreaterThan(0)
    expect(text.indexOf(`<span class="verdict ${verdict}">`)).toBeLessThan(text.indexOf('<details>'))
  })

  it('has no table of what cannot be compared', () => {
    const empty = compareReports(reportOf([]), reportOf([{}]))
    expect(markup(empty)).toContain('<p class="answer even">Nothing to compare')
    expect(markup(empty)).not.toContain('<table')
  })

  it.each([
    ['appeared', 0, 'New: Something &lt;cuts&gt; (warning)'],
    ['gone', 1200, 'Gone: Something &lt;cuts&gt; (warning, 1,200)'],
  ] as const)('names findings that are %s', (presence, sessions, text) => {
    expect(markup({ ...worse, findings: [finding(presence, sessions)] })).toContain(`<li>${text}</li>`)
  })
})

describe('the frame of a page', () => {
  const day = periodOfDay(DAY, 'day')
  const shown: PeriodPage = { period: day, days: [DAY], stretch: { fromMs: Date.parse(DAY) }, isOver: true, isFirst: false, previous: dayBefore(1), next: undefined, up: [periodOfDay(DAY, 'week'), periodOfDay(DAY, 'month')] }
  const report = reportOf([{}])
  const options: FrameOptions = { report, against: [], rows: new Map([[DAY, ROW]]), zone, index: './', hrefOf: (name) => `${name}.html` }

  it('leads up, back and on', () => {
    expect(frameOf(shown, options).links.map(({ label, rel }) => [label, rel])).toEqual([['All days', 'up'], ['Week 47, 2026', 'up'], ['Nov 2026', 'up'], ['Thu 19 Nov 2026', 'prev'], ['Fri 20 Nov 2026', 'current']])
  })

  const sections = (parts: Partial<PeriodPage>, more: Partial<FrameOptions> = {}): string[] => frameOf({ ...shown, ...parts }, { ...options, ...more }).before.map(({ id }) => id)

  it.each<[string, Partial<PeriodPage>, Partial<FrameOptions>, string[]]>([
    ['a day', {}, {}, ['against']],
    ['a week, whose days it lists', { period: periodOfDay(DAY, 'week') }, {}, ['days', 'against']],
    ['a week of whose days no row is known', { period: periodOfDay(DAY, 'week') }, { rows: new Map() }, ['against']],
    ['the first page, whose log begins hours later', { isFirst: true }, {}, ['edge', 'against']],
    ['the first page, whose log begins with it', { isFirst: true, stretch: { fromMs: Date.parse(report.window.from!) - 3_599_999 } }, {}, ['against']],
    ['the first page without a line', { isFirst: true }, { report: reportOf([]) }, ['against']],
  ])('has before the report: %s', (_, parts, more, ids) => {
    expect(sections(parts, more)).toEqual(ids)
  })
})
