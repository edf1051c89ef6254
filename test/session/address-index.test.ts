import { describe, expect, it } from 'vitest'
import { AddressIndex } from '../../src/session/address-index.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const placed = (text: string): [view: DataView, from: number, to: number] => {
  const around = Buffer.from(`7${text}.7`, 'latin1')
  return [new DataView(around.buffer, around.byteOffset, around.length), 1, around.length - 2]
}

const find = (index: AddressIndex, text: string): number => index.find(...placed(text))
const add = (index: AddressIndex, text: string): number => index.add(...placed(text))

describe('AddressIndex', () => {
  it.each([
    [['0.0.0.0', '255.255.255.255', '10.0.0.1', '10.0.0.11', '1.0.0.10', '128.0.0.0']],
    // What looks like the same four bytes, and is another text.
    [['10.0.0.1', '010.0.0.1', '10.0.00.1', '10.0.0.01', '10.0.0.1.', '.10.0.0.1', '10.0.0', '10.0.0.257', '10.0.1', '167772161', '10..0.1', '10.0.0.1.1']],
    [['::1', '2001:db8::7', 'unix:', '-', 'a', '10.0.0.1, 10.0.0.2', '10.0.0.x', '999999999999999', '__proto__', '1.2.3.4'.repeat(9)]],
  ])('numbers %j from 1, and keeps them apart', (texts) => {
    const index = new AddressIndex()
    for (const text of texts) expect(find(index, text)).toBe(0)
    expect(texts.map((text) => add(index, text))).toEqual(times(texts.length, (at) => at + 1))
    expect(texts.map((text) => find(index, text))).toEqual(times(texts.length, (at) => at + 1))
  })

  it('is full where addresses crowd into one place', () => {
    // The hash, backwards: each number has an address of its own.
    const inverse = 0x0e8b_2f51
    expect(Math.imul(inverse, 0x9e37_79b1)).toBe(1)
    const undo = (value: number): number => value ^ (value >>> 15) ^ (value >>> 30)
    const colliding = times(400, (at) => undo(Math.imul(undo((at << 20) | 5), inverse)) >>> 0).map((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.'))
    const index = new AddressIndex()
    let added = 0
    while (added < colliding.length && !index.isFull(15)) add(index, colliding[added++]!)
    expect(added).toBeLessThan(200)
    index.clear()
    expect(index.isFull(15)).toBe(false)
  })

  it('agrees with a Map over 50,000 random addresses, one in five of IPv6', () => {
    const random = new Seeded(7)
    const index = new AddressIndex()
    const truth = new Map<string, number>()
    for (let round = 0; round < 50_000; round++) {
      const text = random.int(0, 4) === 0 ? `2001:db8::${random.int(0, 9000).toString(16)}` : times(4, () => random.pick([0, 1, 9, 10, 99, 100, 255, random.int(0, 255)])).join('.')
      expect(find(index, text)).toBe(truth.get(text) ?? 0)
      if (!truth.has(text)) truth.set(text, add(index, text))
    }
    expect(truth.size).toBeGreaterThan(20_000)
  })

  it('is full at 65,536 addresses of both kinds together, and forgets them when it is cleared', () => {
    const index = new AddressIndex()
    let count = 0
    for (; !index.isFull(20); count++) add(index, count % 2 === 0 ? `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}` : `::${count.toString(16)}`)
    expect(count).toBe(65_536)
    expect(find(index, '10.0.0.0')).toBe(1)
    index.clear()
    expect(index.isFull(20)).toBe(false)
    expect(find(index, '10.0.0.0')).toBe(0)
    expect(find(index, '::1')).toBe(0)
    expect(add(index, '::1')).toBe(1)
  })
})
