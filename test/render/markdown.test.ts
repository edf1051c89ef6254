import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../src/render/markdown.ts'
import { NO_EVIDENCE, reportOf } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const zone = FixedOffsetZone.utcInstance
const markdownOf = (...args: Parameters<typeof reportOf>): string => renderMarkdown(reportOf(...args), { zone })

describe('renderMarkdown', () => {
  const text = markdownOf([...times(60, () => ({ bytesToClient: 4 })), { status: 404, upstream: '' }], { evidence: { ...NO_EVIDENCE, missing: ['error-log'] } })

  it.each([
    ['# WebSocket sessions'],
    ['2026-11-20 12:00:00 – 2026-11-20 12:00:00 UTC'],
    ['| handshakes | 61, 60 reached 101 \\(98.4 %\\) |'],
    ['| sessions ended | 60, 60 quiet |'],
    ['## Failed handshakes'],
    ['| not-found | nginx | 404 | 1 | 1.6 % | no location matches this path | likely |'],
    ['## Ages at which sessions end together'],
    ['## Upstreams'],
    ['- 61 lines read, 0 skipped as broken, 0 filtered out'],
    ['- cannot tell who cut the sessions: give the error log with -e, written at level info'],
    ['## Who cut the sessions'],
    ['| nginx | 0 | 1 |'],
  ])('says %j', (line) => {
    expect(text.split('\n')).toContain(line)
  })

  it('leaves out what there is none of', () => {
    const empty = markdownOf([])
    expect(empty).toContain('Nothing to judge')
    for (const title of ['Failed handshakes', 'Ages', 'Upstreams', 'Clients']) expect(empty).not.toContain(`## ${title}`)
  })

  it('has as many cells in every row of a table as in its head', () => {
    for (const block of text.split('\n\n').filter((each) => each.startsWith('|'))) {
      const cells = block.split('\n').map((row) => row.split(/(?<!\\)\|/).length)
      expect(new Set(cells).size).toBe(1)
    }
  })

  it.each([
    ['<script>alert(1)</script>', String.raw`\<script\>alert\(1\)\</script\>`],
    ['[x](javascript:1)', String.raw`\[x\]\(javascript:1\)`],
    ['![x](y)', String.raw`\!\[x\]\(y\)`],
    ['a|b', String.raw`a\|b`],
    ['`code`', '\\`code\\`'],
    ['**b** _i_ ~~s~~', String.raw`\*\*b\*\* \_i\_ \~\~s\~\~`],
    ['&lt;', String.raw`\&lt;`],
    ['\\|', String.raw`\\\|`],
    ['a\nb', String.raw`a\\x0Ab`],
    ['\u001B[31m', String.raw`\\x1B\[31m`],
    ['__proto__', String.raw`\_\_proto\_\_`],
  ])('never takes the name %j for markup', (path, shown) => {
    expect(markdownOf([{ path }])).toContain(`| ${shown} | 1 |`)
  })

  it('escapes the paths of logs that could not be read', () => {
    expect(markdownOf([], { errors: [{ path: '<b>', message: '<b>: cannot be read' }] })).toContain(String.raw`- not read: \<b\>: cannot be read`)
  })
})
