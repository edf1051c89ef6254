import { describe, expect, it } from 'vitest'
import { createDockerEnvelope } from '../../src/log-format/envelope/docker.ts'
import type { LineCounts } from '../../src/log-format/read-tally.ts'
import { LogReader, MAX_LINE } from '../../src/log-format/reader.ts'
import { formatOf, knownFormat } from '../helpers/format.ts'
import { readLog } from '../helpers/parse.ts'
import { Seeded } from '../helpers/seeded.ts'

const WS = knownFormat('ws')
const PLUS = knownFormat('ws_plus')
const COMBINED = knownFormat('combined')
const JSON_FORMAT = knownFormat('ws_json')

const ws = (client = '203.0.113.5', second = '44'): string => `${client} - h [21/Nov/2026:01:55:${second} +0000] "GET /ws HTTP/1.1" 101 4 rt=19.868 urt=19.868 ua="a" up="127.0.0.1:37249"`
const plus = (client = '203.0.113.5'): string => `${ws(client)} cid=25 creq=1 pid=4434 ms=1795226144.169 us=101 uct=0.000 uht=0.001 ubs=308 ubr=133 upg="websocket" rc="OK" rid=9fe7a782 act=62`
const combined = (client = '203.0.113.5'): string => `${client} - - [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 "-" "agent"`
const json = '{"msec":"1795226144.169","status":"101","request":"GET /ws HTTP/1.1"}'

const NONE: LineCounts = { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }
const clients = (log: ReturnType<typeof readLog>): string[] => log.records.map(({ text }) => text.client)

describe('LogReader', () => {
  it('counts what it reads', () => {
    const log = readLog(`${ws()}\nno line\n${ws('::1')}\n\n`, { formats: [WS], keep: ({ text }) => text.client !== '::1' })
    expect(log.counts).toEqual({ ...NONE, read: 4, parsed: 1, skipped: 2, filtered: 1 })
    expect(log.skipped).toEqual([{ lineNumber: 2, why: 'mismatch' }, { lineNumber: 4, why: 'mismatch' }])
  })

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['CRLF', `${ws()}\r\n${ws()}\r\n`],
    ['a lone CR', '\r\n'],
  ])('reads %s', (_, text) => {
    const { counts } = readLog(text, { formats: [WS] })
    expect(counts).toMatchObject({ parsed: text.split(' - ').length - 1, read: text.split('\n').length - 1 })
  })

  it('takes only one CR before the line feed', () => {
    expect(readLog(`${ws()}\r\r\n`, { formats: [WS] }).counts).toMatchObject({ parsed: 0, skipped: 1 })
  })

  it('covers the time from the first to the last line, in the order of time', () => {
    const { reader } = readLog(`${ws('::1', '20')}\n${ws('::1', '50')}\n${ws('::1', '10')}\n`, { formats: [WS] })
    expect([reader.tally.fromMs, reader.tally.toMs]).toEqual([Date.UTC(2026, 10, 21, 1, 55, 10), Date.UTC(2026, 10, 21, 1, 55, 50)])
  })

  it('reads a last line that is whole but for its line feed', () => {
    expect(readLog(`${ws()}\n${ws()}`, { formats: [WS] }).counts).toEqual({ ...NONE, read: 2, parsed: 2 })
  })

  it('counts a partial last line as skipped, and says why', () => {
    const log = readLog(`${ws()}\n${ws().slice(0, 60)}`, { formats: [WS] })
    expect(log.counts).toEqual({ ...NONE, read: 2, parsed: 1, skipped: 1 })
    expect(log.skipped).toEqual([{ lineNumber: 2, why: 'cut-off' }])
  })

  it('counts a line over 1 MiB as skipped, and reads on', () => {
    const long = ws().replace('ua="a"', `ua="${'a'.repeat(MAX_LINE)}"`)
    const log = readLog(`${ws()}\n${long}\n${ws()}\n`, { formats: [WS] })
    expect(log.counts).toEqual({ ...NONE, read: 3, parsed: 2, skipped: 1, overlong: 1 })
    expect(log.skipped).toEqual([{ lineNumber: 2, why: 'overlong' }])
  })

  it('reads a line of exactly 1 MiB', () => {
    const long = ws().replace('ua="a"', `ua="${'a'.repeat(MAX_LINE - ws().length + 1)}"`)
    expect(long.length).toBe(MAX_LINE)
    expect(readLog(`${long}\n`, { formats: [WS] }).counts).toMatchObject({ parsed: 1, overlong: 0 })
  })

  it('reads a line of 64 kB between two others', () => {
    const long = ws().replace('/ws', `/${'\\xFF'.repeat(16_000)}`)
    expect(readLog(`${ws()}\n${long}\n${ws()}\n`, { formats: [WS] }).counts).toMatchObject({ parsed: 3 })
  })

  it('keeps nothing of the last line when values are missing', () => {
    const log = readLog(`${json.replace('{', '{"remote_addr":"::1",')}\n${json}\n`, { formats: [JSON_FORMAT] })
    expect(clients(log)).toEqual(['::1', ''])
  })
})

describe('glued lines', () => {
  it.each([
    ['ws', WS, ws('198.51.100.7').slice(0, 50), ws()],
    ['ws, torn in a quoted value', WS, ws('198.51.100.7').slice(0, 60), ws()],
    ['ws_plus', PLUS, plus('198.51.100.7').slice(0, -20), plus()],
    ['combined, torn behind the first quote', COMBINED, combined('198.51.100.7').slice(0, 55), combined()],
  ])('%s: the whole line behind a torn one is read, as its own client', (_, format, torn, whole) => {
    const log = readLog(`${torn}${whole}\n`, { formats: [format] })
    expect(clients(log)).toEqual(['203.0.113.5'])
    expect(log.counts).toEqual({ ...NONE, read: 1, parsed: 1, glued: 1 })
  })

  it.each([
    ['ws', WS, ws],
    ['combined', COMBINED, combined],
    ['ws_plus, which ends with a number', PLUS, plus],
  ])('%s: two whole lines without a line feed between them are both read', (_, format, line) => {
    const log = readLog(`${line('198.51.100.7')}${line('203.0.113.5')}\n`, { formats: [format] })
    expect(clients(log)).toEqual(['198.51.100.7', '203.0.113.5'])
    expect(log.counts).toMatchObject({ read: 1, parsed: 1, skipped: 0, glued: 1 })
  })

  it('JSON: torn and whole, two whole', () => {
    expect(readLog(`${json.slice(0, 40)}${json}\n`, { formats: [JSON_FORMAT] })).toMatchObject({ counts: { parsed: 1, glued: 1 }, records: { length: 1 } })
    expect(readLog(`${json}${json}\n`, { formats: [JSON_FORMAT] })).toMatchObject({ counts: { parsed: 1, glued: 1 }, records: { length: 2 } })
  })

  it('are not looked for with escape=none, where a client can write whole lines into its own values', () => {
    const format = formatOf(`log_format n escape=none '$remote_addr [$time_local] "$request" $status';`)
    const line = '203.0.113.5 [21/Nov/2026:01:55:44 +0000] "GET / HTTP/1.1" 101'
    expect(readLog(`torn ${line}\n`, { formats: [format] }).counts).toMatchObject({ parsed: 0, skipped: 1, glued: 0 })
  })

  it('cannot be forged from within a value: its quotes are escaped', () => {
    const forged = ws('198.51.100.7').replace('ua="a"', `ua="${ws('203.0.113.66').replaceAll('"', String.raw`\x22`)}"`)
    expect(clients(readLog(`${forged}\n`, { formats: [WS] }))).toEqual(['198.51.100.7'])
  })
})

describe('a log that changes its format in the middle', () => {
  it('is read with each in turn', () => {
    const log = readLog(`${ws()}\n${ws()}\n${combined()}\n${combined()}\n${json}\n${ws()}\n`, { formats: [WS, COMBINED, JSON_FORMAT] })
    expect(log.counts).toEqual({ ...NONE, read: 6, parsed: 6 })
    expect(log.reader.tally.formats).toEqual(['ws', 'ws_json', 'combined'])
  })

  it('names only the formats that were used', () => {
    expect(readLog(`${ws()}\n`, { formats: [WS, COMBINED] }).reader.tally.formats).toEqual(['ws'])
  })
})

describe('read = parsed + skipped + filtered', () => {
  const pieces = [ws(), ws('::1'), combined(), json, '', 'no line', ws().slice(0, 70), `${ws().slice(0, 70)}${ws()}`, `${ws()}${ws('::1')}`, '\0\u00FF"']

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('whatever a file holds (seed %d)', (seed) => {
    const seeded = new Seeded(seed)
    const random = (): number => seeded.next()
    const lines = Array.from({ length: 300 }, () => pieces[Math.floor(random() * pieces.length)]! + (random() < 0.2 ? '\r' : ''))
    const { counts, skipped, records } = readLog(lines.join('\n') + (seed % 2 === 0 ? '\n' : ''), { formats: [WS, COMBINED, JSON_FORMAT], keep: () => random() < 0.7 })
    expect(counts.parsed + counts.skipped + counts.filtered).toBe(counts.read)
    expect(counts.skipped).toBe(skipped.length)
    expect(records.length).toBeGreaterThanOrEqual(counts.parsed + counts.filtered)
  })

  it.each([1, 2, 3, 4])('in an envelope with pieces, error lines and garbage too (seed %d)', (seed) => {
    const seeded = new Seeded(seed)
    const random = (): number => seeded.next()
    const entry = (log: string, stream: string): string => JSON.stringify({ log, stream, time: '2026-11-21T01:55:44.5Z' })
    const choices = [entry(`${ws()}\n`, 'stdout'), entry(ws().slice(0, 50), 'stdout'), entry(`${ws().slice(50)}\n`, 'stdout'), entry('[error] x\n', 'stderr'), entry('[error] ', 'stderr'), 'garbage', '{"log":']
    const lines = Array.from({ length: 300 }, () => choices[Math.floor(random() * choices.length)]!)
    const { counts } = readLog(`${lines.join('\n')}\n`, { formats: [WS], envelope: createDockerEnvelope(), keep: () => random() < 0.7 })
    expect(counts.read).toBe(300)
    expect(counts.parsed + counts.skipped + counts.filtered).toBe(counts.read)
  })
})

describe('what a reader tells of a log', () => {
  it('is its bytes, and the times of its lines whatever their order', () => {
    const log = `${ws('::1', '20')}\r\n${combined()}\n${ws('::1', '10')}\nno line\n${ws('::1', '30')}`
    expect(readLog(log, { formats: [WS, COMBINED] }).reader.tally).toMatchObject({ bytes: log.length, fromMs: Date.UTC(2026, 10, 21, 1, 55, 10), toMs: Date.UTC(2026, 10, 21, 1, 55, 44) })
  })

  it('has the bytes of lines that were too long to be kept', () => {
    const { reader } = readLog(`${ws()}\n`, { formats: [WS] })
    const before = reader.tally.bytes
    reader.skipOverlong(5_000_000)
    expect(reader.tally.bytes).toBe(before + 5_000_000)
  })

  it('is filtered what a filter leaves out, in any of its formats, glued or not', () => {
    const keep = (): boolean => false
    expect(readLog(`${ws()}\n${combined()}\n`, { formats: [WS, COMBINED], keep }).counts).toEqual({ ...NONE, read: 2, filtered: 2 })
    expect(readLog(`${ws()}${ws('::1')}\n`, { formats: [WS], keep }).counts).toEqual({ ...NONE, read: 1, filtered: 1, glued: 1 })
    const keepsOne = ({ text }: { readonly text: { readonly client: string } }): boolean => text.client === '::1'
    expect(readLog(`${ws()}${ws('::1')}\n`, { formats: [WS], keep: keepsOne }).counts).toMatchObject({ parsed: 1, filtered: 0 })
    expect(readLog(`${ws('::1')}${ws()}\n`, { formats: [WS], keep: keepsOne }).counts).toMatchObject({ parsed: 1, filtered: 0 })
  })

  it('is cut off only at the end of a file, not where it grew later', () => {
    const why: string[] = []
    const reader = new LogReader({ formats: [WS], envelope: undefined, sink: { record: () => true, skipped: (line) => why.push(line.why) } })
    const broken = Buffer.from('broken\n')
    reader.readLast(broken)
    reader.readBlock(broken, 0, broken.length)
    expect(why).toEqual(['cut-off', 'mismatch'])
  })

  it('is the same where the quote that a value lacks is far away, again and again', () => {
    // Each begins a value and does not end it, before much that holds no quote.
    const torn = `${ws().slice(0, 60)}\n${'x'.repeat(20_000)}\n`
    const log = readLog(`${torn.repeat(30)}${ws()}\n${ws('::1').replace('ua="a"', 'ua="a"b"')}\n${ws().slice(0, 60)}\n${ws('::2')}\n`, { formats: [WS] })
    expect(clients(log)).toEqual(['203.0.113.5', '::2'])
    expect(log.counts).toMatchObject({ read: 64, parsed: 2, skipped: 62 })
  })
})

describe('the times of a block that is cut anywhere', () => {
  const AT = Date.UTC(2026, 10, 21, 1, 55)
  const timesIn = (text: string, { formats = [WS], envelope }: Partial<Pick<ConstructorParameters<typeof LogReader>[0], 'formats' | 'envelope'>> = {}) => {
    const reader = new LogReader({ formats, envelope, sink: { record: () => true, skipped: () => {} } })
    const bytes = Buffer.from(`before\n${text}after\n`)
    const times = reader.timesOf(bytes, 7, bytes.length - 6)
    expect(reader.counts).toEqual(NONE)
    return times && [(times.fromMs - AT) / 1000, (times.toMs - AT) / 1000]
  }

  it.each<[string, string, [number, number] | undefined]>([
    ['nothing', '', undefined],
    ['one line: it may be the end of a longer one', `${ws('::1', '10')}\n`, undefined],
    ['a line behind the first line feed', `x\n${ws('::1', '10')}\n`, [10, 10]],
    ['several', `x\n${ws('::1', '10')}\n${ws('::1', '15')}\n${ws('::1', '20')}\n`, [10, 20]],
    ['out of order', `x\n${ws('::1', '20')}\n${ws('::1', '10')}\n`, [10, 20]],
    ['a last line without its line feed', `x\n${ws('::1', '10')}\n${ws('::1', '20')}`, [10, 10]],
    ['broken lines around', `x\ny\n${ws('::1', '10')}\n${ws('::1', '20')}\nz\n`, [10, 20]],
    ['broken lines alone', 'x\ny\nz\n', undefined],
    ['more broken lines at the beginning than are looked at', `x\n${'y\n'.repeat(1000)}${ws('::1', '20')}\n`, [20, 20]],
    ['more broken lines at the end', `x\n${ws('::1', '20')}\n${'y\n'.repeat(1000)}`, [20, 20]],
  ])('%s', (_, text, expected) => {
    expect(timesIn(text)).toEqual(expected)
  })

  it('are not those of a line whose end, or whose beginning, is in the next block', () => {
    const reader = new LogReader({ formats: [WS], envelope: undefined, sink: { record: () => true, skipped: () => {} } })
    const [first, second, third] = [ws('::1', '10'), ws('::1', '20'), ws('::1', '30')]
    const bytes = Buffer.from(`${first}\n${second}\n${third}\n`)
    const secondAt = first.length + 1
    const thirdAt = secondAt + second.length + 1
    const times = (from: number, to: number): (number | undefined)[] => {
      const found = reader.timesOf(bytes, from, to)
      return [found?.fromMs, found?.toMs].map((ms) => ms && (ms - AT) / 1000)
    }
    expect(times(secondAt - 1, thirdAt), 'from one line feed to the other').toEqual([20, 20])
    expect(times(secondAt - 1, thirdAt - 1), 'without the second').toEqual([undefined, undefined])
    expect(times(secondAt, thirdAt), 'without the first').toEqual([undefined, undefined])
    expect(times(5, thirdAt + 5)).toEqual([20, 20])
    expect(times(5, bytes.length)).toEqual([20, 30])
    expect(times(thirdAt + 1, bytes.length)).toEqual([undefined, undefined])
  })

  it('are read in any of the formats, and inside of an envelope', () => {
    expect(timesIn(`x\n${ws('::1', '10')}\n${combined()}\n`, { formats: [WS, COMBINED] })).toEqual([10, 44])
    const docker = (line: string): string => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-21T01:55:59.5Z' })
    expect(timesIn(`x\n${docker(ws('::1', '10'))}\n${docker(ws('::1', '20'))}\n{"no":"line"}\n`, { envelope: createDockerEnvelope() })).toEqual([10, 20])
    const untimed = formatOf('$remote_addr "$request" $status')
    expect(timesIn(`x\n${docker('::1 "GET / HTTP/1.1" 101')}\n`, { formats: [untimed], envelope: createDockerEnvelope() })).toEqual([59.5, 59.5])
  })
})
