import { describe, expect, it } from 'vitest'
import { renderCsv } from '../../src/render/csv.ts'
import { NOON, reportOf } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

/** RFC 4180, read back. */
const parseCsv = (text: string): string[][] => {
  const rows: string[][] = [[]]
  for (let at = 0; at < text.length; ) {
    let value = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++
        value += text[at]
      }
      at++
    } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') value += text[at++]
    rows.at(-1)!.push(value)
    if (text[at] === ',') at++
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n')
      at += 2
      if (at < text.length) rows.push([])
    }
  }
  return rows
}

const namesOf = (path: string): string[] => parseCsv(renderCsv(reportOf([{ path }]))).filter(([section, , metric]) => section === 'paths' && metric === 'attempts').map(([, name]) => name!)

describe('renderCsv', () => {
  const report = reportOf([...times(60, () => ({ bytesToClient: 4 })), { status: 502, endedAtMs: NOON + 120_000, startedAtMs: NOON + 120_000 }])
  const rows = parseCsv(renderCsv(report))

  it('has four columns in every row, and a head', () => {
    expect(rows[0]).toEqual(['section', 'name', 'metric', 'value'])
    expect(rows.every((row) => row.length === 4)).toBe(true)
  })

  it.each([
    ['handshakes', '', 'attempts', '61'],
    ['handshakes', '', 'succeeded', '60'],
    ['failures', 'other 502', 'count', '1'],
    ['sessions', '', 'count', '60'],
    ['sessions', '', 'quiet', '60'],
    ['sessions', 'durationSeconds', 'max', '60'],
    ['clusters', 'c1', 'sessions', '60'],
    ['upstreams', '10.1.0.1:80', 'attempts', '61'],
    ['timeline', '2026-11-20T12:01:00.000Z', 'drops', '0'],
    ['drops', 'perMinute', 'max', '60'],
  ])('says %s %s %s %s', (...row) => {
    expect(rows).toContainEqual(row)
  })

  it('leaves a cell empty where the logs cannot tell', () => {
    expect(parseCsv(renderCsv(reportOf([])))).toContainEqual(['handshakes', '', 'successRate', ''])
  })

  it('has no formula for a spreadsheet', () => {
    for (const path of ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://x","y")']) expect(namesOf(path)).toEqual([`'${path}`])
  })

  it.each(['a,b', 'a"b', '"', ' a', 'a ', ',', '__proto__', "'a"])('gives the name %j back as it was', (path) => {
    expect(namesOf(path)).toEqual([path])
  })

  it.each(['\u001B[31m', 'a\tb', '\t=1', '\r=1', 'a\nb', '\u009B31m', '\u202Ea'])('shows what is not safe to show in %j, as every text of a client', (path) => {
    expect(renderCsv(reportOf([{ path }])).replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/)
  })
})
