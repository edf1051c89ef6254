import { describe, expect, it } from 'vitest'
import { OpenTable } from '../../src/session/open-table.ts'
import { RecentEnds } from '../../src/session/recent-ends.ts'
import { end, mark } from '../helpers/open-marks.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const T = Date.UTC(2026, 10, 21, 12)

describe('OpenTable', () => {
  it.each([[1, 100], [2, 256], [3, 257], [4, 2000]])('agrees with a list, whatever comes and goes (seed %i, %i rows)', (seed, size) => {
    const random = new Seeded(seed)
    const table = new OpenTable(100_000)
    const open = new Map<number, { readonly id: number; readonly atMs: number; readonly path: string; upstream: string }>()
    for (let id = 0; id < size * 3; id++) {
      const rows = [...open.keys()]
      const kind = random.next()
      if (kind < 0.25 && rows.length > size / 2) {
        const row = random.pick(rows)
        table.remove(row)
        open.delete(row)
      } else if (kind < 0.35 && rows.length > 0) {
        const row = random.pick(rows)
        const upstream = `u${random.int(0, 5)}`
        table.moveTo(row, upstream)
        open.get(row)!.upstream = upstream
      } else {
        const one = { id, atMs: T + random.int(0, 100_000), path: `/ws/${random.int(0, 9)}`, upstream: `u${random.int(0, 5)}` }
        open.set(table.add(mark({ ...one, connection: id })), one)
      }
    }
    expect([table.open, table.used]).toEqual([open.size, open.size])
    expect(table.atMs(table.oldest)).toBe(Math.min(...Array.from(open.values(), ({ atMs }) => atMs)))
    for (const [row, { id, atMs, path, upstream }] of open) {
      expect(table.findEnded(end({ id }))).toBe(row)
      expect(table.findEnded(end({ connection: id, startedAtMs: atMs, endedAtMs: atMs }))).toBe(row)
      expect(table.findTold(mark({ id, atMs }))).toBe(row)
      expect(table.textsOf(row)).toMatchObject({ path, upstream })
    }
    expect(table.openSince(T + 50_000)).toBe([...open.values()].filter(({ atMs }) => atMs > T + 50_000).length)
    expect(Array.from(table.marks(), ({ atMs, path }) => `${atMs} ${path}`).sort()).toEqual(Array.from(open.values(), ({ atMs, path }) => `${atMs} ${path}`).sort())
    expect(new Set(table.rowsOf())).toEqual(new Set(open.keys()))
  })

  it('tells its marks as their lines told them', () => {
    const table = new OpenTable(10)
    const marks = [mark({ id: 7, atMs: T, connection: 3, requests: 2, pid: 5, clockStepMs: 1000 }), mark({ atMs: T + 1, upstream: '' })]
    const rows = marks.map((one) => table.add(one))
    expect([...table.marks()].map(({ hasId, ...one }) => (hasId ? { hasId, ...one } : { ...one, hasId, idHigh: 0, idLow: 0 }))).toEqual([marks[0], { ...marks[1], idHigh: 0, idLow: 0 }])
    table.lose(rows[0]!, 1)
    expect(Array.from(table.marks(), ({ atMs }) => atMs), 'what is lost is not open').toEqual([T + 1])
    table.restore(rows[0]!)
    expect(table.open).toBe(2)
  })

  it('takes the one of several on a connection that began nearest to the start', () => {
    const table = new OpenTable(10)
    const rows = [0, 2000, 900].map((ms) => table.add(mark({ connection: 3, atMs: T + ms })))
    const found = (startedAtMs: number, endedAtMs = T + 5000): number => rows.indexOf(table.findEnded(end({ connection: 3, startedAtMs, endedAtMs })))
    expect([found(T - 10), found(T + 890), found(T + 1999)]).toEqual([0, 2, 1])
    expect(found(Number.NaN, T + 5000), 'without a duration, to the end').toBe(1)
    expect(found(Number.NaN, T + 950)).toBe(2)
  })

  it('takes the nearest in whatever order they came, also where rows are used again', () => {
    const table = new OpenTable(10)
    const gone = table.add(mark({ connection: 9, atMs: T }))
    const later = table.add(mark({ connection: 3, atMs: T + 2000 }))
    table.remove(gone)
    const first = table.add(mark({ connection: 3, atMs: T }))
    expect([T, T + 2000].map((startedAtMs) => table.findEnded(end({ connection: 3, startedAtMs, endedAtMs: T + 5000 })))).toEqual([first, later])
  })

  it.each<[string, Parameters<typeof mark>[0], boolean]>([
    ['the same number on the same connection', {}, true],
    ['two minutes later', { atMs: T + 120_000 }, true],
    ['longer after that: numbers count from 1 again when nginx starts', { atMs: T + 180_000 }, false],
    ['of another process', { pid: 6 }, false],
    ['another number', { requests: 2 }, false],
    ['another connection', { connection: 4 }, false],
  ])('knows a request that was told of before by its number: %s', (_, parts, expected) => {
    const table = new OpenTable(10)
    const row = table.add(mark({ connection: 3, requests: 1, pid: 5, atMs: T }))
    expect(table.findTold(mark({ connection: 3, requests: 1, pid: 5, atMs: T, ...parts }))).toBe(expected ? row : -1)
  })

  it('does not take two requests for one where no line numbers them', () => {
    const table = new OpenTable(10)
    table.add(mark({ connection: 3, atMs: T }))
    expect(table.findTold(mark({ connection: 3, atMs: T + 1 }))).toBe(-1)
  })

  it('compares the whole of an id', () => {
    const table = new OpenTable(10)
    const row = table.add(mark({ hasId: true, idHigh: 1, idLow: 2, atMs: T }))
    const found = (idHigh: number, idLow: number): number[] => [table.findTold(mark({ hasId: true, idHigh, idLow, atMs: T })), table.findEnded(end({ hasId: true, idHigh, idLow }))]
    expect([found(1, 2), found(3, 2), found(1, 2 + 2 ** 20)]).toEqual([[row, row], [-1, -1], [-1, -1]])
  })

  it('counts what began after a moment, not at it', () => {
    const table = new OpenTable(10)
    for (const ms of [0, 1, 2]) table.add(mark({ id: ms, atMs: T + ms }))
    expect(table.openSince(T + 1)).toBe(1)
  })

  it('moves what is lost to another upstream without counting it as open', () => {
    const table = new OpenTable(10)
    const [lost, open] = [table.add(mark({ id: 1, upstream: 'a' })), table.add(mark({ id: 2, upstream: 'a' }))]
    table.lose(lost, 4)
    table.moveTo(lost, 'b')
    table.moveTo(open, 'b')
    expect(table.upstreams.top(5)).toEqual([{ name: 'b', open: 1 }])
    table.restore(lost)
    expect(table.upstreams.top(5)).toEqual([{ name: 'b', open: 2 }])
    expect(Array.from(table.rowsOf(4))).toEqual([])
  })
})

describe('RecentEnds', () => {
  it('knows the latest 65,536, by id and by connection, and no older one', () => {
    const ends = new RecentEnds()
    for (let index = 0; index < 66_000; index++) ends.add(end({ id: index, connection: index, startedAtMs: T, endedAtMs: T }), false)
    const has = (index: number): boolean[] => [ends.hasEnded(mark({ id: index, atMs: T })), ends.hasEnded(mark({ connection: index, atMs: T }))]
    expect(has(463), 'forgotten').toEqual([false, false])
    // What was found by its id is used up; by its connection it is found no more, since only one line numbers its request.
    expect(has(464)).toEqual([true, false])
    expect(ends.hasEnded(mark({ connection: 65_999, atMs: T }))).toBe(true)
    expect(has(66_000)).toEqual([false, false])
  })

  it('knows nothing of a line without any key', () => {
    const ends = new RecentEnds()
    expect(ends.hasEnded(mark({ id: 1 })), 'no end so far').toBe(false)
    ends.add(end({ startedAtMs: T, endedAtMs: T }), false)
    expect(ends.hasEnded(mark({ atMs: T }))).toBe(false)
  })

  it.each([
    ['one that has its beginning already is no other\'s', {}, {}, false],
    ['unless both number their request', { requests: 2 }, { requests: 2 }, true],
    ['or both have its id', { id: 9 }, { id: 9 }, true],
  ])('%s', (_, own, other, expected) => {
    const ends = new RecentEnds()
    ends.add(end({ connection: 3, startedAtMs: T, endedAtMs: T, ...own }), true)
    expect(ends.hasEnded(mark({ connection: 3, atMs: T, ...other }))).toBe(expected)
  })

  it('of many on one connection finds that of the time', () => {
    const ends = new RecentEnds()
    for (const index of times(50, (each) => each)) ends.add(end({ connection: 3, startedAtMs: T + index * 1000, endedAtMs: T + index * 1000 + 10 }), false)
    expect([5, 49].map((index) => ends.hasEnded(mark({ connection: 3, atMs: T + index * 1000 + 5 })))).toEqual([true, true])
    expect(ends.hasEnded(mark({ connection: 3, atMs: T + 5500 }))).toBe(false)
    expect(ends.hasEnded(mark({ connection: 3, atMs: T + 5005 })), 'used up').toBe(false)
  })
})
