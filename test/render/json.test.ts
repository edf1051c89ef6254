import { describe, expect, it } from 'vitest'
import { renderJson } from '../../src/render/json.ts'
import { reportOf } from '../helpers/sample-report.ts'

describe('renderJson', () => {
  it.each([
    ['of nothing', []],
    ['of sessions and failures', [{}, { status: 502 }, { status: 9 }]],
    ['of awkward names', ['__proto__', '"\\', '\u001B[31m', '\u2028', 'ä\u{1F600}', '\n'].map((path) => ({ path }))],
  ])('%s says all that the report says', (_, events) => {
    const report = reportOf(events)
    expect(JSON.parse(renderJson(report))).toEqual(JSON.parse(JSON.stringify(report)))
  })

  it('has one line a key, one a row, and ends with a line feed', () => {
    const lines = renderJson(reportOf([{ path: '/a\n' }, { path: '/b' }])).split('\n')
    expect(lines[0]).toBe('{')
    expect(lines.at(-1)).toBe('')
    expect(lines.filter((line) => line.startsWith('  {"name":"/'))).toHaveLength(2)
    expect(lines.filter((line) => line.startsWith('"'))).toHaveLength(Object.keys(reportOf([])).length)
  })

  it('never holds a raw control character of a name', () => {
    expect(renderJson(reportOf([{ path: '\u001B[31m\u0007' }]))).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/)
  })
})
