import { describe, expect, it } from 'vitest'
import { ByteIndex, MAX_PROBES } from '../../src/session/byte-index.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** The bytes somewhere inside of others, as a field stands in a line. */
const placed = (bytes: Uint8Array, before: number): [view: DataView, from: number, to: number] => {
  const around = new Uint8Array(before + bytes.length + 3).fill(0x55)
  around.set(bytes, before)
  return [viewOf(around), before, before + bytes.length]
}

const find = (index: ByteIndex, bytes: Uint8Array, before = 1): number => index.find(...placed(bytes, before))
const add = (index: ByteIndex, bytes: Uint8Array): number => index.add(...placed(bytes, 2))

describe('ByteIndex', () => {
  it('has no number for what was never added', () => {
    expect(find(new ByteIndex(), Buffer.from('a.example'))).toBe(0)
  })

  it.each([
    [['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefgh', 'abcdefghi']],
    [['\0', '\0\0', '\0\0\0', '\0\0\0\0', '\0\0\0\0\0', 'a\0', '\0a', 'a\0\0', '\0a\0', '\0\0a']],
    [['abcdefgh', 'abcdefgx', 'xbcdefgh', 'abcdxfgh', 'abcdefg', 'bcdefgh']],
    [['10.1.0.1:80', '10.1.0.2:80', '10.1.0.1:81', '10.1.0.11:80']],
    [['\u00FF', '\u00FF\u00FF', '\u00FF\u00FF\u00FF', '\u00FF\u00FF\u00FF\u00FF', '\u0080\u0080\u0080\u0080']],
    [['__proto__', 'constructor', 'toString']],
  ])('numbers %j from 1 and keeps them apart, wherever in a line they stand', (texts) => {
    const index = new ByteIndex()
    expect(texts.map((text) => add(index, Buffer.from(text, 'latin1')))).toEqual(times(texts.length, (at) => at + 1))
    for (const before of [0, 1, 2, 3, 4, 9]) {
      for (const [at, text] of texts.entries()) expect(find(index, Buffer.from(text, 'latin1'), before)).toBe(at + 1)
    }
  })

  it('tells long values apart that differ in any one byte, in whatever order they come again', () => {
    const long = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36'
    const values = [long, ...Array.from(long, (_, at) => `${long.slice(0, at)}\0${long.slice(at + 1)}`)].map((text) => Buffer.from(text))
    const index = new ByteIndex()
    for (const value of values) expect(find(index, value)).toBe(0)
    expect(values.map((value) => add(index, value))).toEqual(times(values.length, (at) => at + 1))
    for (const step of [1, 2, 7]) for (let at = 0; at < values.length * step; at += step) expect(find(index, values[at % values.length]!, at % 5)).toBe((at % values.length) + 1)
    index.clear()
    for (const value of values) expect(find(index, value)).toBe(0)
    expect(add(index, values[3]!)).toBe(1)
    expect(find(index, values[3]!)).toBe(1)
  })

  it('is full where values crowd into one place, and finds each of them', () => {
    // A bit that differs in one word is taken back by one that differs in the next, whatever the hash began with: 2 to the 9th values of one hash.
    const values = times(512, (at) => Buffer.concat(times(9, (pair) => Buffer.from([(at >> pair) & 1 ? 0xe1 : 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, (at >> pair) & 1 ? 0x77 : 0x67, 0x68]))))
    const index = new ByteIndex()
    let added = 0
    while (added < values.length && !index.isFull(72)) add(index, values[added++]!)
    expect(added).toBe(MAX_PROBES + 2)
    expect(values.slice(0, added).map((value) => find(index, value))).toEqual(times(added, (at) => at + 1))
    index.clear()
    expect(index.isFull(72)).toBe(false)
  })

  it('does not follow the bytes it was given when they change', () => {
    const bytes = Buffer.from('0123456789')
    const index = new ByteIndex()
    index.add(viewOf(bytes), 0, 10)
    bytes.fill(0x20)
    expect(index.find(viewOf(bytes), 0, 10)).toBe(0)
    expect(find(index, Buffer.from('0123456789'))).toBe(1)
  })

  it('agrees with a Map over 50,000 random values', () => {
    const random = new Seeded(5)
    const index = new ByteIndex()
    const truth = new Map<string, number>()
    for (let round = 0; round < 50_000; round++) {
      const bytes = Uint8Array.from(times(random.int(0, 13), () => random.pick([0, 1, 0x2f, 0x61, 0x62, 0xff])))
      const key = bytes.join(',')
      expect(find(index, bytes, random.int(0, 5))).toBe(truth.get(key) ?? 0)
      if (truth.has(key)) continue
      truth.set(key, add(index, bytes))
    }
    expect(truth.size).toBeGreaterThan(10_000)
    expect([...truth.values()]).toEqual(times(truth.size, (at) => at + 1))
  })

  it('is full at 65,536 values, and still knows each of them', () => {
    const index = new ByteIndex()
    let count = 0
    while (!index.isFull(20)) add(index, Buffer.from(`/scan/${count++}`))
    expect(count).toBe(65_536)
    for (let value = 0; value < count; value += 7) expect(find(index, Buffer.from(`/scan/${value}`))).toBe(value + 1)
  })

  it('is full when its values are long, long before their number is', () => {
    const index = new ByteIndex()
    let count = 0
    while (!index.isFull(60_000)) add(index, Buffer.from(`${count++}`.padEnd(60_000, 'x')))
    expect(count).toBeGreaterThan(60)
    expect(count).toBeLessThan(1000)
    expect(find(index, Buffer.from('7'.padEnd(60_000, 'x')))).toBe(8)
  })

  it('forgets all when it is cleared, and numbers from 1 again', () => {
    const index = new ByteIndex()
    add(index, Buffer.from('a.example'))
    index.clear()
    expect(find(index, Buffer.from('a.example'))).toBe(0)
    expect(add(index, Buffer.from('b.example'))).toBe(1)
    expect(find(index, Buffer.from('b.example'))).toBe(1)
  })
})
