import { describe, expect, it } from 'vitest'
import { asRatio, asSize, inSeconds, table } from './table.ts'

describe('table', () => {
  it('makes columns as wide as their widest cell, and sets figures to the right', () => {
    expect(table(['program', 's'], [['wc', '0.1'], ['mawk', '12.25']], { texts: 1 })).toBe(['| program |     s |', '|---------|------:|', '| wc      |   0.1 |', '| mawk    | 12.25 |', ''].join('\n'))
  })

  it('sets as many columns to the left as hold texts', () => {
    expect(table(['program', 'does', 's'], [['wc', 'counts', '1']], { texts: 2 })).toBe(['| program | does   |   s |', '|---------|--------|----:|', '| wc      | counts |   1 |', ''].join('\n'))
  })

  it('has room for the rule above narrow columns', () => {
    expect(table(['a', 'b'], [], { texts: 1 })).toBe('| a   |   b |\n|-----|----:|\n')
  })
})

it.each([[0.0312, '0.031'], [1.784, '1.78'], [70.31, '70.3'], [412.4, '412']])('shows %d s as %s', (seconds, text) => {
  expect(inSeconds(seconds)).toBe(text)
})

it.each([[undefined, '–'], [0.456, '0.46'], [4.44, '4.4'], [43.6, '44']])('shows a ratio of %s as %s', (ratio, text) => {
  expect(asRatio(ratio)).toBe(text)
})

it.each([[0, 'empty'], [50, '50 MB'], [5000, '5 GB'], [2500, '2.5 GB']])('shows %d MB as %s', (megabytes, text) => {
  expect(asSize(megabytes)).toBe(text)
})
