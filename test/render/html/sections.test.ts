import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import type { Panel } from '../../../src/render/html/charts-data.ts'
import { html } from '../../../src/render/html/markup.ts'
import { plot } from '../../../src/render/html/plot.ts'
import { basis } from '../../../src/render/html/sections/basis.ts'
import { clusters } from '../../../src/render/html/sections/clusters.ts'
import { durations } from '../../../src/render/html/sections/durations.ts'
import { headline } from '../../../src/render/html/sections/headline.ts'
import { heatMap } from '../../../src/render/html/sections/heat-map.ts'
import { pathPicture } from '../../../src/render/html/sections/path-picture.ts'
import { rankings } from '../../../src/render/html/sections/rankings.ts'
import type { Section } from '../../../src/render/html/sections/section.ts'
import { timeline } from '../../../src/render/html/sections/timeline.ts'
import { drawn, restOf } from '../../../src/render/html/timeline-panels.ts'
import type { ClusterReport, Report } from '../../../src/report/report.ts'
import { reportOf } from '../../helpers/sample-report.ts'
import { times } from '../../helpers/seeded.ts'

const zone = FixedOffsetZone.utcInstance
const BASE = reportOf(times(40, (index) => ({ durationMs: 1000 * (index + 1) })))
const CLUSTER: ClusterReport = { id: 'c1', seconds: 20, from: 19, to: 21, sessions: 40, quiet: 40, share: 0.4, expected: 1, cause: null, layer: 'unknown', confidence: 'guess', evidence: [], candidates: [], echoes: [] }

const markupOf = (section: Section, parts: Partial<Report>, report = BASE): string => String(html`${section({ ...report, ...parts }, { zone })?.body}`)
const textOf = (...args: Parameters<typeof markupOf>): string => markupOf(...args).replaceAll('<wbr>', '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').trim()

describe('the heat map', () => {
  // A Monday.
  const MONDAY = Date.UTC(2026, 10, 16)
  const cellOf = (dropsAnHour: number): string => {
    const minutes = times(2880, (index) => ({ minute: new Date(MONDAY + index * 60_000).toISOString(), attempts: 0, succeeded: 0, drops: index < 60 ? dropsAnHour / 60 : 0, faults: 0, active: null, causes: {} }))
    return /<th scope="row"><abbr title="Monday">Mon<\/abbr><\/th><td class="[^"]*">([^<]*)</.exec(markupOf(heatMap, { timeline: minutes }))![1]!
  }

  it.each([
    [0, '0'], [0.04, '&lt;.1'], [0.06, '0.1'], [7, '7'], [9.94, '9.9'], [9.96, '10'], [123.4, '123'], [999.4, '999'], [999.6, '1k'], [4600, '4.6k'], [12_345, '12k'], [999_400, '999k'], [999_600, '1M'], [1_234_567, '1.2M'],
  ])('writes %d drops an hour in four characters at most', (drops, text) => {
    expect(cellOf(drops)).toBe(text)
    expect(text.replace('&lt;', '<').length).toBeLessThanOrEqual(4)
  })
})

describe('the histogram of ages', () => {
  const picture = (histogram: Report['sessions']['histogram'], found: readonly ClusterReport[] = []): string => markupOf(durations, { sessions: { ...BASE.sessions, histogram }, clusters: found })

  it('names an age by its cause, or says that it is not known', () => {
    const text = picture([{ from: 10, to: 22, count: 5 }, { from: 22, to: 30, count: 5 }], [CLUSTER, { ...CLUSTER, seconds: 25, cause: 'idle-timeout' }])
    expect(text).toContain('<tspan class="strong">20 s:</tspan> cause not known')
    expect(text).toContain('<tspan class="strong">25 s:</tspan> idle-timeout')
    expect(text).toContain('40 ended at 20 s: cause not known.')
    expect(text).toContain('class="f-unknown"')
  })

  it('colours a bar by the age in it', () => {
    expect(picture([{ from: 10, to: 30, count: 5 }, { from: 30, to: 60, count: 1 }], [{ ...CLUSTER, cause: 'idle-timeout' }])).toMatch(/<rect class="f-nginx"[^>]*><title>10 s – 30 s: 5<\/title><\/rect>\s*<rect class="f-attempts"[^>]*><title>30 s – 60 s: 1</)
  })

  it.each<[string, Report['sessions']['histogram'], string[]]>([
    ['ages of a minute to an hour', [{ from: 60, to: 120, count: 1 }, { from: 3000, to: 3600, count: 1 }], ['1 min', '10 min', '1 h']],
    ['ages between two of them: its own ends', [{ from: 11, to: 13, count: 1 }], ['11 s', '13 s']],
    ['of no time at all: from 10 ms on', [{ from: 0, to: 0.5, count: 1 }, { from: 900, to: 1000, count: 1 }], ['10 ms', '0.1 s', '1 s', '10 s', '1 min', '10 min']],
  ])('has ticks that a person knows: %s', (_, histogram, labels) => {
    expect([...picture(histogram).matchAll(/<text x="[\d.]+%" y="\d+" text-anchor="\w+">([^<]*)</g)].map(([, label]) => label)).toEqual(labels)
  })

  it('keeps the labels at both ends inside', () => {
    const anchors = [...picture([{ from: 1, to: 10, count: 1 }, { from: 10, to: 60, count: 1 }]).matchAll(/text-anchor="(\w+)">(\d+ \w+)</g)].map(([, anchor, label]) => [label, anchor])
    expect(anchors).toEqual([['1 s', 'start'], ['10 s', 'middle'], ['1 min', 'end']])
  })

  it('is left out where the log tells no ages, and all of it without sessions', () => {
    expect(picture([])).not.toContain('<svg')
    expect(durations(reportOf([]), { zone })).toBeUndefined()
  })
})

describe('the path as a picture', () => {
  const ending = (cause: Report['endings'][number]['cause'], layer: Report['endings'][number]['layer'], sessions: number, confidence: Report['endings'][number]['confidence'] = 'confirmed'): Report['endings'][number] => ({ cause, layer, confidence, sessions, share: 0 })
  const failure = (cause: Report['handshakes']['failures'][number]['cause'], layer: Report['endings'][number]['layer'], count: number): Report['handshakes']['failures'][number] => ({ cause, layer, confidence: 'confirmed', status: 500, count, share: 0 })
  const path = (attempts: number, endings: Report['endings'], failures: Report['handshakes']['failures'] = []): string => textOf(pathPicture, { handshakes: { ...BASE.handshakes, attempts, failures }, endings })

  it.each<[string, number, Report['endings'], Report['handshakes']['failures'], string[]]>([
    ['one session that was cut', 1, [ending('idle-timeout', 'nginx', 1)], [], ['all 1 handshake ', '1 session cut']],
    ['many', 1200, [ending('idle-timeout', 'nginx', 1000), ending('closed', 'unknown', 200, 'likely')], [], ['all 1,200 handshakes ', '1,000 sessions cut', '200 ended in order']],
    ['one that failed', 2, [ending('closed', 'unknown', 1, 'likely')], [failure('refused', 'upstream', 1)], ['1 handshake failed']],
    ['both', 10, [ending('upstream-reset', 'upstream', 2), ending('closed', 'unknown', 4, 'likely')], [failure('refused', 'upstream', 4)], ['2 sessions cut, 4 handshakes failed']],
    ['more causes than are shown', 10, [ending('idle-timeout', 'nginx', 2), ending('worker-shutdown', 'nginx', 2)], [failure('not-found', 'nginx', 2), failure('capacity', 'nginx', 2), failure('dns', 'nginx', 2)], ['and 2 more']],
    ['nothing lost', 5, [ending('closed', 'unknown', 5, 'likely')], [], ['no loss', '5 ended in order']],
    ['failures of which nobody knows why', 10, [ending('closed', 'unknown', 4, 'likely')], [failure('other', 'unknown', 6)], ['6 failed, why is not known', 'no loss known']],
    ['neither of ends nor of failures', 10, [ending('closed', 'unknown', 4, 'guess')], [failure('other', 'unknown', 6)], ['4 ended, by whom is not known; 6 failed, why is not known']],
  ])('%s', (_, attempts, endings, failures, texts) => {
    for (const text of texts) expect(path(attempts, endings, failures)).toContain(text)
  })

  it('is left out without handshakes', () => {
    expect(pathPicture(reportOf([]), { zone })).toBeUndefined()
  })
})

describe('the headline', () => {
  const text = (parts: Partial<Report>): string => String(headline({ ...BASE, ...parts }, { zone })).replaceAll('<wbr>', '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  const faults: Partial<Report> = { drops: { ...BASE.drops, faults: 10 }, endings: [{ cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', sessions: 10, share: 0.25 }] }

  it.each<[string, Partial<Report>, string]>([
    ['what was cut, as far as is known', faults, 'Cut 25 % at least 10 of 40 sessions'],
    ['what was cut, where the error log tells all', { ...faults, evidence: { ...BASE.evidence, errorLogLevel: 'info' } }, 'Cut 25 % 10 of 40 sessions'],
    ['that nobody knows who cut', {}, 'Cut – by whom, this log does not say'],
    ['the worst cause', { ...faults, clusters: [] }, 'Worst cause silent for proxy_read_timeout 10 sessions, layer nginx, confirmed'],
    ['an age that costs more than any cause', { ...faults, clusters: [{ ...CLUSTER, sessions: 11 }] }, 'Drops most at the age of 20 s 11 sessions (40 %), by whom is not known'],
    ['an age, where no cause is known', { clusters: [CLUSTER] }, 'Drops most at the age of 20 s'],
    ['not an age that costs less', { ...faults, clusters: [{ ...CLUSTER, sessions: 9 }] }, 'Worst cause'],
    ['not an age of a few', { ...faults, clusters: [{ ...CLUSTER, sessions: 11, share: 0.04 }] }, 'Worst cause'],
    ['not an age whose cause is known', { ...faults, clusters: [{ ...CLUSTER, sessions: 11, cause: 'lifetime-limit' }] }, 'Worst cause'],
    ['no lines in the time that was asked for', { window: { ...BASE.window, from: null, to: null } }, 'no lines in this time'],
  ])('says %s', (_, parts, said) => {
    expect(text(parts).replaceAll('\u00A0', ' ')).toContain(said)
  })
})

describe('what the page rests on', () => {
  it.each<[string, Partial<Report>, string]>([
    ['what is missing', { evidence: { ...BASE.evidence, missing: ['host'] } }, 'What is missing to know more It cannot tell which host was asked for: add $host'],
    ['lines that were skipped', { lines: { ...BASE.lines, examples: [{ path: 'a.log', line: 7, column: 3, reason: 'torn' }] } }, 'Lines that were skipped a.log:7:3 : torn'],
    ['what nobody knows of the error log', { evidence: { ...BASE.evidence, messages: [{ message: null, text: 'strange', level: 'warn', count: 2 }] } }, 'In the error log 2 lines say what wslog does not know: 2 × [warn] strange'],
    ['its messages, known or not', { evidence: { ...BASE.evidence, messages: [{ message: null, text: 'strange', level: 'warn', count: 2 }] } }, 'strange not known warn 2'],
    ['logs, and what they were wrapped in', { inputs: [{ path: 'a.log', kind: 'access', logFormat: 'ws', envelope: 'docker', bytes: 1000, lines: 3, parsed: 3, skipped: 0, filtered: 0, from: null, to: null }] }, 'a.log access, ws in docker 1 kB 3 0 0 – –'],
    ['error logs', { inputs: [{ path: 'e.log', kind: 'error', logFormat: 'error', envelope: null, bytes: 1000, lines: 3, parsed: 3, skipped: 0, filtered: 0, from: null, to: null }] }, 'e.log error 1 kB 3 0 0 – –'],
    ['what could not be read', { errors: [{ path: 'b.log', message: 'b.log: cannot be read' }] }, 'not read: b.log: cannot be read'],
  ])('names %s', (_, parts, said) => {
    expect(textOf(basis, parts)).toContain(said)
  })
})

describe('ranked rows', () => {
  const row = { name: 'a', attempts: 10, successRate: 1, sessions: 10, drops: 10, faults: 5, p50: 1, p95: 2 }
  const ranked = (parts: Partial<Report>): string => textOf(rankings, { upstreams: [row, { ...row, name: 'b', drops: 0, faults: 0 }], hosts: [], paths: [], clients: [], ...parts })
  const some = (values: number, error: number): Report['rankings'] => ({ ...BASE.rankings, upstreams: { values, error } })

  it('say how many drops were cut, where any was', () => {
    expect(ranked({ drops: { ...BASE.drops, faults: 5 } })).toMatch(/a 10 100 % 10 5 50 % 1 s 2 s b 10 100 % 0 0 – 1 s 2 s/)
    expect(ranked({})).toMatch(/a 10 100 % 10 1 s 2 s/)
  })

  it('say how many more there are, and what a row may lack', () => {
    expect(ranked({ rankings: some(2, 0) })).not.toContain('more')
    expect(ranked({ rankings: some(1200, 0) })).toMatch(/and 1,198 more$/)
    expect(ranked({ rankings: some(1200, 7) })).toMatch(/and 1,198 more; a row may lack up to 7 handshakes$/)
  })
})

describe('an age', () => {
  it('has its evidence and known timers, where there are any', () => {
    expect(textOf(clusters, { clusters: [CLUSTER] })).toBe('20 s 40 sessions (40 %), all quiet several causes fit')
    expect(textOf(clusters, { clusters: [{ ...CLUSTER, evidence: ['sharp', 'even'], candidates: [{ product: 'HAProxy', setting: '', seconds: 20, layer: 'edge', source: '' }] }] })).toBe('20 s 40 sessions (40 %), all quiet several causes fit sharp; even Known timers of 20 s – hop in front: HAProxy.')
  })
})

describe('a chart at rest', () => {
  const panel = (values: readonly (number | null)[], parts: Partial<Panel> = {}, series: Partial<Panel['series'][number]> = {}): Panel => ({ id: 'drops', title: '', isPerMinute: false, unit: '', min: 0, max: null, series: [{ label: 'x', hue: 'bad', pattern: 'solid', kind: 'line', values: [...values], rest: 'sum', ...series }], ...parts }) as Panel
  const EDGES = [0, 60, 180, 240]

  it.each([['sum', 9], ['max', 4], ['min', 2]] as const)('tells the %s', (rest, expected) => {
    expect(restOf(panel([2, 4, 3], {}, { rest }).series[0]!, { isPerMinute: false, edges: EDGES })).toBe(expected)
  })

  it('tells by the minute, but for sums', () => {
    const { series: [one] } = panel([2, 4, 3], {}, { rest: 'max' })
    expect(restOf(one!, { isPerMinute: true, edges: EDGES })).toBe(3)
    expect(restOf({ ...one!, rest: 'sum' }, { isPerMinute: true, edges: EDGES })).toBe(9)
  })

  it('tells nothing of what is not known', () => {
    expect(restOf(panel([null, null, null]).series[0]!, { isPerMinute: false, edges: EDGES })).toBeNull()
    expect(restOf(panel([null, 5, null]).series[0]!, { isPerMinute: false, edges: EDGES })).toBe(5)
  })

  it('stacks what is known, and leaves a gap in a line', () => {
    const stack = panel([1, null, 3], {}, { kind: 'stack' })
    expect(drawn({ ...stack, series: [stack.series[0]!, { ...stack.series[0]!, values: [10, 20, 30] }] }, EDGES)).toEqual([[1, 0, 3], [11, 20, 33]])
    expect(drawn(panel([1, null, 3]), EDGES)).toEqual([[1, null, 3]])
    expect(drawn(panel([1, 4, 3], { isPerMinute: true }), EDGES)).toEqual([[1, 2, 3]])
    expect(String(plot(panel([1, null, 3]), { edges: EDGES, zone }))).toMatch(/<path class="l-bad" d="M0 66\.7H250M750 0H1000"/)
    expect(String(plot(panel([2, 2, null], {}, { kind: 'stack' }), { edges: EDGES, zone }))).toMatch(/d="M0 100V0H750V100H1000V100Z"/)
  })

  it('shows a dash for what no minute tells', () => {
    const unknown = { ...BASE, timeline: BASE.timeline.map((minute) => ({ ...minute, active: null })) }
    expect(textOf(timeline, {}, unknown)).toMatch(/open at once –|– /)
    expect(markupOf(timeline, {}, unknown)).not.toContain('NaN')
  })
})
