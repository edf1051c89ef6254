import { FixedOffsetZone, IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { parseMoment, parseZone } from '../../src/commands/time-option.ts'

const moment = (text: string, zone: string, now: string): string =>
  new Date(parseMoment(text, { option: '--since', zone: parseZone(zone), nowMs: Date.parse(now) })).toISOString()

describe('parseMoment', () => {
  it.each([
    ['2026-11-20', 'UTC', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20', 'Asia/Shanghai', '2026-11-19T16:00:00.000Z'],
    ['2026-11-20T08:30', 'UTC', '2026-11-20T08:30:00.000Z'],
    ['2026-11-20 08:30', 'UTC', '2026-11-20T08:30:00.000Z'],
    ['2026-11-20T08:30:15.250', '+05:30', '2026-11-20T03:00:15.250Z'],
    ['2026-11-20T08:30Z', 'Asia/Shanghai', '2026-11-20T08:30:00.000Z'],
    ['2026-11-20T08:30:00+08:00', 'America/New_York', '2026-11-20T00:30:00.000Z'],
    ['now', 'Asia/Shanghai', '2026-11-21T03:04:05.678Z'],
    ['today', 'UTC', '2026-11-21T00:00:00.000Z'],
    ['today', 'Asia/Shanghai', '2026-11-20T16:00:00.000Z'],
    ['today', 'America/New_York', '2026-11-20T05:00:00.000Z'],
    ['yesterday', 'UTC', '2026-11-20T00:00:00.000Z'],
    ['yesterday', 'America/New_York', '2026-11-19T05:00:00.000Z'],
    ['-90s', 'UTC', '2026-11-21T03:02:35.678Z'],
    ['-30m', 'UTC', '2026-11-21T02:34:05.678Z'],
    ['-3h', 'Asia/Shanghai', '2026-11-21T00:04:05.678Z'],
    ['-2d', 'UTC', '2026-11-19T03:04:05.678Z'],
    ['-1w', 'UTC', '2026-11-14T03:04:05.678Z'],
    ['-0s', 'UTC', '2026-11-21T03:04:05.678Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(moment(text, zone, '2026-11-21T03:04:05.678Z')).toBe(expected)
  })

  describe('where clocks change', () => {
    it.each([
      ['today on the day without 02:00', 'today', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z'],
      ['yesterday after it: 23 hours long', 'yesterday', 'Europe/Berlin', '2026-03-30T12:00:00Z', '2026-03-28T23:00:00.000Z'],
      ['yesterday after the day with 02:00 twice: 25 hours long', 'yesterday', 'Europe/Berlin', '2026-10-26T12:00:00Z', '2026-10-24T22:00:00.000Z'],
      ['a day before is the same clock time', '-1d', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T13:00:00.000Z'],
      ['24 hours before are 24 hours', '-24h', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T12:00:00.000Z'],
      ['a clock time that does not exist is an hour later', '2026-03-29T02:30', 'Europe/Berlin', '2026-03-30T00:00:00Z', '2026-03-29T01:30:00.000Z'],
      ['a midnight that does not exist is the day\'s first moment', 'today', 'America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06T04:00:00.000Z'],
      ['of an hour that comes twice its offset chooses the second', '2026-11-01T01:30-05:00', 'America/New_York', '2026-11-02T00:00:00Z', '2026-11-01T06:30:00.000Z'],
    ])('%s', (_, text, zone, now, expected) => {
      expect(moment(text, zone, now)).toBe(expected)
    })
  })

  it.each(['', 'noon', 'tomorrow', '3h', '-3', '-3y', '-h', '+3h', '2026-02-30', '2026-11-20T25:00', '20/Nov/2026', '1795226124', '-3h ', 'today '])('%j is no time, and the message shows how to write one', (text) => {
    expect(() => moment(text, 'UTC', '2026-11-21T00:00:00Z')).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(/^--since .*: not a time; write 2026-11-20, .*-3h/) }))
  })

  it.each(['08:30', 'T08:30'])('%j, a time without a day, means nothing else than the injected now', (text) => {
    const at = (now: string): string => {
      try {
        return moment(text, 'UTC', now).slice(0, 10)
      } catch {
        return 'refused'
      }
    }
    expect(['2001-02-03', 'refused']).toContain(at('2001-02-03T12:00:00Z'))
  })

  it('names the option that it was given for', () => {
    expect(() => parseMoment('x', { option: '--until', zone: FixedOffsetZone.utcInstance, nowMs: 0 })).toThrow('--until x: not a time')
  })
})

describe('parseZone', () => {
  const offset = (text: string, at: string): number => parseZone(text).offset(Date.parse(at))

  it.each([
    ['UTC', 0], ['utc', 0], ['Z', 0], ['GMT', 0], ['+08:00', 480], ['+0800', 480], ['+8', 480], ['-05:30', -330], ['UTC+8', 480], ['UTC-03:30', -210], ['+00:00', 0], ['+14:00', 840], ['-12', -720],
  ])('%s is %i minutes east', (text, minutes) => {
    expect(offset(text, '2026-11-21T00:00:00Z')).toBe(minutes)
  })

  it('a name follows its clocks through the year', () => {
    expect([offset('Europe/Berlin', '2026-07-01T00:00:00Z'), offset('Europe/Berlin', '2026-12-01T00:00:00Z')]).toEqual([120, 60])
    expect(parseZone('Europe/Berlin')).toBeInstanceOf(IANAZone)
  })

  it.each(['system', 'local'])('%s is that of the machine', (text) => {
    expect(parseZone(text).type).toBe('system')
  })

  it.each(['', 'Mars/Olympus', '8', '+', '+1234567', '+25:00', '+08:99', '+99', 'Asia', 'UTC+'])('%j is no zone, and the message shows how to write one', (text) => {
    expect(() => parseZone(text)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(/^--tz .*Asia\/Shanghai.*\+08:00/) }))
  })
})

it.each(['CST', 'ist', 'EST', 'BST'])('--tz %s is refused: it may mean several zones', (text) => {
  expect(() => parseZone(text)).toThrow(/may mean several zones; write a name such as Asia\/Shanghai/)
})
