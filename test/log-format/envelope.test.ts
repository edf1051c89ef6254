import { describe, expect, it } from 'vitest'
import type { Envelope, Unwrapping } from '../../src/log-format/envelope/envelope.ts'
import { ENVELOPES } from '../../src/log-format/envelope/registry.ts'
import { MAX_LINE } from '../../src/log-format/reader.ts'
import { formatOf, knownFormat } from '../helpers/format.ts'
import { readLog } from '../helpers/parse.ts'

const LINE = '203.0.113.5 - h [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 rt=19.868 urt=19.868 ua="a" up="127.0.0.1:37249"'
const WS = knownFormat('ws')
const TIME = Date.UTC(2026, 10, 21, 1, 55, 44, 500)

const envelopeOf = (name: string): Envelope => ENVELOPES.get(name)!()
const unwrapWith = (envelope: Envelope, line: string): Unwrapping => {
  const bytes = Buffer.from(line)
  return envelope.unwrap(bytes, 0, bytes.length)
}
/** The inner line with its time and stream, or what came instead. */
const unwrap = (name: string, line: string): unknown => {
  const inner = unwrapWith(envelopeOf(name), line)
  return inner === undefined || inner === 'piece' ? inner : [inner.bytes.toString('utf8', inner.from, inner.end), inner.timeMs, inner.stream]
}
const docker = (log: string, stream = 'stdout'): string => JSON.stringify({ log, stream, time: '2026-11-21T01:55:44.500000000Z' })
const cri = (text: string, tag = 'F', stream = 'stdout'): string => `2026-11-21T01:55:44.500000000Z ${stream} ${tag} ${text}`

describe('the envelope docker', () => {
  it.each([
    ['a line', docker(`${LINE}\n`), [LINE, TIME, 'stdout']],
    ['a line of stderr', docker('2026/11/21 [error]\n', 'stderr'), ['2026/11/21 [error]', TIME, 'stderr']],
    ['quotes, backslashes and UTF-8', docker('"é\\x22"\n'), ['"é\\x22"', TIME, 'stdout']],
    ['other keys', `{"attrs":{"tag":"x"},${docker('a\n').slice(1)}`, ['a', TIME, 'stdout']],
    ['an empty line', docker('\n'), ['', TIME, 'stdout']],
    ['the CRLF of a container with a terminal', docker(`${LINE}\r\n`), [LINE, TIME, 'stdout']],
    ['no time', '{"log":"a\\n"}', ['a', Number.NaN, 'stdout']],
  ])('takes off %s', (_, text, inner) => {
    expect(unwrap('docker', text)).toEqual(inner)
  })

  it.each(['', LINE, '{"log":', '{}', '{"log":1}', '[]', 'null', '{"msec":"1795226144.169"}'])('is not around %j', (text) => {
    expect(unwrap('docker', text)).toBeUndefined()
  })
})

describe('the envelope cri', () => {
  it.each([
    ['a line', cri(LINE), [LINE, TIME, 'stdout']],
    ['a line of stderr', cri('2026/11/21 [error]', 'F', 'stderr'), ['2026/11/21 [error]', TIME, 'stderr']],
    ['further tags', cri(LINE, 'F:x'), [LINE, TIME, 'stdout']],
    ['an offset', cri(LINE).replace('01:55:44.500000000Z', '02:55:44.5+01:00'), [LINE, TIME, 'stdout']],
    ['an empty line', cri(''), ['', TIME, 'stdout']],
  ])('takes off %s', (_, text, inner) => {
    expect(unwrap('cri', text)).toEqual(inner)
  })

  it.each(['', LINE, `2026-11-21T01:55:44Z ${LINE}`, cri(LINE, 'X'), cri(LINE, 'F', 'stdlog')])('is not around %j', (text) => {
    expect(unwrap('cri', text)).toBeUndefined()
  })
})

describe('the envelope syslog', () => {
  it.each([
    ["nginx's own", `<190>Nov 21 00:30:20 vm ws: ${LINE}`],
    ["nginx's own with nohostname", `<190>Nov 21 00:30:20 wsnh: ${LINE}`],
    ['a day of one digit', `<190>Nov  1 00:30:20 vm nginx: ${LINE}`],
    ['stored by rsyslog', `Nov 21 00:30:20 vm nginx: ${LINE}`],
    ['a tag with a process id', `Nov 21 00:30:20 vm nginx[123]: ${LINE}`],
    ['a host with dots', `Nov 21 00:30:20 web-1.example.com nginx: ${LINE}`],
    ['a host that is an address', `Nov 21 00:30:20 10.0.0.1 nginx: ${LINE}`],
  ])('%s, without a year: no time', (_, text) => {
    expect(unwrap('syslog', text)).toEqual([LINE, Number.NaN, 'stdout'])
  })

  it.each([
    ['stored by rsyslog with its exact time', `2026-11-21T01:55:44.500000+00:00 vm nginx: ${LINE}`],
    ['stored with another zone', `2026-11-21T02:55:44.500+01:00 vm nginx[1]: ${LINE}`],
    ['RFC 5424', `<190>1 2026-11-21T01:55:44.500Z vm nginx 123 - - ${LINE}`],
    ['RFC 5424 with structured data', `<190>1 2026-11-21T01:55:44.500Z vm nginx - ID7 [a@1 b="c"][d@2 e="f"] ${LINE}`],
    ['RFC 5424 with a byte order mark', `<190>1 2026-11-21T01:55:44.500Z vm nginx - - - \u{FEFF}${LINE}`],
  ])('%s', (_, text) => {
    expect(unwrap('syslog', text)).toEqual([LINE, TIME, 'stdout'])
  })

  it.each(['', LINE, 'Nov 21 00:30:20', '<190>', '2026/11/21 00:30:20 [error] 1#1: *1 x: y'])('is not around %j', (text) => {
    expect(unwrap('syslog', text)).toBeUndefined()
  })
})

const long = LINE.replace('/ws', `/${'x'.repeat(40_000)}`)
const cut = (text: string): string[] => text.match(/[^]{1,16384}/g)!

/** The same line in pieces of 16 kB, as each runtime writes them. */
const IN_PIECES: Readonly<Record<string, (text: string, stream?: string) => string[]>> = {
  docker: (text, stream = 'stdout') => cut(`${text}\n`).map((piece) => docker(piece, stream)),
  cri: (text, stream = 'stdout') => cut(text).map((piece, index, all) => cri(piece, index === all.length - 1 ? 'F' : 'P', stream)),
}

describe.each(Object.keys(IN_PIECES))('%s: a long line in pieces', (name) => {
  const inPieces = IN_PIECES[name]!
  const read = (lines: readonly string[]): ReturnType<typeof readLog> => readLog(`${lines.join('\n')}\n`, { formats: [WS], envelope: envelopeOf(name) })

  it('is put together; each piece is a line that was read', () => {
    const log = read([...inPieces(LINE), ...inPieces(long), ...inPieces(LINE)])
    expect(log.counts).toMatchObject({ read: 5, parsed: 5, skipped: 0 })
    expect(log.records.map(({ text }) => text.request.length)).toEqual([16, 40_014, 16])
  })

  it('is not mixed with what the other stream writes meanwhile', () => {
    const [first, ...rest] = inPieces(long)
    const [error, ...errorRest] = inPieces('e'.repeat(20_000), 'stderr')
    const log = read([first!, error!, ...rest, ...errorRest])
    expect(log.records.map(({ text }) => text.request.length)).toEqual([40_014])
    expect(log.counts).toMatchObject({ read: 5, skipped: 0 })
    expect(log.counts.parsed + log.counts.filtered).toBe(5)
  })

  it('is skipped when its end never comes', () => {
    expect(read([...inPieces(LINE), ...inPieces(long).slice(0, -1)]).counts).toMatchObject({ read: 3, parsed: 1, skipped: 2 })
  })

  it('is skipped when it is longer than 1 MiB, and never passes with a hole in it', () => {
    const overlong = LINE.replace('ua="a"', `ua="${'a'.repeat(MAX_LINE)}"`)
    const log = read([...inPieces(overlong), ...inPieces(LINE)])
    expect(log.records.map(({ text }) => text.userAgent)).toEqual(['a'])
    expect(log.counts).toMatchObject({ read: inPieces(overlong).length + 1, parsed: 1, skipped: inPieces(overlong).length })
  })
})

describe('what an envelope knows', () => {
  it('stderr is the error log: neither parsed nor broken', () => {
    expect(readLog(`${docker('2026/11/21 01:55:44 [error] 1#1: *1 x\n', 'stderr')}\n`, { formats: [WS], envelope: envelopeOf('docker') }).counts)
      .toMatchObject({ read: 1, parsed: 0, skipped: 0, filtered: 1 })
  })

  it('its time stands in for the one that a format lacks, and only then', () => {
    const bare = formatOf('$remote_addr "$request" $status')
    expect(readLog(`${docker('::1 "GET / HTTP/1.1" 101\n')}\n`, { formats: [bare], envelope: envelopeOf('docker') }).records[0]!.number.time).toBe(TIME)
    expect(readLog(`${docker(`${LINE}\n`)}\n`, { formats: [WS], envelope: envelopeOf('docker') }).records[0]!.number.time).toBe(TIME - 500)
  })
})
