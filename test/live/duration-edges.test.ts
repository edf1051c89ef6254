import { describe, expect, it } from 'vitest'
import { TIMEOUTS } from '../../src/cluster/timeouts.ts'
import { DURATION_EDGES_SECONDS } from '../../src/live/duration-edges.ts'

/** The bucket that a duration falls into: above the first edge, up to the second. */
const bucketOf = (seconds: number): readonly [number | undefined, number | undefined] => {
  const index = DURATION_EDGES_SECONDS.findIndex((edge) => seconds <= edge)
  return [DURATION_EDGES_SECONDS[index - 1], DURATION_EDGES_SECONDS[index]]
}

describe('the edges of the duration histogram', () => {
  it('ascend, none twice, and are few', () => {
    expect(DURATION_EDGES_SECONDS).toEqual([...new Set(DURATION_EDGES_SECONDS)].sort((a, b) => a - b))
    expect(DURATION_EDGES_SECONDS.length).toBeLessThanOrEqual(45)
  })

  it.each([
    [60.02, 60, 61],
    [59.98, 56, 60],
    [60, 56, 60],
    [61, 60, 61],
    [61.5, 61, 75],
    [3600.4, 3600, 3601],
    [0.05, undefined, 0.1],
    [86_400.5, 86_400, 86_401],
  ])('a session of %d s lands above %s and up to %d', (seconds, above, upTo) => {
    expect(bucketOf(seconds)).toEqual([above, upTo])
  })

  const sharp = TIMEOUTS.filter((row) => row.cutsByDefault && row.rangeSeconds === undefined && row.confidence !== 'low' && row.confidence !== 'unsourced' && row.source !== null && row.seconds <= 86_400)
  const common = [...new Set(sharp.map(({ seconds }) => seconds))].filter((seconds) => sharp.filter((row) => row.seconds === seconds).length > 1)

  it('know the timers that two products of the catalogue or more have', () => {
    expect(common.length).toBeGreaterThan(9)
  })

  it.each(common)('%d s has a bucket of its own', (seconds) => {
    expect(bucketOf(seconds + 0.02)).toEqual([seconds, seconds + 1])
  })
})
