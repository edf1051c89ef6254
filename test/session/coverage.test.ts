import { describe, expect, it } from 'vitest'
import { Level } from '../../src/error-log/level.ts'
import { Coverage } from '../../src/session/coverage.ts'
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
