import { describe, expect, it } from 'vitest'
import { STAMP_LENGTH, StampClock } from '../../src/error-log/stamp.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const clock = new StampClock()
const read = (text: string): number => {
  const bytes = Buffer.from(`99${text}99`)
  return clock.read(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 2)
}
const stampOf = (ms: number): string => new Date(ms).toISOString().slice(0, STAMP_LENGTH).replace(/-/g, '/').replace('T', ' ')

describe('StampClock', () => {
  it('reads any second as Date does, whatever it read before', () => {
    const seeded = new Seeded(5)
    for (const base of times(300, () => seeded.int(0, 4_000_000_000))) for (const step of [0, 1, 59, 60, 3600]) expect(read(stampOf((base + step) * 1000))).toBe((base + step) * 1000)
  })

  it.each(['2026/02/29 00:00:00', '2026/13/01 00:00:00', '2026/00/01 00:00:00', '2026/01/00 00:00:00', '2026/01/32 00:00:00', '2026/01/01 24:00:00', '2026/01/01 00:60:00', '2026/01/01 00:00:60', '2026-01-01 00:00:00', '2026/01/01T00:00:00', '2026/01/01 00:00.00', '2026/01/01 00:00: 1', 'aaaa/01/01 00:00:00', '0050/01/01 00:00:00'])('%s is none', (text) => {
    expect(read('2026/01/01 00:00:00')).toBe(Date.UTC(2026, 0, 1))
    expect(read(text)).toBeNaN()
    expect(read('2026/01/01 00:00:01')).toBe(Date.UTC(2026, 0, 1, 0, 0, 1))
  })

  it.each(times(STAMP_LENGTH, (at) => at))('is none where byte %i is of another kind', (at) => {
    const whole = '2026/11/21 00:03:32'
    // Those that stand beside the digits, and one of each kind.
    for (const other of ['/', ':', ' ', 'x', '-'].filter((char) => char !== whole[at])) {
      expect(read('2026/01/01 00:00:00')).toBe(Date.UTC(2026, 0, 1))
      expect(read(`${whole.slice(0, at)}${other}${whole.slice(at + 1)}`), other).toBeNaN()
    }
  })

  it('begins with the year 100', () => {
    expect(read('0100/01/01 00:00:00')).toBe(Date.UTC(100, 0, 1))
    expect(read('0099/12/31 23:59:59')).toBeNaN()
  })

  it('knows leap days', () => {
    expect(read('2028/02/29 12:00:00')).toBe(Date.UTC(2028, 1, 29, 12))
  })
})
