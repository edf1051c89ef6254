import { describe, expect, it } from 'vitest'
import { Clock, milliseconds } from '../../src/log-format/clock.ts'

const local = (text: string, clock = new Clock()): number => {
  const bytes = Buffer.from(`${text}]`)
  return clock.timeLocal(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0)
}
const iso = (text: string, clock = new Clock()): number => clock.timeIso(Buffer.from(text), 0)
const stamp = (text: string, clock = new Clock()): number => clock.timeStamp(Buffer.from(text), 0, text.length)

describe('$time_local and $time_iso8601', () => {
  it.each([
    ['21/Nov/2026:00:03:32 +0000', '2026-11-21T00:03:32+00:00', 0],
    ['20/Nov/2026:19:25:45 -0500', '2026-11-20T19:25:45-05:00', -300],
    ['21/Nov/2026:05:33:32 +0530', '2026-11-21T05:33:32+05:30', 330],
    ['21/Nov/2026:05:48:32 +0545', '2026-11-21T05:48:32+05:45', 345],
    ['21/Nov/2026:13:48:32 +1345', '2026-11-21T13:48:32+13:45', 825],
    ['20/Nov/2026:20:33:32 -0330', '2026-11-20T20:33:32-03:30', -210],
    ['29/Feb/2028:23:59:59 +0000', '2028-02-29T23:59:59+00:00', 0],
    ['31/Dec/1999:23:59:59 +0000', '1999-12-31T23:59:59+00:00', 0],
    ['01/Jan/1970:00:00:00 +0000', '1970-01-01T00:00:00+00:00', 0],
  ])('%s', (localText, isoText, offsetMinutes) => {
    for (const [read, text] of [[local, localText], [iso, isoText], [stamp, isoText]] as const) {
      const clock = new Clock()
      expect(read(text, clock)).toBe(Date.parse(isoText))
      expect(clock.offsetMinutes).toBe(offsetMinutes)
    }
  })

  it('knows all twelve months', () => {
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
    expect(months.map((month) => local(`15/${month}/2026:12:00:00 +0000`))).toEqual(months.map((_, index) => Date.UTC(2026, index, 15, 12)))
  })

  it('goes on through both changes of daylight saving time: the offset stands in every line', () => {
    const clock = new Clock()
    const spring = ['29/Mar/2026:01:59:59 +0100', '29/Mar/2026:03:00:00 +0200'].map((text) => local(text, clock))
    const autumn = ['25/Oct/2026:02:59:59 +0200', '25/Oct/2026:02:00:00 +0100'].map((text) => local(text, clock))
    expect(spring[1]! - spring[0]!).toBe(1000)
    expect(autumn[1]! - autumn[0]!).toBe(1000)
    expect(clock.offsetMinutes).toBe(60)
  })

  it('takes nothing over from the last minute that it saw', () => {
    const texts = ['21/Nov/2026:00:03:32 +0000', '22/Nov/2026:00:03:32 +0000', '22/Dec/2026:00:03:32 +0000', '22/Dec/2025:00:03:32 +0000', '22/Dec/2025:10:03:32 +0000',
      '22/Dec/2025:10:04:32 +0000', '22/Dec/2025:10:14:32 +0000', '22/Dec/2025:10:14:33 +0000', '22/Dec/2025:10:14:33 +0001', '22/Dec/2025:10:14:33 -0001', 'xx/Dec/2025:10:14:33 -0001', '22/Dec/2025:10:14:33 -0001']
    const clock = new Clock()
    expect(texts.map((text) => local(text, clock))).toEqual(texts.map((text) => local(text)))
  })

  it('takes a leap second', () => {
    expect(local('31/Dec/2016:23:59:60 +0000')).toBe(Date.UTC(2017, 0, 1))
    expect(iso('2016-12-31T23:59:60+00:00')).toBe(Date.UTC(2017, 0, 1))
  })

  it.each([
    ['a day that the month has not', '31/Nov/2026:00:03:32 +0000', '2026-11-31T00:03:32+00:00'],
    ['29 February of a common year', '29/Feb/2026:00:03:32 +0000', '2026-02-29T00:03:32+00:00'],
    ['day 0', '00/Nov/2026:00:03:32 +0000', '2026-11-00T00:03:32+00:00'],
    ['day 99', '99/Nov/2026:00:03:32 +0000', '2026-11-99T00:03:32+00:00'],
    ['no such month', '21/Foo/2026:00:03:32 +0000', '2026-13-21T00:03:32+00:00'],
    ['month 0', '21/   /2026:00:03:32 +0000', '2026-00-21T00:03:32+00:00'],
    ['hour 24', '21/Nov/2026:24:03:32 +0000', '2026-11-21T24:03:32+00:00'],
    ['minute 60', '21/Nov/2026:00:60:32 +0000', '2026-11-21T00:60:32+00:00'],
    ['second 61', '21/Nov/2026:00:03:61 +0000', '2026-11-21T00:03:61+00:00'],
    ['a letter in the first half of the year', '21/Nov/2x26:00:03:32 +0000', '2x26-11-21T00:03:32+00:00'],
    ['a letter in the second half of the year', '21/Nov/202x:00:03:32 +0000', '202x-11-21T00:03:32+00:00'],
    ['a year below 100', '21/Nov/0026:00:03:32 +0000', '0026-11-21T00:03:32+00:00'],
    ['a letter in the day', '2x/Nov/2026:00:03:32 +0000', '2026-11-2xT00:03:32+00:00'],
    ['a letter in the second', '21/Nov/2026:00:03:3x +0000', '2026-11-21T00:03:3x+00:00'],
    ['an offset of a day', '21/Nov/2026:00:03:32 +2400', '2026-11-21T00:03:32+24:00'],
    ['an offset of 60 minutes', '21/Nov/2026:00:03:32 +0060', '2026-11-21T00:03:32+00:60'],
    ['an offset without a sign', '21/Nov/2026:00:03:32  0000', '2026-11-21T00:03:32 00:00'],
    ['other separators', '21-Nov-2026:00:03:32 +0000', '2026/11/21T00:03:32+00:00'],
  ])('refuses %s', (_, localText, isoText) => {
    expect(local(localText)).toBeNaN()
    expect(iso(isoText)).toBeNaN()
    expect(stamp(isoText)).toBeNaN()
  })
})

describe('the time stamps of log shippers', () => {
  it.each([
    ['2026-11-21T00:03:32Z', 0, 0],
    ['2026-11-21T00:03:32.1Z', 100, 0],
    ['2026-11-21T00:03:32.123456789Z', 123, 0],
    ['2026-11-21 00:03:32.999Z', 999, 0],
    ['2026-11-21T05:33:32.5+05:30', 500, 330],
    ['2026-11-20T19:03:32.1234-05:00', 123, -300],
    ['2026-11-20 19:03:32-05:00', 0, -300],
  ])('%s', (text, ms, offsetMinutes) => {
    const clock = new Clock()
    expect(stamp(text, clock)).toBe(Date.UTC(2026, 10, 21, 0, 3, 32) + ms)
    expect(clock.offsetMinutes).toBe(offsetMinutes)
  })

  it('a leap second is the second after it, as in the clocks of nginx', () => {
    for (const text of ['2016-12-31T23:59:60Z', '2016-12-31T23:59:60.000Z', '2016-12-31 18:59:60-05:00', '2016-12-31T23:59:60+00:00']) expect(stamp(text), text).toBe(Date.UTC(2017, 0, 1))
  })

  it.each(['', '-', 'yesterday', '2026-11-21', '2026-11-21T00:03', '2026-11-21T00:03:32', '2026-11-21T00:03:32.Z', '2026-11-21T00:03:32+0000', '1795219412.001', '2026-02-31T00:00:00Z', '2026-02-29T00:00:00.5Z', '2026-04-31T00:00:00.000+01:00', '2026-11-21T24:00:00Z', '2026-11-21T00:00:61Z', '2026-11-21T00:00:00+24:00', '0099-11-21T00:00:00Z'])('refuses %j', (text) => {
    expect(stamp(text)).toBeNaN()
  })
})

describe('milliseconds', () => {
  const read = (text: string): number => milliseconds(Buffer.from(`9${text}9`), 1, 1 + text.length)

  it.each([
    ['0', 0], ['1', 1000], ['0.001', 1], ['12.345', 12_345], ['999999999999999', 999_999_999_999_999_000], ['1795226144.169', 1_795_226_144_169], ['1.5', 1500], ['1.25', 1250], ['0.0019', 1], ['999999999999.999', 999_999_999_999_999],
    ['', -1], ['-', -1],
  ])('%j is %d', (text, value) => {
    expect(read(text)).toBe(value)
  })

  it.each(['1e308', '-1', '-0.001', 'NaN', 'Infinity', '.5', '1.', '1.2.3', ' 1', '1 ', '+1', '0x10', '1234567890123456', '9999999999999999', '1234567890123.456', '12345678901234567890', '--', '1/5', '1:5', '1.5/', '1.5:', '1.5x', '/1', ':1'])('refuses %j', (text) => {
    expect(read(text)).toBeNaN()
  })
})

describe('every place of a time', () => {
  const LOCAL = '21/Nov/2026:00:03:32 +0130'
  const ISO = '2026-11-21T00:03:32+01:30'
  const STAMP = '2026-11-21T00:03:32.169+01:30'

  /** The text with another character in each of its places. */
  const spoilt = (text: string, char: string): string[] => Array.from(text, (_, at) => `${text.slice(0, at)}${char}${text.slice(at + 1)}`).filter((other) => other !== text)

  it.each(['x', ' ', '-', '.', '/', ':', ';', '\0', '\u00ff'])('is looked at: %j in the place of another makes it none', (char) => {
    // A sign and a space may stand where others do.
    const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d$|^\d\d\/Nov\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}$/.test(text)
    for (const text of spoilt(LOCAL, char)) expect([text, Number.isNaN(local(text))]).toEqual([text, !isTime(text)])
    for (const text of spoilt(ISO, char)) {
      expect([text, Number.isNaN(iso(text))]).toEqual([text, !isTime(text) || text[10] !== 'T'])
      expect([text, Number.isNaN(stamp(text))]).toEqual([text, !isTime(text)])
    }
    for (const text of spoilt(STAMP, char)) expect([text, Number.isNaN(stamp(text))]).toEqual([text, !isTime(text)])
  })

  it.each(['x', '/', ':'])('is looked at also where the minute is that of the line before: %j', (char) => {
    for (const text of spoilt(LOCAL, char)) {
      if (text[2] === '/' && text === LOCAL) continue
      const clock = new Clock()
      local(LOCAL, clock)
      expect([text, local(text, clock)]).toEqual([text, local(text)])
    }
  })

  it('is told from that of the line before by every letter of the month', () => {
    const clock = new Clock()
    for (const [month, number] of [['Mar', 2], ['May', 4], ['Jun', 5], ['Jul', 6], ['Jan', 0], ['Apr', 3], ['Aug', 7]] as const) expect(local(`21/${month}/2026:00:03:32 +0000`, clock)).toBe(Date.UTC(2026, number, 21, 0, 3, 32))
  })

  it.each([
    ['the last second of a day', '21/Nov/2026:23:59:59 +0000', '2026-11-21T23:59:59+00:00', true],
    ['hour 24', '21/Nov/2026:24:00:00 +0000', '2026-11-21T24:00:00+00:00', false],
    ['minute 60', '21/Nov/2026:23:60:00 +0000', '2026-11-21T23:60:00+00:00', false],
    ['second 61', '21/Nov/2026:23:59:61 +0000', '2026-11-21T23:59:61+00:00', false],
    ['second 70', '21/Nov/2026:23:59:70 +0000', '2026-11-21T23:59:70+00:00', false],
    ['the farthest zone that can be written', '21/Nov/2026:12:00:00 +2359', '2026-11-21T12:00:00+23:59', true],
    ['and the other way', '21/Nov/2026:12:00:00 -2359', '2026-11-21T12:00:00-23:59', true],
    ['a zone of 24 hours', '21/Nov/2026:12:00:00 +2400', '2026-11-21T12:00:00+24:00', false],
    ['a zone of 60 minutes', '21/Nov/2026:12:00:00 +0060', '2026-11-21T12:00:00+00:60', false],
    ['the year 100', '21/Nov/0100:12:00:00 +0000', '0100-11-21T12:00:00+00:00', true],
    ['the year 99', '21/Nov/0099:12:00:00 +0000', '0099-11-21T12:00:00+00:00', false],
    ['the year 9999', '21/Nov/9999:12:00:00 +0000', '9999-11-21T12:00:00+00:00', true],
    ['the last day of a month', '31/Dec/2026:12:00:00 +0000', '2026-12-31T12:00:00+00:00', true],
    ['month 0 and 13', '21/Xxx/2026:12:00:00 +0000', '2026-13-21T12:00:00+00:00', false],
  ])('has its range: %s', (_, localText, isoText, isTime) => {
    const expected = isTime ? Date.parse(isoText.replace(/[+-](?:23:59)$/, '+00:00')) - (isoText.endsWith('+23:59') ? 1 : isoText.endsWith('-23:59') ? -1 : 0) * (24 * 60 - 1) * 60_000 : Number.NaN
    expect([local(localText), iso(isoText), stamp(isoText)]).toEqual([expected, expected, expected])
  })

  it('of a shipper may be as long as nginx writes one, and another', () => {
    const [nginx, spaced, decimals] = ['2026-11-21T00:03:32+00:00', '2026-11-21 00:03:32+00:00', '2026-11-21T00:03:32.1234Z']
    expect(new Set([nginx, spaced, decimals].map((text) => text!.length))).toEqual(new Set([25]))
    expect([nginx, spaced, decimals].map((text) => stamp(text!) - Date.UTC(2026, 10, 21, 0, 3, 32))).toEqual([0, 0, 123])
    expect(stamp(`2026-11-21T00:03:32.${'1'.repeat(30)}Z`)).toBeNaN()
  })
})
