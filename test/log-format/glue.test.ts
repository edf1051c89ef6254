import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../src/log-format/chars.ts'
import type { LogFormat } from '../../src/log-format/compile.ts'
import { findGluedLine } from '../../src/log-format/glue.ts'
import { AccessRecord } from '../../src/log-format/record.ts'
import { formatOf, knownFormat } from '../helpers/format.ts'

const WS = knownFormat('ws')
const line = (client: string): string => `${client} - h [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 rt=19.868 urt=19.868 ua="a" up="127.0.0.1:37249"`

/** Where the whole line starts; -1 when none was found. */
const find = (text: string, format: LogFormat = WS, opening = ''): number => {
  const bytes = Buffer.from(`9${text}\n`)
  const at = findGluedLine(format.createParser(), bytesOf(opening), bytes, 1, bytes.length - 1, new AccessRecord(format))
  return at < 0 ? at : at - 1
}

describe('findGluedLine', () => {
  it.each(['203.0.113.5', '2001:db8::5', 'unix:'])('finds the line of %s behind a torn one, wherever that was torn', (client) => {
    const torn = line('198.51.100.7')
    // Not inside what an address may itself begin with: there it can only be guessed.
    const places = Array.from(torn, (_, at) => at).filter((at) => at > 0 && !/[0-9a-f:.]$/i.test(torn.slice(0, at)))
    expect(places.length).toBeGreaterThan(40)
    expect(places.filter((at) => find(torn.slice(0, at) + line(client)) !== at)).toEqual([])
  })

  it.each([
    ['the year of a time', '198.51.100.7 - h [21/Nov/2026'],
    ['the hour of a time', '198.51.100.7 - h [21/Nov/2026:0'],
    ['the seconds of a time', '198.51.100.7 - h [21/Nov/2026:01:55:4'],
    ['a duration', `${line('198.51.100.7').slice(0, -45)} rt=0.05`],
    ["an upstream's port", line('198.51.100.7').slice(0, -2)],
    ["a longer piece of an upstream's port", line('198.51.100.7').slice(0, -1)],
  ])('takes no digits of %s into the address', (_, torn) => {
    expect(find(torn + line('203.0.113.5'))).toBe(torn.length)
  })

  it('does not take a leading zero into the address', () => {
    const torn = '198.51.100.7 - h [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 rt=0.0'
    expect(find(`${torn}5.6.7.8${line('').slice(0)}`)).toBe(torn.length)
  })

  it('finds a line by the literal that the format opens with', () => {
    const format = formatOf('<$remote_addr> $status "$request"')
    expect(find('<::1> 101 "GET /< <203.0.113.5> 101 "GET / HTTP/1.1"', format, '<')).toBe('<::1> 101 "GET /< '.length)
  })

  it('finds a JSON line behind a torn one', () => {
    const format = formatOf(`log_format j escape=json '{"s":"$status","r":"$request"}';`)
    expect(find('{"s":"101","r":"GET {{"s":"101","r":"GET /"}', format, '{')).toBe('{"s":"101","r":"GET {'.length)
  })

  it.each([
    ['an empty line', ''],
    ['a torn line alone', line('203.0.113.5').slice(0, 80)],
    ['two torn lines', line('203.0.113.5').slice(0, 80).repeat(2)],
    ['no line at all', 'Segmentation fault'],
    ['addresses without a line', '10.0.0.1 10.0.0.2 ::1 unix: '],
    ['a line of someone who is no address', `torn${line('localhost')}`],
  ])('finds nothing in %s', (_, text) => {
    expect(find(text)).toBe(-1)
  })
})
