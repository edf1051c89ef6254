import { describe, expect, it } from 'vitest'
import { age, counted, listed, percent, short } from '../../src/diagnose/wording.ts'

describe('wording', () => {
  it.each([[60.002, '60 s'], [59.998, '60 s'], [13.251, '13 s'], [10.543, '10.5 s'], [3600.01, '1 h'], [5400, '5400 s'], [0.25, '0.25 s']])('an age of %d s is %s', (seconds, text) => {
    expect(age(seconds)).toBe(text)
  })

  it.each([[0.0004, 'under 0.1 %'], [0.079, '7.9 %'], [0.625, '63 %'], [0, '0 %'], [1, '100 %']])('a share of %d is %s', (share, text) => {
    expect(percent(share)).toBe(text)
  })

  it('counts', () => {
    expect([counted(1, 'session'), counted(12_345, 'session')]).toEqual(['1 session', '12,345 sessions'])
  })

  it('lists, and says how many it leaves out', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c']), listed(['a', 'b', 'c'], 2)]).toEqual(['', 'a', 'a, b and c', 'a, b and 1 other'])
  })

  it('shortens what clients sent', () => {
    expect(short('/'.repeat(300))).toHaveLength(48)
  })
})
