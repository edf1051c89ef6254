import { describe, expect, it } from 'vitest'
import { Ranking, type RankingJson } from '../../src/aggregate/ranking.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const AWKWARD = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '', ' ', '0', '-1', '\u0000', 'ä', '\u{1F600}']

const addAll = (ranking: Ranking, labels: readonly string[]): Ranking => {
  for (const label of labels) ranking.row(label).attempts++
  return ranking
}

const countsOf = (labels: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/** A few labels that come often, and many that come once or twice. */
const skewed = (random: Seeded, { count, distinct }: { count: number; distinct: number }): string[] =>
  times(count, () => {
    const rank = Math.floor(distinct ** random.next()) - 1
    return AWKWARD[rank] ?? `/room/${rank}`
  })

const expectWithinError = (ranking: Ranking, truth: ReadonlyMap<string, number>): void => {
  const rows = new Map(ranking.rows().map(({ label, attempts }) => [label, attempts]))
  for (const [label, exact] of truth) {
    const known = rows.get(label) ?? 0
    expect(known, `${label}: never more than there were`).toBeLessThanOrEqual(exact)
    expect(exact - known, `${label}: misses no more than the stated error`).toBeLessThanOrEqual(ranking.error)
  }
  for (const label of rows.keys()) expect(truth.has(label), `${label} was seen`).toBe(true)
}

describe('Ranking', () => {
  it.each([1, 2, 3])('is exact as long as it holds every value (seed %i)', (seed) => {
    const labels = skewed(new Seeded(seed), { count: 20_000, distinct: 200 })
    const ranking = addAll(new Ranking(100), labels)
    const truth = countsOf(labels)
    expect(ranking.error).toBe(0)
    expect(ranking.size).toBe(truth.size)
    expect(Object.fromEntries(ranking.rows().map(({ label, attempts }) => [`=${label}`, attempts]))).toEqual(Object.fromEntries([...truth].map(([label, count]) => [`=${label}`, count])))
  })

  it('keeps awkward labels apart, and counts each', () => {
    const ranking = addAll(new Ranking(100), AWKWARD.flatMap((label, index) => times(index + 1, () => label)))
    expect(ranking.rows().map(({ label, attempts }) => [label, attempts])).toEqual([...AWKWARD.entries()].map(([index, label]) => [label, index + 1]).toReversed())
    const again = Ranking.fromJSON(JSON.parse(JSON.stringify(ranking)))
    expect(again.rows().map(({ label }) => label)).toEqual(ranking.rows().map(({ label }) => label))
  })

  it('lists most attempts first, equal ones by label', () => {
    const ranking = addAll(new Ranking(10), ['b', 'a', 'c', 'c', 'B'])
    expect(ranking.rows().map(({ label }) => label)).toEqual(['c', 'B', 'a', 'b'])
  })

  it.each([1, 2, 3])('above its capacity misses no more than the error that it states (seed %i)', (seed) => {
    const labels = skewed(new Seeded(seed), { count: 50_000, distinct: 5000 })
    const truth = countsOf(labels)
    const ranking = addAll(new Ranking(100), labels)
    expect(truth.size).toBeGreaterThan(200)
    expect(ranking.size).toBeLessThanOrEqual(200)
    expect(ranking.error).toBeGreaterThan(0)
    expectWithinError(ranking, truth)
  })

  it.each([1, 2, 3])('keeps that promise after merges and JSON, of parts that were pruned (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const labels = skewed(random, { count: 40_000, distinct: 4000 })
    const parts = times(6, () => [] as string[])
    for (const label of labels) random.pick(parts).push(label)
    const merged = new Ranking(100)
    for (const part of parts) merged.merge(Ranking.fromJSON(JSON.parse(JSON.stringify(addAll(new Ranking(100), part)))))
    expect(merged.size).toBeLessThanOrEqual(200)
    expectWithinError(merged, countsOf(labels))
  })

  it.each([1, 2])('has every heavy hitter, however many strangers come between (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const heavy = times(20, (index) => `heavy ${index}`)
    const labels = random.shuffled([...heavy.flatMap((label) => times(1000, () => label)), ...times(60_000, (index) => `stranger ${index}`)])
    const ranking = addAll(new Ranking(100), labels)
    const listed = ranking.rows().slice(0, 20)
    expect(listed.map(({ label }) => label).sort()).toEqual([...heavy].sort())
    for (const { attempts } of listed) expect(1000 - attempts).toBeLessThanOrEqual(ranking.error)
    // 80,000 values over 100 kept: the bound of Misra and Gries.
    expect(ranking.error).toBeLessThanOrEqual(80_000 / 100)
  })

  it('forgets what came once when an attacker sends a new label every time, and says by how much', () => {
    const ranking = addAll(new Ranking(100), times(10_000, (index) => `/scan/${index}`))
    expect(ranking.size).toBeLessThanOrEqual(200)
    expect(ranking.error).toBeGreaterThanOrEqual(1)
    expect(ranking.error).toBeLessThanOrEqual(10_000 / 100)
  })

  it('throws out the smaller half when it is full, and says what the largest of it had', () => {
    const ranking = new Ranking(2)
    addAll(ranking, ['a', 'a', 'b', 'c', 'd'])
    expect(ranking.error).toBe(0)
    ranking.row('e').attempts++
    expect(ranking.rows().map(({ label }) => label)).toEqual(['a', 'b', 'e'])
    expect(ranking.error).toBe(1)
  })

  it('adds durations of the same value when merged', () => {
    const [one, other] = [new Ranking(10), new Ranking(10)]
    one.addSession(one.row('a'), 10)
    other.addSession(other.row('a'), 20)
    other.addSession(other.row('b'), 30)
    one.merge(other)
    expect(one.rows().map(({ label, attempts, sessions, durationsMs }) => [label, attempts, sessions, durationsMs?.count, durationsMs?.max])).toEqual([['a', 2, 2, 2, 20], ['b', 1, 1, 1, 30]])
  })

  it.each(times(20, (seed) => [seed]))('keeps of two that are merged what has most of both, of equal ones those that came first: seed %i', (seed) => {
    const random = new Seeded(seed)
    const capacity = random.int(1, 60)
    const filled = (): RankingJson => {
      const labels = [...new Set(times(random.int(0, capacity * 2), () => `/${random.int(0, 200)}`))]
      const attempts = labels.map(() => random.int(1, 5))
      const none = labels.map(() => 0)
      const durationsMs = labels.flatMap((_label, row) => (random.next() < 0.3 ? [[row, { bits: 6, min: 7, max: 7, sum: 7, cells: [7, 1] }] as const] : []))
      return { capacity, error: random.int(0, 3), threshold: 0, labels, attempts, sessions: none, faults: none, durationsMs }
    }
    const [mine, theirs] = [filled(), filled()]
    const attempts = new Map<string, number>()
    for (const { labels, attempts: counts } of [mine, theirs]) for (const [row, label] of labels.entries()) attempts.set(label, (attempts.get(label) ?? 0) + counts[row]!)
    const all = [...attempts].toSorted(([, a], [, b]) => b - a)
    const isFull = all.length > capacity * 2
    const merged = Ranking.fromJSON(mine)
    merged.merge(Ranking.fromJSON(theirs))
    expect(new Map(merged.rows().map((row) => [row.label, row.attempts]))).toEqual(new Map(isFull ? all.slice(0, capacity) : all))
    expect(merged.error).toBe(mine.error + theirs.error + (isFull ? all[capacity]![1] : 0))
    const withDurations = new Set([mine, theirs].flatMap(({ labels, durationsMs }) => durationsMs.map(([row]) => labels[row]!)))
    for (const { label, durationsMs } of merged.rows()) expect(durationsMs !== undefined, label).toBe(withDurations.has(label))
  })

  it('reads what was written with an object a row', () => {
    const ranking = new Ranking(10)
    ranking.addSession(ranking.row('a'), 10)
    ranking.row('b').attempts += 3
    const { capacity, error, threshold, labels, durationsMs } = ranking.toJSON()
    expect(labels).toEqual(['b', 'a'])
    const rows = [{ label: 'b', attempts: 3, sessions: 0, faults: 0, durationsMs: null }, { label: 'a', attempts: 1, sessions: 1, faults: 0, durationsMs: durationsMs[0]![1] }]
    expect(Ranking.fromJSON({ capacity, error, threshold, rows }).toJSON()).toEqual(ranking.toJSON())
  })

  it.each([-1, Number.NaN])('counts a session of %d ms, without a duration', (durationMs) => {
    const ranking = new Ranking(10)
    ranking.addSession(ranking.row('a'), durationMs)
    expect(ranking.rows()).toMatchObject([{ label: 'a', attempts: 1, sessions: 1, durationsMs: undefined }])
  })

  it('keeps durations of at most 1,024 rows, and those of the busiest', () => {
    const ranking = new Ranking(10_000)
    for (let round = 0; round < 40; round++) ranking.addSession(ranking.row('busy'), 60_000)
    for (let index = 0; index < 9000; index++) ranking.addSession(ranking.row(`client ${index}`), 1000)
    for (let round = 0; round < 40; round++) ranking.addSession(ranking.row('late'), 5000)
    const rows = ranking.rows()
    expect(rows.slice(0, 2)).toMatchObject([{ label: 'busy', attempts: 40, durationsMs: { count: 40 } }, { label: 'late', attempts: 40 }])
    expect(rows[1]!.durationsMs!.count).toBeGreaterThan(20)
    expect(rows.filter(({ durationsMs }) => durationsMs !== undefined).length).toBeLessThanOrEqual(1024)
    expect(rows.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(9080)
    const again = Ranking.fromJSON(JSON.parse(JSON.stringify(ranking)))
    again.merge(ranking)
    expect(again.rows().filter(({ durationsMs }) => durationsMs !== undefined).length).toBeLessThanOrEqual(1024)
    expect(again.rows()[0]).toMatchObject({ label: 'busy', attempts: 80, durationsMs: { count: 80 } })
  })
})

describe('which rows are kept', () => {
  it('of those that have as many as the last one kept, the first; never one that has fewer', () => {
    const ranking = addAll(new Ranking(2), ['few', 'a', 'a', 'a', 'b', 'b', 'c', 'c'])
    ranking.row('new').attempts++
    expect(ranking.rows().map(({ label }) => label)).toEqual(['a', 'b', 'new'])
    expect(ranking.error).toBe(2)
  })

  it('twice the capacity, also when merged', () => {
    const ranking = addAll(new Ranking(2), ['a', 'b'])
    ranking.merge(addAll(new Ranking(2), ['c', 'd']))
    expect(ranking).toMatchObject({ size: 4, error: 0, prunes: 0 })
    ranking.merge(addAll(new Ranking(2), ['a', 'e']))
    expect(ranking.rows().map(({ label, attempts }) => [label, attempts])).toEqual([['a', 2], ['b', 1]])
    expect(ranking.error).toBe(1)
  })

  it('is found by its name, or not any more', () => {
    const ranking = addAll(new Ranking(1), ['a', 'a', 'b'])
    expect(ranking.find('b')?.attempts).toBe(1)
    ranking.row('c')
    expect([ranking.find('a')?.attempts, ranking.find('b')]).toEqual([2, undefined])
  })
})

describe('whose durations are kept', () => {
  const live = (ranking: Ranking, label: string, count: number, durationMs = 1000): void => times(count, () => ranking.addSession(ranking.row(label), durationMs)).forEach(() => {})
  const kept = (ranking: Ranking): unknown => ranking.rows().map(({ label, durationsMs }) => [label, durationsMs?.count])

  it('those of no time as well', () => {
    const ranking = new Ranking(10)
    live(ranking, 'a', 3, 0)
    expect(kept(ranking)).toEqual([['a', 3]])
  })

  it('of rows that have 16 sessions, when there are too many; of others from their 16th on', () => {
    const ranking = new Ranking(10, 2)
    live(ranking, 'a', 16)
    live(ranking, 'b', 15)
    expect(kept(ranking)).toEqual([['a', 16], ['b', 15]])
    live(ranking, 'c', 1)
    expect(kept(ranking)).toEqual([['a', 16], ['b', undefined], ['c', undefined]])
    live(ranking, 'b', 1)
    expect(kept(ranking)).toEqual([['a', 16], ['b', 1], ['c', undefined]])
  })

  it('of none, where all have as many', () => {
    const ranking = new Ranking(10, 2)
    for (const label of ['a', 'b', 'c']) live(ranking, label, 40)
    expect(ranking.rows().filter(({ durationsMs }) => durationsMs !== undefined).length).toBeLessThanOrEqual(2)
    live(ranking, 'd', 100)
    expect(ranking.find('d')!.durationsMs!.count).toBeGreaterThan(0)
  })

  it('of all, however many rows came and went, while there is room for those that stay', () => {
    const ranking = new Ranking(4, 8)
    for (let index = 0; index < 200; index++) {
      live(ranking, `scan ${index}`, 1)
      if (index % 3 === 0) ranking.row(`failed ${index}`).attempts++
    }
    expect(ranking.rows().filter(({ sessions }) => sessions > 0).every(({ durationsMs }) => durationsMs?.count === 1)).toBe(true)
  })

  it('of no more than there is room for, however many rows without any came and went', () => {
    const ranking = new Ranking(4, 6)
    for (let index = 0; index < 100; index++) ranking.row(`failed ${index}`).attempts++
    for (let index = 0; index < 8; index++) live(ranking, `session ${index}`, 1)
    expect(ranking.rows().filter(({ durationsMs }) => durationsMs !== undefined).length).toBeLessThanOrEqual(6)
  })

  it('of no more than there is room for, with rows without any beside them', () => {
    const ranking = new Ranking(10, 2)
    ranking.row('failed').attempts++
    live(ranking, 'a', 16)
    live(ranking, 'b', 15)
    live(ranking, 'c', 1)
    live(ranking, 'd', 16)
    live(ranking, 'e', 16)
    expect(ranking.rows().filter(({ durationsMs }) => durationsMs !== undefined).length).toBeLessThanOrEqual(2)
  })

  it('of as many after JSON', () => {
    const ranking = new Ranking(4000)
    for (let index = 0; index < 1024; index++) live(ranking, `row ${index}`, 1)
    const again = Ranking.fromJSON(JSON.parse(JSON.stringify(ranking)))
    const count = (): number => again.rows().filter(({ durationsMs }) => durationsMs !== undefined).length
    expect(count()).toBe(1024)
    live(again, 'one more', 1)
    expect(count()).toBe(0)
  })

  it('of no row that JSON has no room for, and of each once', () => {
    const ranking = new Ranking(10)
    for (const [label, times] of [['a', 4], ['b', 3], ['c', 2], ['d', 1]] as const) for (let time = 0; time < times; time++) live(ranking, label, 1)
    const json = JSON.parse(JSON.stringify(ranking)) as RankingJson
    const crowded = Ranking.fromJSON({ ...json, capacity: 1, durationsMs: [...json.durationsMs, ...json.durationsMs] })
    expect(crowded.rows().filter(({ attempts }) => attempts === 0)).toEqual([])
    expect(crowded.find('a')!.durationsMs?.count).toBe(4)
    expect(crowded.find('b')).toBeUndefined()
  })

  it('when merged by what both ask for, the stricter of the two', () => {
    const [strict, free] = [new Ranking(10, 1), new Ranking(10, 1)]
    for (const label of ['a', 'b']) live(strict, label, 1)
    live(free, 'c', 1)
    free.merge(strict)
    live(free, 'd', 15)
    expect(kept(free)).toEqual([['d', undefined], ['a', undefined], ['b', undefined], ['c', 1]])
    live(free, 'd', 1)
    expect(free.find('d')!.durationsMs?.count ?? 0).toBeLessThanOrEqual(1)
  })
})
