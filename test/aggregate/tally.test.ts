import { expect, it } from 'vitest'
import { Tally } from '../../src/aggregate/tally.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const drained = (tally: Tally): Map<number, number> => {
  const counts = new Map<number, number>()
  tally.drain((id, count) => counts.set(id, count))
  return counts
}

it.each([1, 10, 1024, 1025, 5000])('counts by %i numbers, gives each once in their order, and starts anew', (numbers) => {
  const random = new Seeded(numbers)
  const tally = new Tally()
  const expected = new Map<number, number>()
  for (const id of times(2000, () => random.int(0, numbers))) {
    tally.add(id)
    expected.set(id, (expected.get(id) ?? 0) + 1)
  }
  const counts = drained(tally)
  expect(counts).toEqual(expected)
  expect([...counts.keys()]).toEqual([...expected.keys()].sort((a, b) => a - b))
  expect(drained(tally).size).toBe(0)
  tally.add(3)
  expect([...drained(tally)]).toEqual([[3, 1]])
})

it('keeps what it counted when a far larger number comes', () => {
  const tally = new Tally()
  for (const id of [0, 1023, 100_000, 0]) tally.add(id)
  expect([...drained(tally)]).toEqual([[0, 2], [1023, 1], [100_000, 1]])
})
