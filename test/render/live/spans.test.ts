import { describe, expect, it } from 'vitest'
import { COLOURED, PLAIN } from '../../../src/render/paint.ts'
import { fit, left, type Line, pad, paintLine, right, span, widthOf } from '../../../src/render/live/spans.ts'

const plain = (line: Line): string => line.map(({ text }) => text).join('')

describe('cells', () => {
  it.each([['ab', 'ab  ', '  ab'], ['abcde', 'abc…', 'abc…'], ['聊', '聊  ', '  聊'], ['聊天室', '聊… ', ' 聊…'], ['', '    ', '    '], ['\t', String.raw`\x09`, String.raw`\x09`]])('%j in four columns', (text, atLeft, atRight) => {
    expect(left(text, 4).text).toBe(atLeft)
    expect(right(text, 4).text).toBe(atRight)
  })
})

describe('a line', () => {
  it.each([
    ['that fits', [span('ab'), span('cd')], 5, 'abcd'],
    ['that is too long', [span('ab'), span('cd')], 3, 'ab…'],
    ['that ends with a column to spare', [span('聊天室'), span('cd')], 4, '聊…'],
    ['that ends where a piece ends', [span('ab'), span('cd')], 2, 'ab'],
    ['without room', [span('ab')], 0, ''],
    ['with an escape', [span('\u001B[2J')], 20, String.raw`\x1B[2J`],
  ])('%s', (_, line, width, expected) => {
    expect(plain(fit(line, width))).toBe(expected)
    expect(widthOf(pad(line, width))).toBe(width)
  })

  it('is painted piece by piece, without blanks at its end', () => {
    const line = [span('a', 'bad', 'strong'), span(' b  ')]
    expect(paintLine(line, PLAIN)).toBe('a b')
    expect(paintLine(line, COLOURED)).toBe('\u001B[1m\u001B[31ma\u001B[0m\u001B[0m b')
  })
})
