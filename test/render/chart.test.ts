import { describe, expect, it } from 'vitest'
import { bar, compress, sparkline, tallSparkline } from '../../src/render/chart.ts'
import { Seeded, times } from '../helpers/seeded.ts'

describe('sparkline', () => {
  it.each([
    [[], ''],
    [[0, 0, 0], '···'],
    [[1], '█'],
    [[0, 1], '·█'],
    [[0, 1, 2, 3, 4, 5, 6, 7, 8], '·▂▃▄▅▆▇██'],
    [[1, 1_000_000], '▁█'],
    [[50, 100], '▅█'],
  ])('of %j is %j', (values, expected) => {
    expect(sparkline(values)).toBe(expected)
  })
})

describe('compress', () => {
  it.each([
    [[1, 2, 3], 3, [1, 2, 3], 1],
    [[1, 2, 3], 10, [1, 2, 3], 1],
    [[1, 2, 3, 4], 2, [2, 4], 2],
    [[1, 9, 3, 4, 5], 2, [9, 5], 3],
    [[], 10, [], 1],
    [[0, 0, 7, 0], 1, [7], 4],
  ])('%j in a width of %i', (values, width, expected, each) => {
    expect(compress(values, width)).toEqual({ values: expected, each })
  })

  it('never grows beyond the width, and never loses the worst minute', () => {
    const random = new Seeded(3)
    for (let round = 0; round < 200; round++) {
      const values = times(random.int(1, 3000), () => random.int(0, 1000))
      const width = random.int(1, 120)
      const { values: shown } = compress(values, width)
      expect(shown.length).toBeLessThanOrEqual(width)
      expect(Math.max(...shown)).toBe(Math.max(...values))
    }
  })
})

describe('bar', () => {
  it.each([
    [0, 10, ''],
    [1, 10, '██████████'],
    [0.5, 10, '█████'],
    [0.0001, 10, '▏'],
    [1 / 8, 1, '▏'],
    [0.3, 5, '█▌'],
  ])('of %d in %i characters is %j', (share, width, expected) => {
    expect(bar(share, width)).toBe(expected)
  })
})

describe('tallSparkline', () => {
  it.each<[string, (number | undefined)[], { most: number; rows: number }, string[]]>([
    ['one line', [0, 1, 4, 8], { most: 8, rows: 1 }, ['·▁▄█']],
    ['two lines, the higher first', [0, 1, 4, 5, 8], { most: 8, rows: 2 }, ['   ▂█', '·▂███']],
    ['what was not seen', [undefined, 0, 8], { most: 8, rows: 2 }, ['  █', ' ·█']],
    ['a little of much', [1, 1_000_000], { most: 1_000_000, rows: 2 }, [' █', '▁█']],
    ['nothing', [], { most: 1, rows: 1 }, ['']],
  ])('%s', (_, values, options, expected) => {
    expect(tallSparkline(values, options)).toEqual(expected)
  })
})
