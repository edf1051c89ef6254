import { describe, expect, it } from 'vitest'
import { NameCounts } from '../../src/session/name-counts.ts'
import { AgeHeap } from '../../src/session/age-heap.ts'
import { Seeded } from '../helpers/seeded.ts'

describe('NameCounts', () => {
  it('keeps a name as long as somebody has it, counted or not', () => {
    const names = new NameCounts()
    const [a, b] = [names.take('a'), names.take('b')]
    expect(names.take('a')).toBe(a)
    names.count(b, -1)
    expect(names.top(5)).toEqual([{ name: 'a', open: 2 }])
    expect(names.nameOf(b)).toBe('b')
    names.drop(b)
    expect(names.take('c')).toBe(b)
  })

  it('gives the most frequent first, then by the alphabet, never the empty name', () => {
    const names = new NameCounts()
    for (const name of ['b', '', 'a', 'c', '', 'c', '']) names.take(name)
    expect(names.top(2)).toEqual([{ name: 'c', open: 2 }, { name: 'a', open: 1 }])
    expect(names.top(0)).toEqual([])
  })

  it('cuts a text that is too long', () => {
    const names = new NameCounts()
    expect(names.nameOf(names.take('x'.repeat(5000)))).toBe(`${'x'.repeat(97)}...`)
  })
})

describe('AgeHeap', () => {
  it.each([1, 2, 3, 4])('has the oldest on top whatever goes: seed %i', (seed) => {
    const random = new Seeded(seed)
    const times = Array.from({ length: 300 }, () => random.int(0, 100))
    const heap = new AgeHeap(300, (row) => times[row]!)
    const rows = new Set<number>()
    for (let step = 0; step < 2000; step++) {
      const row = random.int(0, 300)
      if (rows.delete(row)) heap.remove(row)
      else {
        rows.add(row)
        heap.add(row)
      }
      expect(heap.size).toBe(rows.size)
      expect(heap.oldest < 0 ? undefined : times[heap.oldest]).toBe(rows.size === 0 ? undefined : Math.min(...[...rows].map((one) => times[one]!)))
    }
  })
})
