import { describe, expect, it } from 'vitest'
import { dataElement, divisible, html, lines, sourceLink, verbatim } from '../../../src/render/html/markup.ts'

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['"><img src=x onerror=alert(1)>', '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;'],
    ["' onfocus='alert(1)", '&#39; onfocus=&#39;alert(1)'],
    ['`a`', '&#96;a&#96;'],
    ['&lt;', '&amp;lt;'],
    ['a\u202Eb\u0000c\u2028', String.raw`a\u{202E}b\x0c\u{2028}`.replace(String.raw`\x0c`, String.raw`\x00c`)],
  ])('escapes the text %j', (text, shown) => {
    expect(String(html`<p title="${text}">${text}</p>`)).toBe(`<p title="${shown}">${shown}</p>`)
  })

  it('puts markup in as it is, lists one after the other, and nothing for what is not there', () => {
    expect(String(html`<ul>${['<', html`<li>${1}</li>`, null, undefined, false, [html`<li></li>`]]}</ul>`)).toBe('<ul>&lt;<li>1</li><li></li></ul>')
  })

  it('takes an object that looks like markup for none', () => {
    const forged = { toString: () => '<b>' } as unknown as string
    expect(() => String(html`${forged}`)).toThrow(TypeError)
  })
})

it('lines keeps the breaks and escapes the rest', () => {
  expect(String(lines('a <b>\n\u001B[1mc'))).toBe(String.raw`a &lt;b&gt;
\x1B[1mc`)
})

it('data for the script ends no element and is the same when read', () => {
  const data = { a: '</script><!--<script>', b: '\u2028&', c: [1, null] }
  const text = String(dataElement('x', data))
  expect(text.match(/</g)).toHaveLength(2)
  expect(JSON.parse(text.replace(/^<[^>]*>/, '').replace(/<\/script>$/, ''))).toEqual(data)
})

it.each([
  ['https://nginx.org/en/docs/http/websocket.html#a', true],
  ['http://nginx.org/', false],
  ['javascript:alert(1)', false],
  ['https://x"onclick=1', false],
  ['https://a b', false],
])('a source %j is a link: %s', (source, isLink) => {
  expect(String(sourceLink(source)).startsWith('<a ')).toBe(isLink)
})

it('verbatim changes nothing', () => {
  expect(String(verbatim('a<b'))).toBe('a<b')
})

it.each([
  ['proxy_read_timeout', 'proxy_<wbr>read_<wbr>timeout'],
  ['https://nginx.org/en/#a', 'https://<wbr>nginx.org/<wbr>en/#<wbr>a'],
  ['a word_ and </b>', 'a word_ and &lt;/<wbr>b&gt;'],
  ['x_<b>', 'x_&lt;b&gt;'],
  ['', ''],
])('%j is divided behind its marks, and escaped', (text, expected) => {
  expect(String(divisible(text))).toBe(expected)
})
