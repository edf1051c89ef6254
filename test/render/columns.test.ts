import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { clipColumns, columnsOf } from '../../src/render/columns.ts'
import { UNSAFE } from '../../src/render/sanitize.ts'

describe('columnsOf', () => {
  it.each([['', 0], ['abc', 3], ['日本語', 6], ['e\u0301', 1], ['\u{1F600}', 2], ['\u001B[31mred\u001B[0m', 3], ['ｆｕｌｌ', 8]])('%j takes %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns)
  })
})

describe('clipColumns', () => {
  it.each([
    ['what fits', '/ws/room', 8, '/ws/room'],
    ['what does not', '/ws/rooms', 8, '/ws/roo…'],
    ['wide characters, never half of one', '日本語', 5, '日本…'],
    ['wide characters, where a column is left', '日本語', 4, '日…'],
    ['a mark with its letter', 'e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['an escape, made harmless', '\u001B[2J', 20, String.raw`\x1B[2J`],
    ['one column', 'ab', 1, '…'],
    ['no column', 'ab', 0, ''],
    ['less than none', 'ab', -3, ''],
  ])('clips %s', (_, text, width, expected) => {
    expect(clipColumns(text, width)).toBe(expected)
  })

  it.each([
    ['a long path', '/a'.repeat(5000)], ['a long path of wide characters', '聊'.repeat(10_000)], ['a pile of combining marks', `a${'\u0301'.repeat(10_000)}`], ['marks alone', '\u0301'.repeat(10_000)],
    ['escapes', '\u001B[31m'.repeat(2000)], ['pictures', '\u{1F600}'.repeat(5000)], ['halves of characters', '\uD83D'.repeat(5000)], ['marks that turn text around', '\u202E'.repeat(5000)],
  ])('bounds %s, in columns and in what it costs', (_, text) => {
    for (let width = 0; width < 60; width++) {
      const clipped = clipColumns(text, width)
      expect(stringWidth(clipped)).toBeLessThanOrEqual(width)
      expect(clipped.length).toBeLessThanOrEqual((width + 1) * 8 + 1)
      expect(clipped).not.toMatch(UNSAFE)
    }
  })
})
