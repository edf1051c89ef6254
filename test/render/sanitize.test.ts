import { describe, expect, it } from 'vitest'
import { sanitize } from '../../src/render/sanitize.ts'

describe('sanitize', () => {
  it.each([
    ['a terminal escape', '\u001B[31mred', String.raw`\x1B[31mred`],
    ['a title that a terminal would set', '\u001B]0;x\u0007', String.raw`\x1B]0;x\x07`],
    ['an escape of one character (C1)', '\u009B31m', String.raw`\x9B31m`],
    ['a line break', 'a\r\nb', String.raw`a\x0D\x0Ab`],
    ['a tab', 'a\tb', String.raw`a\x09b`],
    ['nothing', '\u0000', String.raw`\x00`],
    ['delete', '\u007F', String.raw`\x7F`],
    ['text turned around', '\u202Egpj', String.raw`\u{202E}gpj`],
    ['an isolate', '\u2066a\u2069', String.raw`\u{2066}a\u{2069}`],
    ['a space of no width', 'a\u200Bb', String.raw`a\u{200B}b`],
    ['a byte order mark', '\uFEFFa', String.raw`\u{FEFF}a`],
    ['a soft hyphen', 'a\u00ADb', String.raw`a\xADb`],
    ['a line separator', 'a\u2028b', String.raw`a\u{2028}b`],
    ['a paragraph separator', 'a\u2029b', String.raw`a\u{2029}b`],
    ['half a character', 'a\uD800b', String.raw`a\u{D800}b`],
    ['a variation selector', '\u2764\uFE0F', String.raw`❤\u{FE0F}`],
    ['a variation selector beyond 16 bits', 'a\u{E0101}', String.raw`a\u{E0101}`],
    ['an invisible tag', 'a\u{E0041}', String.raw`a\u{E0041}`],
    ['a letter that no one can see (Hangul filler)', 'a\u3164', String.raw`a\u{3164}`],
    ['its narrow twin', 'a\uFFA0', String.raw`a\u{FFA0}`],
    ['a joiner that no one can see', 'a\u034F', String.raw`a\u{34F}`],
  ])('shows %s', (_, text, expected) => {
    expect(sanitize(text)).toBe(expected)
  })

  it.each(['', '/ws/room?x=1&y=%20', 'ä ö ü ß', '日本語', '\u{1F600}', 'a\u00A0b', 'e\u0301', '\\x1B', '__proto__'])('leaves %j as it is', (text) => {
    expect(sanitize(text)).toBe(text)
  })

  it('leaves nothing below a space, and no C1, of all one-byte characters', () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code))
    expect(sanitize(all)).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/)
  })
})
