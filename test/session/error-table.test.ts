import { describe, expect, it } from 'vitest'
import { MESSAGES } from '../../src/error-log/messages.ts'
import { type ErrorEntry, ErrorTable } from '../../src/session/error-table.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const ENTRY: ErrorEntry = { second: 1_795_176_000, pid: 10, connection: 5, client: 0x1234_5678, target: '/ws', isTargetCut: false, upstream: 77, message: MESSAGES[0]! }

const tableOf = (entries: readonly ErrorEntry[]): ErrorTable => {
  const table = new ErrorTable()
  for (const entry of entries) table.add(entry)
  return table
}

const rowsOf = (table: ErrorTable, connection: number): number[] => {
  const rows: number[] = []
  for (let at = table.firstOf(connection); at >= 0; at = table.nextOf(at)) if (table.isOf(at, connection)) rows.push(at)
  return rows
}

const rowsAt = (table: ErrorTable, { client, second, target, isTargetCut }: ErrorEntry): number[] => {
  const rows: number[] = []
  for (let at = table.firstAt(client, second, target, isTargetCut); at >= 0; at = table.nextAt(at)) if (table.isAt(at, client, second) && (isTargetCut || table.isTarget(at, target))) rows.push(at)
  return rows
}

/** The rows that fit, the last added first. */
const naive = (entries: readonly ErrorEntry[], fits: (entry: ErrorEntry) => boolean): number[] =>
  entries.flatMap((entry, index) => (fits(entry) ? [index] : [])).toReversed()

const SOME_CUT = [false, false, true] as const

const randomEntry = (random: Seeded): ErrorEntry => {
  const second = 1_795_176_000 + random.int(0, 200)
  return {
    second, pid: random.int(1, 9), connection: random.pick([random.int(1, 500), random.int(1, 50) * 2 ** 32 + 7, 2 ** 40]),
    // Half of them fall into one slot of the index, as all of `client ^ second` are one.
    client: random.pick([second ^ 0x0bad_cafe, random.int(-50, 50)]),
    target: `/ws/${random.int(0, 5)}`, isTargetCut: random.pick(SOME_CUT), upstream: random.int(-5, 5), message: random.pick(MESSAGES),
  }
}

describe('ErrorTable', () => {
  it.each([[1, 10], [2, 1023], [3, 1024], [4, 1025], [5, 2049], [6, 5000]])('finds what a search through all rows finds, also where hashes collide (seed %i, %i rows)', (seed, count) => {
    const random = new Seeded(seed)
    const entries = times(count, () => randomEntry(random))
    const table = tableOf(entries)
    expect(table.size).toBe(count)
    for (const wanted of [...entries.slice(0, 300), ...times(300, () => randomEntry(random))]) {
      const { connection, client, second, target, isTargetCut } = wanted
      expect(rowsOf(table, connection)).toEqual(naive(entries, (entry) => entry.connection === connection))
      const expected = naive(entries, (entry) => entry.client === client && entry.second === second && entry.isTargetCut === isTargetCut && (isTargetCut || entry.target === target)).toReversed()
      const rows = rowsAt(table, wanted)
      // Cut or not, rows of one slot may stand in one chain.
      expect(rows.filter((at) => entries[at]!.isTargetCut === isTargetCut)).toEqual(expected)
      if (expected.length > 0) expect(table.mayHave(client, second)).toBe(true)
    }
    for (const [at, { second, pid, upstream, message }] of entries.entries()) expect([table.second(at), table.pid(at), table.upstream(at), table.message(at)]).toEqual([second, pid, upstream, message])
  })

  it.each([100, 1024, 5000, 20_000])('knows of nearly every client and second that it has none (%i rows)', (count) => {
    const random = new Seeded(count)
    const client = (): number => random.int(-(2 ** 31), 2 ** 31)
    const table = tableOf(times(count, (index) => ({ ...ENTRY, client: client(), second: ENTRY.second + (index >> 4) })))
    const mistaken = times(5000, () => table.mayHave(client(), ENTRY.second + random.int(0, count >> 4))).filter(Boolean).length
    expect(mistaken).toBeLessThan(5000 / 10)
  })

  it('knows which rows were used, also once it has grown, until they are released', () => {
    const table = tableOf([ENTRY, { ...ENTRY, message: MESSAGES[3]! }])
    expect(table.take(1)).toBe(MESSAGES[3])
    times(3000, () => table.add(ENTRY))
    expect([0, 1, 2, 3001].map((at) => table.isUsed(at))).toEqual([false, true, false, false])
    table.release()
    expect(table.isUsed(1)).toBe(false)
  })

  it('lets used rows go from the front of a chain, all but one, and has them again once released', () => {
    const table = tableOf(times(1000, () => ENTRY))
    const chain = (): number[] => rowsAt(table, ENTRY)
    for (let used = 0; used < 999; used++) table.take(used)
    expect(chain()).toEqual([998, 999])
    table.release()
    expect(chain()).toHaveLength(1000)
  })

  it('lets used rows go from the front of each chain, not of those whose rows stand between', () => {
    const targets = ['/a', '/b', '/c']
    const entries = times(30, (at) => ({ ...ENTRY, target: targets[at % 3]! }))
    const table = tableOf(entries)
    for (const used of [0, 1, 2, 3, 4, 5, 6]) table.take(used)
    const chains = (): number[][] => targets.map((target) => rowsAt(table, { ...ENTRY, target }))
    const expected = [6, 4, 5].map((last) => times((30 - last + 2) / 3 | 0, (index) => last + index * 3))
    expect(chains()).toEqual(expected)
    expect(chains(), 'asked once more').toEqual(expected)
  })

  it.each([
    ['the same', '/ws?a', false, '/ws?a', true],
    ['another', '/ws?a', false, '/ws?b', false],
    ['a longer one', '/ws?a', false, '/ws?ab', false],
    ['a shorter one', '/ws?a', false, '/ws?', false],
    ['none', '', false, '', true],
    ['cut: the same beginning', 'GET /ws?a', true, '/ws?abc', true],
    ['cut: all of it', 'GET /ws?a', true, '/ws?a', true],
    ['cut: another beginning', 'GET /ws?a', true, '/ws?bbc', false],
    ['cut: shorter than what is left', 'GET /ws?abc', true, '/ws?a', false],
    ['cut inside the version', 'GET /ws?a HTT', true, '/ws?a', true],
    ['cut behind the version', 'GET /ws?a HTTP/1.1', true, '/ws?a', true],
    ['cut inside the version of a shorter one', 'GET /ws?a HTT', true, '/ws?ab', false],
    ['cut behind the method: nothing is left to compare', 'GET ', true, '/any', true],
  ])('compares targets: %s', (_, target, isTargetCut, other, expected) => {
    expect(tableOf([{ ...ENTRY, target, isTargetCut }]).isTarget(0, other)).toBe(expected)
  })

  it.each([[1, 300], [2, 1100]])('gives what explains nothing yet to another table, which finds it as if it had been added there (seed %i, %i rows)', (seed, count) => {
    const random = new Seeded(seed)
    const entries = times(count, () => randomEntry(random))
    const table = tableOf(entries)
    const from = ENTRY.second + 100
    const left = entries.filter((entry, at) => {
      if (random.next() < 0.3) {
        table.take(at)
        return false
      }
      return entry.second >= from
    })
    const rows = JSON.parse(JSON.stringify(table.unusedSince(from))) as ReturnType<ErrorTable['unusedSince']>
    expect(rows).toHaveLength(left.length)
    const other = new ErrorTable()
    for (const row of rows) other.restore(row)
    const expected = tableOf(left)
    expect(other.unusedSince(0)).toEqual(expected.unusedSince(0))
    for (const wanted of left.slice(0, 200)) {
      expect(rowsOf(other, wanted.connection)).toEqual(rowsOf(expected, wanted.connection))
      expect(rowsAt(other, wanted)).toEqual(rowsAt(expected, wanted))
    }
    for (const at of left.keys()) expect(other.message(at)).toBe(left[at]!.message)
  })

  it('takes no row whose message is not known any more', () => {
    const [row] = tableOf([ENTRY]).unusedSince(0)
    const table = new ErrorTable()
    table.restore([...row!.slice(0, 7), 'of-another-version'] as unknown as Parameters<ErrorTable['restore']>[0])
    expect(table.size).toBe(0)
  })

  it('is empty at first', () => {
    const table = new ErrorTable()
    expect([table.size, table.firstOf(5), table.firstAt(0, 0, '/ws', false), table.mayHave(0, 0)]).toEqual([0, -1, -1, false])
    expect(table.unusedSince(0)).toEqual([])
  })
})
