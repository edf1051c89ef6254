import { describe, expect, it } from 'vitest'
import type { Escape } from '../../src/log-format/directive.ts'
import { unescapeText } from '../../src/log-format/unescape.ts'

const unescape = (text: string | Buffer, escape: Escape): string => {
  const bytes = Buffer.concat([Buffer.from('\\x4'), Buffer.from(text), Buffer.from('1"')])
  return unescapeText(bytes, 3, bytes.length - 2, escape)
}

describe('unescapeText', () => {
  it.each<[string, Escape, string, string]>([
    ['plain text', 'default', '/ws?a=1', '/ws?a=1'],
    ['nothing', 'default', '', ''],
    ['quotes and backslashes', 'default', String.raw`a\x22b\x5Cc`, 'a"b\\c'],
    ['control characters', 'default', String.raw`\x00\x0A\x1B[31m\x7F`, '\0\n\u001B[31m\u007F'],
    ['UTF-8 of two, three and four bytes', 'default', String.raw`\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80`, 'é€😀'],
    ['an escaped backslash before what looks like an escape', 'default', String.raw`\x5Cx22`, String.raw`\x22`],
    ['what nginx does not write', 'default', String.raw`\xc3\x2\n\q`, String.raw`\xc3\x2\n\q`],
    ['a byte that is no UTF-8', 'default', String.raw`a\xFFb`, String.raw`a\xFFb`],
    ['a sequence that is cut off', 'default', String.raw`\xC3\xA9\xE2\x82`, String.raw`é\xE2\x82`],
    ['a lone continuation', 'default', String.raw`\x80\xC3\xA9`, String.raw`\x80é`],
    ['JSON escapes', 'json', String.raw`\"\\\/\n\r\t\b\f`, '"\\/\n\r\t\b\f'],
    ['JSON control characters', 'json', String.raw`\u001B[31m`, '\u001B[31m'],
    ['JSON surrogates, as shippers write them', 'json', String.raw`\ud83d\ude00\u00e9`, '😀é'],
    ['JSON with raw UTF-8', 'json', 'é€😀 \\" é', 'é€😀 " é'],
    ['JSON, an escaped backslash before an escape', 'json', String.raw`\\n`, String.raw`\n`],
    ['JSON leaves \\xHH alone', 'json', String.raw`\\x22`, String.raw`\x22`],
    ['no escapes at all', 'none', String.raw`a\x22\n"é`, String.raw`a\x22\n"é`],
  ])('%s (escape=%s)', (_, escape, raw, text) => {
    expect(unescape(raw, escape)).toBe(text)
  })

  it.each<Escape>(['default', 'json', 'none'])('keeps raw bytes that are no UTF-8 visible (escape=%s)', (escape) => {
    expect(unescape(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3]), escape)).toBe(String.raw`a\xFFé\xC3`)
  })

  it('keeps a byte order mark, so that two values never become one', () => {
    expect(unescape(String.raw`\xEF\xBB\xBFa`, 'default')).toBe('\u{FEFF}a')
    expect(unescape(String.raw`\xEF\xBB\xBFa\xFF`, 'default')).toBe(`\u{FEFF}a${String.raw`\xFF`}`)
  })
})
