import { type BlockReader, LineBlocks } from '../../src/input/line-blocks.ts'
import type { Seeded } from '../helpers/seeded.ts'
import { times } from '../helpers/seeded.ts'

const SIZE = 1 << 20
const buffer = LineBlocks.allocate(SIZE)

/** Leads bytes to a reader as the chunks of a file come, through one buffer that is used again; `cuts`: where a chunk ends, 0..1 of the whole. */
export const readInChunks = (reader: BlockReader, bytes: Buffer, cuts: readonly number[]): void => {
  const blocks = new LineBlocks(reader)
  const places = [...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length]
  let from = 0
  for (const place of places) {
    for (; from < place; from = Math.min(place, from + SIZE)) {
      const length = bytes.copy(buffer, LineBlocks.dataFrom, from, Math.min(place, from + SIZE))
      blocks.take(buffer, length)
      // What is left from before must not matter.
      buffer.fill(0x58, LineBlocks.dataFrom, LineBlocks.dataFrom + Math.min(length, 1 << 12))
    }
  }
  blocks.end()
}

export const randomCuts = (random: Seeded): number[] => times(random.pick([1, 2, 3, 8, 60]), () => random.next())
