import { describe, expect, it } from 'vitest'
import { Level } from '../../src/error-log/level.ts'
import { Coverage, without, withSpan } from '../../src/session/coverage.ts'
import { coverageOf } from '../helpers/coverage.ts'

const SPAN = { fromMs: 1000, toMs: 2000 }

describe('Coverage', () => {
  it.each([
    ['info', [true, true, true]],
    ['debug', [true, true, true]],
    ['notice', [false, true, true]],
    ['warn', [false, false, true]],
    ['error', [false, false, true]],
    // error_log … crit leaves out what nginx fails at.
    ['crit', [false, false, false]],
  ] as const)('a log whose finest entries are %s', (level, expected) => {
    const coverage = coverageOf(level, SPAN)
    expect([coverage.info(1500), coverage.notices(1500), coverage.errors(1500)]).toEqual(expected)
    expect([coverage.errors(999), coverage.errors(2001)]).toEqual([false, false])
  })

  it('a line at info in one log proves nothing of the time of another', () => {
    const coverage = coverageOf('notice', { fromMs: 0, toMs: 10_000 })
    coverage.add({ fromMs: 20_000, toMs: 21_000 }, Level.info)
    expect([coverage.info(5000), coverage.notices(5000), coverage.info(20_500)]).toEqual([false, true, true])
  })

  it('an empty log covers nothing', () => {
    const coverage = new Coverage()
    coverage.add({ fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }, Level.info)
    expect(coverage.errors(0)).toBe(false)
  })
})

describe('a log that is followed', () => {
  it('covers every later moment, until it cannot be read any more', () => {
    const coverage = new Coverage()
    const followed = coverage.follow(1000, Level.error)
    expect([coverage.errors(999), coverage.errors(1000), coverage.errors(1e15), coverage.info(1000)]).toEqual([false, true, true, false])
    followed.finest = Level.info
    followed.toMs = 5000
    expect([coverage.info(1000), coverage.info(5000), coverage.errors(5001)]).toEqual([true, true, false])
  })

  it('that comes and goes keeps its latest thousand stretches', () => {
    const coverage = new Coverage()
    for (let index = 0; index < 1030; index++) coverage.follow(index * 10, Level.info).toMs = index * 10 + 5
    expect(coverage.stretches).toHaveLength(1024)
    expect([coverage.info(0), coverage.info(50), coverage.info(60), coverage.info(66), coverage.info(10_290)]).toEqual([false, false, true, false, true])
  })
})

describe('stretches without some times', () => {
  const stretch = { fromMs: 100, toMs: 200, finest: Level.info }
  it.each<[string, readonly (readonly [number, number])[], readonly (readonly [number, number])[]]>([
    ['nothing', [], [[100, 200]]],
    ['what lies before', [[0, 99]], [[100, 200]]],
    ['what lies behind', [[201, 300]], [[100, 200]]],
    ['the middle', [[120, 130]], [[100, 119], [131, 200]]],
    ['the beginning', [[50, 100]], [[101, 200]]],
    ['the end', [[200, 250]], [[100, 199]]],
    ['all', [[100, 200]], []],
    ['more than all', [[0, 300]], []],
    ['two of them', [[120, 130], [150, 160]], [[100, 119], [131, 149], [161, 200]]],
    ['two that overlap', [[120, 150], [140, 160]], [[100, 119], [161, 200]]],
  ])('%s', (_, gaps, left) => {
    expect(without([stretch], gaps.map(([fromMs, toMs]) => ({ fromMs, toMs })))).toEqual(left.map(([fromMs, toMs]) => ({ fromMs, toMs, finest: Level.info })))
  })
})

describe('spans with one more', () => {
  const HOUR_MS = 3_600_000
  it.each<[string, readonly (readonly [number, number])[], readonly [number, number], readonly (readonly [number, number])[]]>([
    ['the first', [], [5, 9], [[5, 9]]],
    ['far behind', [[0, 10]], [11 + HOUR_MS, 12 + HOUR_MS], [[0, 10], [11 + HOUR_MS, 12 + HOUR_MS]]],
    ['within an hour', [[0, 10]], [10 + HOUR_MS, 12 + HOUR_MS], [[0, 12 + HOUR_MS]]],
    ['inside', [[0, 10]], [3, 4], [[0, 10]]],
    ['before', [[2 * HOUR_MS, 3 * HOUR_MS]], [0, 5], [[0, 5], [2 * HOUR_MS, 3 * HOUR_MS]]],
    ['between two, which it joins', [[0, 10], [2 * HOUR_MS, 3 * HOUR_MS]], [HOUR_MS, HOUR_MS + 10], [[0, 3 * HOUR_MS]]],
  ])('%s', (_, spans, span, expected) => {
    const spanOf = ([fromMs, toMs]: readonly [number, number]) => ({ fromMs, toMs })
    expect(withSpan(spans.map(spanOf), spanOf(span))).toEqual(expected.map(spanOf))
  })

  it('keeps the latest thousand', () => {
    let spans: ReturnType<typeof withSpan> = []
    for (let index = 0; index < 1030; index++) spans = withSpan(spans, { fromMs: index * 2 * HOUR_MS, toMs: index * 2 * HOUR_MS })
    expect([spans.length, spans[0]!.fromMs, spans.at(-1)!.fromMs]).toEqual([1024, 6 * 2 * HOUR_MS, 1029 * 2 * HOUR_MS])
  })
})
