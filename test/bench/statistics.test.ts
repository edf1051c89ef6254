import { describe, expect, it } from 'vitest'
import { summarise } from './statistics.ts'

describe('summarise', () => {
  it('gives the median, the least and the most by the clock, the median of the processor, and the highest peak', () => {
    const summary = summarise([
      { seconds: 3, cpuSeconds: 1, peakMegabytes: 10 },
      { seconds: 1, cpuSeconds: 5, peakMegabytes: 30 },
      { seconds: 2, cpuSeconds: 2, peakMegabytes: 20 },
    ])
    expect(summary).toEqual({ runs: 3, seconds: { median: 2, min: 1, max: 3 }, cpuSeconds: 2, peakMegabytes: 30 })
  })

  it('takes the middle of the two in the middle', () => {
    expect(summarise([1, 2, 4, 9].map((seconds) => ({ seconds, cpuSeconds: seconds, peakMegabytes: 1 }))).seconds.median).toBe(3)
  })

  it('refuses to say anything of no runs', () => {
    expect(() => summarise([])).toThrow()
  })
})
