import { describe, expect, it } from 'vitest'
import { LogHistogram } from '../../src/aggregate/log-histogram.ts'
import { type Cluster, findClusters } from '../../src/cluster/find-clusters.ts'
import { Seeded, times } from '../helpers/seeded.ts'

/** As sharp as the summary's own. */
const BITS = 11

interface Ages {
  readonly ms: readonly number[]
  /** Of a thousand of them so many are quiet. */
  readonly quietPerMille: number
}

const clustersOf = (...parts: readonly Ages[]): Cluster[] => {
  const all = new LogHistogram(BITS)
  const quiet = new LogHistogram(BITS)
  for (const { ms, quietPerMille } of parts) {
    for (const [index, age] of ms.entries()) {
      all.add(Math.round(age))
      if ((index * 7919) % 1000 < quietPerMille) quiet.add(Math.round(age))
    }
  }
  return findClusters(all, quiet)
}

/** Background as real services have it: wide, without a mark of its own. */
const background = (seed: number, count = 20_000): Ages => {
  const random = new Seeded(seed)
  return { ms: times(count, () => random.logNormal({ median: 300_000, sigma: 1.5 })), quietPerMille: 200 }
}

/** A timer that fires at `ms`, up to `lateMs` late. */
const timer = ({ ms, lateMs, count, quietPerMille = 950, seed = 1 }: { ms: number; lateMs: number; count: number; quietPerMille?: number; seed?: number }): Ages => {
  const random = new Seeded(seed * 7 + ms)
  return { ms: times(count, () => ms + random.int(0, lateMs + 1)), quietPerMille }
}

describe('findClusters', () => {
  it.each([
    [30, 25, 600],
    [60, 25, 600],
    [60, 1000, 2000],
    [90, 5, 200],
    [600, 40, 400],
    [3600, 30, 300],
    [3600, 1000, 600],
  ])('finds a timer of %i s, up to %i ms late, of %i sessions among 20,000 others', (seconds, lateMs, count) => {
    for (const seed of [1, 2, 3]) {
      const [cluster, ...others] = clustersOf(background(seed), timer({ ms: seconds * 1000, lateMs, count, seed }))
      expect(others).toEqual([])
      expect(cluster).toBeDefined()
      const cell = (seconds * 1000) / 2 ** BITS
      expect(Math.abs(cluster!.centerMs - (seconds * 1000 + lateMs / 2)), 'center').toBeLessThanOrEqual(lateMs / 4 + cell)
      expect(cluster!.fromMs, 'from').toBeGreaterThan(seconds * 1000 - cell - lateMs / 10)
      expect(cluster!.fromMs).toBeLessThanOrEqual(seconds * 1000 + cell + lateMs / 4)
      expect(cluster!.toMs, 'to').toBeLessThanOrEqual(seconds * 1000 + lateMs + cell * 2 + lateMs / 4)
      // All of its sessions, and of the others no more than happen to end there.
      expect(cluster!.sessions).toBeGreaterThanOrEqual(count * 0.97)
      expect(cluster!.sessions).toBeLessThanOrEqual(count + cluster!.expected + 6 * Math.sqrt(cluster!.expected + 1))
      expect(cluster!.quiet / cluster!.sessions, 'quiet share').toBeCloseTo(0.95, 1)
    }
  })

  it.each([1, 2, 3, 4, 5, 6])('finds a sweeper that ends idle sessions anywhere from 55 to 65 s, as one (seed %i)', (seed) => {
    const clusters = clustersOf(background(seed), timer({ ms: 55_000, lateMs: 10_000, count: 3000, quietPerMille: 1000, seed }))
    expect(clusters).toHaveLength(1)
    const [{ centerMs, fromMs, toMs, sessions, quiet, expected }] = clusters as [Cluster]
    expect(Math.abs(centerMs - 60_000)).toBeLessThan(1000)
    expect(Math.abs(fromMs - 55_000)).toBeLessThan(500)
    expect(Math.abs(toMs - 65_000)).toBeLessThan(1500)
    expect(sessions).toBeGreaterThan(2700)
    expect(sessions - expected).toBeLessThan(3600)
    expect(quiet / sessions).toBeGreaterThan(0.8)
  })

  it.each([
    ['2 s apart', 60_000, 62_000],
    ['a load balancer before nginx', 50_000, 60_000],
    ['1 % apart', 300_000, 303_000],
    ['far apart', 30_000, 3_600_000],
  ])('keeps two timers apart: %s', (_, first, second) => {
    const clusters = clustersOf(background(4), timer({ ms: first, lateMs: 20, count: 500 }), timer({ ms: second, lateMs: 20, count: 400 }))
    expect(clusters).toHaveLength(2)
    expect(Math.abs(clusters[0]!.centerMs - first)).toBeLessThan(first / 1000)
    expect(Math.abs(clusters[1]!.centerMs - second)).toBeLessThan(second / 1000)
    expect(clusters[0]!.sessions).toBeGreaterThanOrEqual(480)
    expect(clusters[1]!.sessions).toBeGreaterThanOrEqual(380)
  })

  it.each([
    [0, 1000],
    [200, 1000],
    [1000, 1000],
    [200, 5000],
  ])('predicts from all sessions what the neighbouring ages hold, when %i per mille of them are quiet and the timer is up to %i ms late', (quietPerMille, lateMs) => {
    const even: Ages = { ms: times(40_000, (index) => 400_000 + index * 10), quietPerMille }
    const [cluster] = clustersOf(even, timer({ ms: 600_000, lateMs, count: 4000 }))
    const exact = (cluster!.toMs - cluster!.fromMs) / 10
    expect(Math.abs(cluster!.expected - exact)).toBeLessThan(exact * 0.05)
  })

  it('takes two peaks a hair apart for one timer', () => {
    const clusters = clustersOf(background(5), timer({ ms: 60_000, lateMs: 10, count: 500 }), timer({ ms: 60_200, lateMs: 10, count: 400 }))
    expect(clusters).toHaveLength(1)
    expect(clusters[0]!.sessions).toBeGreaterThanOrEqual(900)
    expect(clusters[0]!.centerMs).toBeGreaterThan(60_000)
    expect(clusters[0]!.centerMs).toBeLessThan(60_210)
  })

  it('finds a timer that busy sessions have too, and says that few of it are quiet', () => {
    const [cluster, ...others] = clustersOf(background(6), timer({ ms: 1_800_000, lateMs: 50, count: 1000, quietPerMille: 0 }))
    expect(others).toEqual([])
    expect(cluster!.quiet / cluster!.sessions).toBeLessThan(0.05)
    expect(Math.abs(cluster!.centerMs - 1_800_025)).toBeLessThan(1000)
  })

  it('finds an idle timer that only the quiet sessions show, among many busy ones of that age', () => {
    const random = new Seeded(8)
    const busy: Ages = { ms: times(30_000, () => random.int(40_000, 80_000)), quietPerMille: 0 }
    const clusters = clustersOf(busy, background(8), timer({ ms: 60_000, lateMs: 2000, count: 600, quietPerMille: 1000 }))
    expect(clusters).toHaveLength(1)
    expect(Math.abs(clusters[0]!.centerMs - 61_000)).toBeLessThan(1000)
    expect(clusters[0]!.quiet).toBeGreaterThanOrEqual(550)
  })

  it.each([5, 6, 10, 25])('finds %i sessions of one age when there are few in all', (count) => {
    const clusters = clustersOf(background(3, 60), timer({ ms: 60_000, lateMs: 10, count }))
    expect(clusters).toHaveLength(1)
    expect(clusters[0]!.sessions).toBe(count)
  })

  it.each([0, 1, 2, 3, 4])('says nothing about %i sessions, even of one age', (count) => {
    expect(clustersOf({ ms: times(count, () => 60_000), quietPerMille: 1000 })).toEqual([])
  })

  it('says nothing about a peak that hardly any session has', () => {
    expect(clustersOf(background(2, 20_000), timer({ ms: 60_000, lateMs: 10, count: 60 }))).toEqual([])
  })

  it('says nothing about what ends within a second: no timer does', () => {
    expect(clustersOf(background(2), { ms: times(2000, () => 500), quietPerMille: 1000 })).toEqual([])
  })

  it('lists the largest first', () => {
    const clusters = clustersOf(background(7), ...[300, 900, 500].map((count, index) => timer({ ms: 30_000 * 3 ** index, lateMs: 10, count })))
    expect(clusters.map(({ centerMs }) => Math.round(centerMs / 30_000))).toEqual([3, 9, 1])
  })

  describe('finds none in smooth data, over 200 seeds each', () => {
    const SMOOTH: [name: string, make: (random: Seeded) => number][] = [
      ['log-normal', (random) => random.logNormal({ median: 300_000, sigma: 1.5 })],
      ['narrow log-normal', (random) => random.logNormal({ median: 60_000, sigma: 0.4 })],
      ['exponential', (random) => random.exponential(120_000)],
      ['uniform, up to where it breaks off', (random) => random.int(0, 600_000)],
      ['uniform, from where it begins', (random) => random.int(100_000, 400_000)],
    ]

    it.each(SMOOTH.flatMap(([name, make]) => [30, 500, 4000].map((count) => [name, count, make] as const)))('%s, %i sessions', (_, count, make) => {
      for (let seed = 1; seed <= 200; seed++) {
        const random = new Seeded(seed)
        const clusters = clustersOf({ ms: times(count, () => make(random)), quietPerMille: 200 })
        expect(clusters, `seed ${seed}`).toEqual([])
      }
    })
  })
})
