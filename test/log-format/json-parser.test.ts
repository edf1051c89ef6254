import { describe, expect, it } from 'vitest'
import { formatOf, knownFormat } from '../helpers/format.ts'
import { parseLine } from '../helpers/parse.ts'

const FORMAT = formatOf(`log_format j escape=json '{"time":"$time_iso8601","status":"$status","bytes":"$body_bytes_sent","rt":"$request_time","urt":"$upstream_response_time","host":"$host","ua":"$http_user_agent"}';`)

const VALUES = { time: '2026-11-21T01:55:44+00:00', status: '101', bytes: '4', rt: '19.868', urt: '0.001, 19.800', host: 'chat.example.com', ua: 'a' }
const line = (changes: Record<string, unknown> = {}): string => JSON.stringify({ ...VALUES, ...changes })

const EXPECTED = {
  text: { host: 'chat.example.com', userAgent: 'a' },
  number: { time: Date.UTC(2026, 10, 21, 1, 55, 44), status: 101, bodyBytes: 4, requestTime: 19_868, upstreamTime: 19_800 },
  offsetMinutes: 0,
}

describe('a line of a JSON format', () => {
  it.each([
    ['as nginx writes it', line()],
    ['with its keys in another order', JSON.stringify(Object.fromEntries(Object.entries(VALUES).toReversed()))],
    ['with numbers instead of strings', line({ status: 101, bytes: 4, rt: 19.868 })],
    ['with further keys', line({ cluster: 'eu-1', ok: true, none: null, count: -1.5e3 })],
    ['with nested further keys', line({ kubernetes: { labels: { app: 'a"}{' }, list: [1, { b: ']' }] }, tags: [] })],
    ['with a nested key of the same name', line({ inner: { status: '500', time: 'x' } })],
    ['with further keys before', `{"@timestamp":"x","n":{"status":1},${line().slice(1)}`],
    ['with tabs and spaces behind bare numbers', line({ status: 101, bytes: 4, rt: 19.868 }).replace(':101,', ':101\t,').replace(':4,', ':4 \t ,')],
    ['with spaces and tabs', line().replaceAll('":"', '" :\t "').replaceAll('","', '" ,  "').replace('{', ' { ').replace('}', ' } ')],
  ])('is read %s', (_, text) => {
    expect(parseLine(FORMAT, text)).toMatchObject(EXPECTED)
  })

  it.each([
    ['empty', line({ rt: '', urt: '', bytes: '' })],
    ['a dash', line({ rt: '-', urt: '-', bytes: '-' })],
    ['null', line({ rt: null, urt: null, bytes: null })],
    ['left out by a shipper', line({ rt: undefined, urt: undefined, bytes: undefined })],
  ])('has unset values that are %s', (_, text) => {
    expect(parseLine(FORMAT, text)?.number).toMatchObject({ requestTime: -1, upstreamTime: -1, bodyBytes: -1, status: 101 })
  })

  it('keeps nothing of the line before', () => {
    expect(parseLine(FORMAT, line({ host: undefined }))?.text.host).toBe('')
  })

  it('keeps escapes as they stand', () => {
    const ua = 'say "hi" \\ \t é \u001B'
    expect(parseLine(FORMAT, Buffer.from(line({ ua })))?.text.userAgent).toBe(Buffer.from(JSON.stringify(ua).slice(1, -1)).toString('latin1'))
  })

  it.each([['000', 0], ['009', 9], ['999', 999]])('has status %s', (status, number) => {
    expect(parseLine(FORMAT, line({ status }))?.number.status).toBe(number)
  })

  it.each([
    ['status 1.5', line({ status: '1.5' })],
    ['status 1.5, a number', line({ status: 1.5 })],
    ['no status', line({ status: undefined })],
    ['an empty status', line({ status: '' })],
    ['a status of two digits', line({ status: 99 })],
    ['no time', line({ time: undefined })],
    ['an empty time', line({ time: '' })],
    ['30 February', line({ time: '2026-02-30T01:55:44+00:00' })],
    ['a year with a letter', line({ time: '202x-11-21T01:55:44+00:00' })],
    ['rt of 1e308', line({ rt: 1e308 })],
    ['a negative rt', line({ rt: -1.5 })],
    ['rt NaN', line({ rt: 'NaN' })],
    ['rt "null", a text', line({ rt: 'null' })],
    ['rt nan, a bare word', line({ rt: 0 }).replace(':0', ':nan')],
    ['a brace that is closed by a bracket', `${line().slice(0, -1)}]`],
    ['rt of 20 digits', line({ rt: '12345678901234567890' })],
    ['rt of 16 digits', line({ rt: '1234567890123456' })],
    ['an object for a number', line({ rt: { a: 1 } })],
    ['nothing but {}', '{}'],
    ['an array', `[${line()}]`],
    ['text behind it', `${line()}x`],
    ['a second object behind it', line() + line()],
    ['a key without quotes', line().replace('"rt"', 'rt')],
    ['an unbalanced bracket', line({ extra: 0 }).replace(':0}', ':]}')],
    ['an empty line', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseLine(FORMAT, text)).toBeUndefined()
  })

  it('is refused wherever it is cut off', () => {
    const text = line({ nested: { a: [1, 2] } })
    expect(Array.from(text, (_, length) => length).filter((length) => parseLine(FORMAT, text.slice(0, length)) !== undefined)).toEqual([])
  })

  it.each([
    ['2026-11-21T02:55:44+01:00', 0, 60],
    ['2026-11-21T01:55:44Z', 0, 0],
    ['2026-11-21T01:55:44.169Z', 169, 0],
    ['2026-11-21T01:55:44.169123456Z', 169, 0],
    ['2026-11-20 20:55:44.5-05:00', 500, -300],
  ])('takes the time as a shipper may have written it anew: %s', (time, ms, offsetMinutes) => {
    expect(parseLine(FORMAT, line({ time }))).toMatchObject({ number: { time: EXPECTED.number.time + ms }, offsetMinutes })
  })
})

describe('JSON formats', () => {
  it('$msec is finer than $time_local, as a number too', () => {
    const sample = '{"msec":1795226144.169,"time_local":"21/Nov/2026:02:55:44 +0100","status":101,"remote_addr":"::1"}'
    expect(parseLine(knownFormat('ws_json'), sample)).toMatchObject({ number: { time: 1_795_226_144_169 }, text: { client: '::1' }, offsetMinutes: 60 })
  })

  it('$msec is finer than $time_iso8601, which shows the zone', () => {
    const format = formatOf(`log_format j escape=json '{"iso":"$time_iso8601","msec":"$msec","status":"$status"}';`)
    expect(parseLine(format, '{"iso":"2026-11-21T02:55:44+01:00","msec":"1795226144.169","status":"101"}')).toMatchObject({ number: { time: 1_795_226_144_169 }, offsetMinutes: 60 })
  })

  it.each([
    ['as nginx writes it', '21/Nov/2026:02:55:44 +0100', 1_795_226_144_000],
    ['cut short', '21/Nov/2026:02:55:44 +010', undefined],
    ['with more behind it', '21/Nov/2026:02:55:44 +0100x', undefined],
    ['without a zone', '21/Nov/2026:02:55:44', undefined],
    ['of no such day', '31/Nov/2026:02:55:44 +0100', undefined],
    ['empty', '', undefined],
  ])('$time_local %s', (_, time, expected) => {
    const format = formatOf(`log_format j escape=json '{"time":"$time_local","status":"$status"}';`)
    expect(parseLine(format, JSON.stringify({ time, status: '101' }))?.number.time).toBe(expected)
  })

  it.each([['0.000', 0], ['1795226144.169', 1_795_226_144_169], ['-', undefined], ['', undefined], ['x', undefined]])('$msec %j', (msec, expected) => {
    const format = formatOf(`log_format j escape=json '{"msec":"$msec","status":"$status"}';`)
    expect(parseLine(format, JSON.stringify({ msec, status: '101' }))?.number.time).toBe(expected)
  })

  it.each([['4.0', 4], ['999999999999999', 999_999_999_999_999], ['99999999999999.0', 99_999_999_999_999]])('%s body bytes, as a shipper may write them', (bytes, expected) => {
    expect(parseLine(FORMAT, line({ bytes }))?.number.bodyBytes).toBe(expected)
  })

  it.each([['10.0.0.1:80', 0], ['10.0.0.1:80, 10.0.0.2:80', 13], ['10.0.0.1:80 : 10.0.0.2:80', 14], ['', 0]])('the last try of $upstream_addr %j', (up, start) => {
    const format = formatOf(`log_format j escape=json '{"up":"$upstream_addr","status":"$status"}';`)
    const text = JSON.stringify({ up, status: '101' })
    const read = parseLine(format, text)!
    expect(read.text.upstream).toBe(up)
    // The line stands behind five other bytes.
    expect(read.number.upstream - 5).toBe(text.indexOf('":"') + 3 + start)
  })

  it.each([
    ['a number', '{"status":101,"rt":1.500,"urt":0.155}', { status: 101, requestTime: 1500, upstreamTime: 155 }],
    ['status 009, which JSON itself has not', '{"status":009,"rt":1.500,"urt":0.155}', { status: 9 }],
    ['nothing, for an unset variable', '{"status":400,"rt":0.000,"urt":}', { status: 400, upstreamTime: -1 }],
  ])('variables without quotes write %s', (_, text, number) => {
    const format = formatOf(`log_format j escape=json '{"status":$status,"rt":$request_time,"urt":$upstream_response_time}';`)
    expect(parseLine(format, text)?.number).toMatchObject(number)
  })

  it.each([
    ['nested', `'{"http":{"status":"$status"},"ua":"$http_user_agent"}'`, '{"http":{"status":"101"},"ua":"a"}'],
    ['with several variables in a value', `'{"s":"$status $request_time","ua":"$http_user_agent"}'`, '{"s":"101 1.000","ua":"a"}'],
    ['with a literal beside a variable', `'{"s":"s$status","ua":"$http_user_agent"}'`, '{"s":"s101","ua":"a"}'],
    ['with constants', `'{"kind":"ws","v":1,"s":"$status","ua":"$http_user_agent"}'`, '{"kind":"ws","v":1,"s":"101","ua":"a"}'],
  ])('%s are read too', (_, value, text) => {
    expect(parseLine(formatOf(`log_format j escape=json ${value};`), text)).toMatchObject({ text: { userAgent: 'a' }, number: { status: 101 } })
  })
})
