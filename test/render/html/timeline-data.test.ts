import { FixedOffsetZone, IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { bucketEdges, offsetsOf, stepFor, stepText, timeTicks } from '../../../src/render/html/time-steps.ts'
import { timelineData } from '../../../src/render/html/timeline-data.ts'
import { drawn, niceCeiling, panelsOf, restOf } from '../../../src/render/html/timeline-panels.ts'
import { withBusyMinutes } from '../../helpers/html-page.ts'
import { NOON, reportOf } from '../../helpers/sample-report.ts'

const zone = FixedOffsetZone.utcInstance
const sum = (values: readonly (number | null)[]): number => values.reduce<number>((all, value) => all + (value ?? 0), 0)

describe('buckets', () => {
  it.each([[1, 1500, 1], [1440, 1500, 1], [1501, 1500, 2], [43_200, 1500, 30], [525_600, 1500, 360], [43_200, 24, 2880]])('%i minutes in at most %i: %i minutes each', (minutes, most, step) => {
    expect(stepFor(minutes, most)).toBe(step)
    expect(minutes / step).toBeLessThanOrEqual(most)
  })

  it('lie on round local times', () => {
    expect(bucketEdges({ firstMs: Date.UTC(2026, 0, 1, 0, 20), count: 130, step: 60, zone: FixedOffsetZone.instance(330) })).toEqual([0, 10, 70, 130])
    expect(bucketEdges({ firstMs: Date.UTC(2026, 0, 1), count: 3, step: 1, zone })).toEqual([0, 1, 2, 3])
  })

  it.each([[1, 'minute'], [30, '30 minutes'], [60, 'hour'], [120, '2 hours'], [1440, 'day'], [2880, '2 days']])('%i minutes are called %s', (step, text) => {
    expect(stepText(step)).toBe(text)
  })

  it('know the hour at which clocks change', () => {
    const berlin = IANAZone.create('Europe/Berlin')
    expect(offsetsOf({ fromMs: Date.UTC(2026, 9, 24), toMs: Date.UTC(2026, 9, 26), zone: berlin })).toEqual([[Date.UTC(2026, 9, 24) / 1000, 120], [Date.UTC(2026, 9, 25, 1) / 1000, 60]])
  })

  it.each([[30, 'HH:mm'], [3000, 'dates'], [600_000, 'dates']])('ticks of %i minutes: few, in order, inside', (minutes) => {
    const ticks = timeTicks({ fromMs: NOON, toMs: NOON + minutes * 60_000, zone, most: 5 })
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(6)
    for (const { atMs } of ticks) expect(atMs).toBeGreaterThanOrEqual(NOON)
    expect(ticks.map(({ atMs }) => atMs)).toEqual(ticks.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
  })
})

describe('timelineData', () => {
  const busy = withBusyMinutes(reportOf([{}]), 3000)

  it.each([1, 24, 240, 1500, 3000])('loses nothing in at most %i buckets', (most) => {
    const data = timelineData(busy, { zone, most })!
    expect(data.attempts.length).toBeLessThanOrEqual(most + 1)
    expect(data.edges).toHaveLength(data.attempts.length + 1)
    for (const field of ['attempts', 'succeeded', 'drops', 'faults'] as const) expect(sum(data[field])).toBe(sum(busy.timeline.map((minute) => minute[field])))
    for (const [index, drops] of data.drops.entries()) expect(sum(data.series.map(({ counts }) => counts[index]!))).toBe(drops)
    expect(Math.max(...data.worst)).toBe(Math.max(...busy.timeline.map(({ drops }) => drops)))
  })

  it('has the frequent causes apart and the others as one, orderly ends at the bottom, one look each', () => {
    const { series } = timelineData(busy, { zone, most: 1500 })!
    expect(series).toHaveLength(8)
    expect(series[0]!.look.hue).toBe('orderly')
    expect(series.at(-1)!.label).toBe('other causes')
    expect(new Set(series.map(({ look }) => JSON.stringify(look))).size).toBe(series.length)
  })

  it.each([
    [['guess'], 'closed, by whom is not known'],
    [['likely'], 'closed in order'],
    [['confirmed', 'guess'], 'closed in order, or by whom is not known'],
  ] as const)('says no more of orderly ends than is known: %j', (confidences, label) => {
    const endings = confidences.map((confidence) => ({ cause: 'closed' as const, layer: 'unknown' as const, confidence, sessions: 1, share: 0.5 }))
    const { series } = timelineData({ ...busy, endings }, { zone, most: 10 })!
    expect(series.find(({ label: own }) => own.startsWith('closed'))!.label).toBe(label)
  })

  it('without causes: cut, and not', () => {
    const bare = { endings: [], timeline: busy.timeline.map((minute) => ({ ...minute, causes: {} })) }
    expect(timelineData(bare, { zone, most: 10 })!.series.map(({ label, isFault }) => [label, isFault])).toEqual([['ended otherwise', false], ['cut', true]])
    const none = { endings: [], timeline: bare.timeline.map((minute) => ({ ...minute, faults: 0 })) }
    expect(timelineData(none, { zone, most: 10 })!.series.map(({ label }) => label)).toEqual(['drops'])
  })

  it('of no minute there is none', () => {
    expect(timelineData({ timeline: [], endings: [] }, { zone, most: 10 })).toBeUndefined()
  })
})

describe('panels', () => {
  const data = timelineData(withBusyMinutes(reportOf([{}]), 3000), { zone, most: 240 })!
  const panels = panelsOf(data)
  const panel = (id: string) => panels.find((one) => one.id === id)!

  it('drops, handshakes, success rate and open sessions', () => {
    expect(panels.map(({ id }) => id)).toEqual(['drops', 'handshakes', 'rate', 'active'])
  })

  it('draws drops a minute, stacked up to all drops, and the worst minute above', () => {
    const values = drawn(panel('drops'), data.edges)
    const [top, worst] = [values.at(-2)!, values.at(-1)!]
    for (const [index, drops] of data.drops.entries()) {
      const minutes = (data.edges[index + 1]! - data.edges[index]!) / 60
      expect(top[index]).toBeCloseTo(drops / minutes, 6)
      expect(worst[index]).toBeCloseTo(data.worst[index]!, 6)
    }
  })

  it('says sums, and the most of what is no sum', () => {
    const drops = panel('drops')
    expect(sum(drops.series.filter(({ kind }) => kind === 'stack').map((series) => restOf(series, { isPerMinute: true, edges: data.edges })))).toBe(sum(data.drops))
    expect(restOf(drops.series.at(-1)!, { isPerMinute: true, edges: data.edges })).toBeCloseTo(Math.max(...data.worst), 6)
    expect(restOf(panel('active').series[0]!, { isPerMinute: false, edges: data.edges })).toBe(Math.max(...data.active.map((active) => active ?? 0)))
  })

  it('has no success rate where nobody tried', () => {
    const minute = { minute: new Date(NOON).toISOString(), attempts: 0, succeeded: 0, drops: 1, faults: 0, active: null, causes: {} }
    const tried = { ...minute, minute: new Date(NOON + 60_000).toISOString(), attempts: 4, succeeded: 1 }
    const some = panelsOf(timelineData({ endings: [], timeline: [minute, tried] }, { zone, most: 10 })!)
    expect(some.find(({ id }) => id === 'rate')).toMatchObject({ min: 0, max: 100, series: [{ values: [null, 25] }] })
    expect(some.map(({ id }) => id)).toEqual(['drops', 'handshakes', 'rate'])
    expect(panelsOf(timelineData({ endings: [], timeline: [minute] }, { zone, most: 10 })!).map(({ id }) => id)).toEqual(['drops'])
  })

  it.each([[0, 1], [1, 1], [1.1, 1.5], [7, 8], [94, 100], [272, 300], [1_234_567, 1_500_000]])('the scale of %d goes to %d', (value, nice) => {
    expect(niceCeiling(value)).toBeCloseTo(nice, 6)
  })
})
