import { describe, expect, it } from 'vitest'
import type { SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import { Summary } from '../../src/aggregate/summary.ts'
import { narrow, withoutTimers } from '../../src/cluster/cut-window.ts'
import { Ended } from '../../src/cluster/ended.ts'
import { findPatterns } from '../../src/cluster/patterns.ts'
import { isPeriodic } from '../../src/cluster/periodic.ts'
import { endOpen, judge, START_MS, traffic } from '../helpers/sessions.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const rows = (): readonly SampledHandshake[] => judge({ sessions: traffic({ seed: 5 }) }).summary.sessionSample.rows
const [one] = rows()
const session = (startedAtMs: number, endedAtMs: number): SampledHandshake => ({ ...one!, startedAtMs, endedAtMs, durationMs: endedAtMs - startedAtMs })

describe('Ended', () => {
  it.each([0, 100_000, 900_123, 1_799_000])('finds those that are open at %i ms as a look at all does', (ms) => {
    const all = rows()
    const [from, to] = [START_MS + ms, START_MS + ms + 50]
    const open = all.filter(({ startedAtMs, endedAtMs }) => startedAtMs < from && endedAtMs >= to)
    expect(new Set(new Ended(all).openAt(from, to))).toEqual(new Set(open))
  })

  it('counts starts by upstream', () => {
    const all = rows()
    const upstream = one!.upstream
    expect(new Ended(all).started(upstream, START_MS, START_MS + 600_000)).toBe(all.filter((each) => each.upstream === upstream && each.startedAtMs >= START_MS && each.startedAtMs < START_MS + 600_000).length)
  })
})

describe('the window of a cut', () => {
  it('is as narrow as the cut', () => {
    const random = new Seeded(1)
    const members = [...times(100, () => session(random.int(0, 5000), 10_400 + random.int(0, 15))), ...times(9, (index) => session(1, 10_003 + index * 111))]
    const { fromMs, toMs } = narrow(members, { fromMs: 10_000, toMs: 11_000 }, 9)
    expect(fromMs).toBeGreaterThan(10_380)
    expect(toMs).toBeLessThan(10_430)
  })

  it('leaves out a timer after a burst of connects', () => {
    const random = new Seeded(1)
    const cut = times(30, () => session(random.int(0, 60_000) - 100_000, 10_400))
    expect(withoutTimers([...cut, ...times(20, (index) => session(index * 10, index * 10 + 10_000))])).toHaveLength(30)
  })
})

describe('isPeriodic', () => {
  it.each([[30_000, 10_000, true], [10_000, 10_000, false], [10_500, 10_000, false]])('a start each %i ms, of sessions of %i ms: %s', (everyMs, ageMs, is) => {
    expect(isPeriodic(times(30, (index) => session(index * everyMs, index * everyMs + ageMs)))).toBe(is)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('is not said of times that come by chance, seed %i', (seed) => {
    const random = new Seeded(seed)
    let at = 0
    expect(isPeriodic(times(20, () => session((at += random.exponential(20_000)), at + 10_000)))).toBe(false)
  })
})

describe('findPatterns', () => {
  it('says the same of a summary that went through JSON', () => {
    const sessions = traffic({ rate: 4, silentPercent: 30 })
    endOpen(sessions, { atMs: 900_400, truth: 'worker-shutdown', who: ({ startMs }) => startMs < 870_000 })
    const { summary, patterns } = judge({ sessions })
    const again = findPatterns(Summary.fromJSON(JSON.parse(JSON.stringify(summary))), { errors: undefined, readTimeoutMs: undefined })
    expect(again.cuts).toEqual(patterns.cuts)
    expect(again.clusters).toEqual(patterns.clusters)
  })

  it('has nothing to say of an empty log', () => {
    expect(findPatterns(new Summary(), { errors: undefined, readTimeoutMs: undefined })).toMatchObject({ cuts: [], clusters: [] })
  })
})
