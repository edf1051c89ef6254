import { describe, expect, it } from 'vitest'
import { wrap } from '../../src/render/wrap.ts'
import { Seeded, times } from '../helpers/seeded.ts'

describe('wrap', () => {
  it.each([
    ['', 10, {}, ['']],
    ['one two', 10, {}, ['one two']],
    ['one two three', 7, {}, ['one two', 'three']],
    ['one two three', 6, {}, ['one', 'two', 'three']],
    ['aaaaaaaaaaaa b', 5, {}, ['aaaaa', 'aaaaa', 'aa b']],
    ['aaaa bbb', 5, { first: '- ', rest: '  ' }, ['- aaa', '  a', '  bbb']],
    ['one two three', 9, { first: '  ' }, ['  one two', '  three']],
    ['one two three', 9, { first: '- ', rest: '    ' }, ['- one two', '    three']],
    ['one two', 100, { first: '* ', rest: '  ' }, ['* one two']],
  ])('%j at %i with %j', (text, width, indent, expected) => {
    expect(wrap(text, width, indent)).toEqual(expected)
  })

  it('loses nothing, and never goes beyond the width', () => {
    const random = new Seeded(11)
    for (let round = 0; round < 200; round++) {
      const words = times(random.int(1, 60), () => 'x'.repeat(random.int(1, 14)))
      const width = random.int(8, 80)
      const lines = wrap(words.join(' '), width, { first: '- ', rest: '  ' })
      expect(lines.map((line) => line.slice(2).replaceAll(' ', '')).join('')).toBe(words.join(''))
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    }
  })
})
