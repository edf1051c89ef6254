import { describe, expect, it } from 'vitest'
import { explainLine } from '../../src/log-format/explain.ts'
import { AccessRecord } from '../../src/log-format/record.ts'
import { formatOf, knownFormat } from '../helpers/format.ts'

const WS = knownFormat('ws')
const LINE = '203.0.113.5 - h [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 rt=19.868 urt=0.000, 19.868 ua="a" up="10.0.0.1:80, 10.0.0.2:80"'
const columnOf = (text: string): number => LINE.indexOf(text) + 1

describe('explainLine', () => {
  it('shows the values of a line that fits', () => {
    expect(explainLine(WS, LINE)).toEqual({ fields: new Map([
      ['remote_addr', '203.0.113.5'], ['host', 'h'], ['time_local', '21/Nov/2026:01:55:44 +0000'], ['request', 'GET /ws HTTP/1.1'], ['status', '101'], ['body_bytes_sent', '4'],
      ['request_time', '19.868'], ['upstream_response_time', '0.000, 19.868'], ['http_user_agent', 'a'], ['upstream_addr', '10.0.0.1:80, 10.0.0.2:80'],
    ]) })
  })

  it.each([
    ['a status of letters', LINE.replace(' 101 ', ' 1o1 '), columnOf('101 4'), '$status (three digits)', '"1"'],
    ['a word for a duration', LINE.replace('rt=19.868', 'rt=fast'), columnOf('19.868'), '$request_time', '"f"'],
    ['a missing literal', LINE.replace(' rt=', ' x='), columnOf('rt='), 'rt=', '" "'],
    ['a line that ends too early', LINE.slice(0, columnOf('101 4') + 2), columnOf('101 4') + 3, '" "', 'the end of the line'],
    ['text behind the end', `${LINE}x`, LINE.length + 1, 'the end of the line', '"x"'],
  ])('shows where %s breaks it', (_, line, column, expected, found) => {
    const explanation = explainLine(WS, line)
    expect(explanation).toMatchObject({ format: 'ws', found })
    expect(explanation).toHaveProperty('expected', expect.stringContaining(expected))
    // The literal before a value may be what did not fit: it starts a little earlier.
    expect(Math.abs((explanation as { column: number }).column - column)).toBeLessThanOrEqual(1)
  })

  it('never shows more than one character of the line', () => {
    for (let cut = 0; cut < LINE.length; cut++) {
      const explanation = explainLine(WS, `${LINE.slice(0, cut)}\u0001token`)
      if ('found' in explanation) expect(explanation.found).toMatch(/^(?:"(?:.|\\.|\\u[0-9a-f]{4})"|the end of the line)$/)
    }
  })

  it.each(['31/Nov/2026:01:55:44 +0000', '31/Feb/2026:01:55:44 +0000', '21/Nov/2026:24:55:44 +0000', '21/Nov/2026:01:55:61 +0000', '21/Nov/0000:01:55:44 +0000', '21/Nov/2026:01:55:44 +9900'])('says of %s that it is no time', (time) => {
    expect(explainLine(WS, LINE.replace('21/Nov/2026:01:55:44 +0000', time))).toMatchObject({ column: columnOf('21/Nov'), expected: '$time_local (a time such as 21/Nov/2026:00:03:32 +0000)', found: JSON.stringify(time[0]) })
  })
})

describe('explainLine of a JSON format', () => {
  const FORMAT = formatOf(`log_format j escape=json '{"time":"$msec","status":"$status","rt":"$request_time","ua":"$http_user_agent"}';`)
  const JSON_LINE = String.raw`{"time":"1795226144.169","status":"101","rt":"19.868","ua":"a \"b\""}`

  it('shows the values as they read', () => {
    expect(explainLine(FORMAT, JSON_LINE)).toEqual({ fields: new Map([['msec', '1795226144.169'], ['status', '101'], ['request_time', '19.868'], ['http_user_agent', 'a "b"']]) })
  })

  it.each([
    ['no object', 'text', 'a JSON object'],
    ['no status', JSON_LINE.replace('"status":"101",', ''), 'the key "status" ($status)'],
    ['no time', JSON_LINE.replace('"time":"1795226144.169",', ''), 'the key "time" ($msec)'],
    ['a status of two digits', JSON_LINE.replace('"101"', '"99"'), '$status (three digits)'],
    ['a duration of 1e308', JSON_LINE.replace('"19.868"', '1e308'), '$request_time (seconds such as 0.157, or "-")'],
    ['a line that is cut off', JSON_LINE.slice(0, 50), 'valid JSON'],
  ])('says what is wrong: %s', (_, line, expected) => {
    expect(explainLine(FORMAT, line)).toMatchObject({ format: 'test', expected })
  })
})

describe('explainLine of times in JSON, which a shipper may have written anew', () => {
  const LOCAL = formatOf(`log_format j escape=json '{"time":"$time_local","status":"$status"}';`)
  const ISO = formatOf(`log_format j escape=json '{"time":"$time_iso8601","status":"$status"}';`)
  const line = (time: string): string => `{"time":"${time}","status":"101"}`
  const isTime = (format: typeof LOCAL, time: string): boolean => {
    const explanation = explainLine(format, line(time))
    const bytes = Buffer.from(`${line(time)}\n`)
    expect('fields' in explanation, 'the parser says the same').toBe(format.createParser().parse(bytes, 0, bytes.length - 1, new AccessRecord(format)))
    if ('fields' in explanation) return true
    expect(explanation).toMatchObject({ column: 10, expected: expect.stringMatching(/^\$time_\w+ \(/) as string, found: JSON.stringify(time[0]) })
    return false
  }

  it.each([
    ['21/Nov/2026:01:55:44 +0000', true],
    ['31/Nov/2026:01:55:44 +0000', false],
    ['2026-11-21T01:55:44+00:00', false],
  ])('$time_local %s', (time, expected) => {
    expect(isTime(LOCAL, time)).toBe(expected)
  })

  it.each([
    ['2026-11-21T01:55:44+00:00', true],
    ['2026-11-31T01:55:44+00:00', false],
    ['2026-11-21T01:55:44Z', true],
    ['2026-11-21 01:55:44.169Z', true],
    ['2026-11-21T01:55:44.169+05:30', true],
    ['2026-11-21T01:55:44.169+99:30', false],
    ['2026-02-30T01:55:44Z', false],
    ['2026-11-21', false],
  ])('$time_iso8601 %s', (time, expected) => {
    expect(isTime(ISO, time)).toBe(expected)
  })
})
