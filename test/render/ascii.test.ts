import { describe, expect, it } from 'vitest'
import { toAscii } from '../../src/render/ascii.ts'
import { bar, sparkline } from '../../src/render/chart.ts'
import { columnsOf } from '../../src/render/columns.ts'

describe('a text in ASCII', () => {
  it.each([
    ['marks', '  ✗ 12  · 3  05:12 – 05:14', '  x 12  . 3  05:12 - 05:14'],
    ['a curve, each height but the last two apart', sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8]), '.-=+*%@##'],
    ['a bar', bar(0.45, 5), '##-'],
    ['a bar whose end is half a column or more', bar(0.5, 5), '###'],
    ['an elision in a sentence', 'upstream timed out … while', 'upstream timed out ... while'],
    ['a name that was cut, in a table', '/ws/room/12…   17', '/ws/room/12... 17'],
    ['a name that was cut right before the next column', '/ws/room/12… 17', '/ws/room/12... 17'],
    ['letters of other scripts, by their columns', '/ws/聊天 é', '/ws/???? ?'],
    ['a smile, made of several characters', 'a👩‍👩‍👧b', 'a??b'],
    ['nothing', '', ''],
    ['ASCII as it is', 'plain (65.3 %)\n  and more\n', 'plain (65.3 %)\n  and more\n'],
  ])('has %s', (_, text, expected) => {
    expect(toAscii(text)).toBe(expected)
  })

  it('is never wider than it was, or than 80 columns', () => {
    const full = `${'x'.repeat(40)}…${'y'.repeat(39)}`
    expect(toAscii(full)).toBe(full.replace('…', '~'))
    const wide = `${'…'.repeat(60)} 聊天`
    expect(toAscii(wide)).toHaveLength(columnsOf(wide))
  })
})
