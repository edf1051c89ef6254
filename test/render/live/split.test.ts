import { describe, expect, it } from 'vitest'
import { shareOut } from '../../../src/render/live/split.ts'
import { Seeded, times } from '../../helpers/seeded.ts'

describe('shareOut', () => {
  it.each([
    ['what all want', 10, [{ least: 1, most: 3 }, { least: 1, most: 4 }], [3, 4]],
    ['what there is, by turns', 6, [{ least: 1, most: 9 }, { least: 3, most: 9 }], [2, 4]],
    ['the least, to the first first', 3, [{ least: 2, most: 9 }, { least: 2, most: 9 }], [2, 1]],
    ['nothing', 0, [{ least: 2, most: 9 }], [0]],
    ['less than nothing', -4, [{ least: 2, most: 9 }], [0]],
  ])('%s', (_, rows, wishes, shares) => {
    expect(shareOut(rows, wishes)).toEqual(shares)
  })

  it('never gives more than there is, nor more than is wanted, and leaves nothing that someone wants', () => {
    const random = new Seeded(9)
    for (let round = 0; round < 500; round++) {
      const rows = random.int(0, 60)
      const wishes = times(random.int(1, 6), () => ({ least: random.int(0, 5), most: random.int(5, 15) }))
      const shares = shareOut(rows, wishes)
      const given = shares.reduce((sum, share) => sum + share, 0)
      expect(given).toBe(Math.min(rows, wishes.reduce((sum, { most }) => sum + most, 0)))
      for (const [index, share] of shares.entries()) expect(share).toBeLessThanOrEqual(wishes[index]!.most)
    }
  })
})
