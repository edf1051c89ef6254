import { describe, expect, it } from 'vitest'
import { LineBlocks } from '../../src/input/line-blocks.ts'
import { Field } from '../../src/log-format/fields.ts'
import type { LineCounts } from '../../src/log-format/read-tally.ts'
import { LogReader, MAX_LINE, type SkippedLine } from '../../src/log-format/reader.ts'
import { knownFormat } from '../helpers/format.ts'
import { wsLine } from '../helpers/ws-line.ts'

const FORMAT = knownFormat('ws')
const NUMBERS = [Field.status, Field.time, Field.bodyBytes, Field.requestTime, Field.upstreamTime]

interface Read {
  readonly counts: LineCounts
  readonly bytes: number
  /** The end of each record, ms since the epoch, and its bytes. */
  readonly records: readonly string[]
  readonly skipped: readonly { readonly lineNumber: number; readonly why: SkippedLine['why']; readonly text: string }[]
}

/** Reads `chunks` one after the other through one buffer, as a file is read. */
const read = (chunks: readonly Buffer[]): Read => {
  const records: string[] = []
  const skipped: Read['skipped'][number][] = []
  const reader = new LogReader({
    formats: [FORMAT],
    envelope: undefined,
    sink: {
      record: ({ bytes, from, to, number }) => {
        records.push(`${NUMBERS.map((field) => number[field]).join(' ')} ${Array.from(from, (start, field) => bytes.toString('latin1', start, to[field])).join('|')}`)
        return true
      },
      skipped: ({ bytes, from, end, lineNumber, why }) => void skipped.push({ lineNumber, why, text: bytes.toString('latin1', from, Math.min(end, from + 200)) }),
    },
  })
  const blocks = new LineBlocks(reader)
  const buffer = LineBlocks.allocate(Math.max(1, ...chunks.map(({ length }) => length)))
  for (const chunk of chunks) {
    buffer.fill(0x58) // what is left from before must not matter
    chunk.copy(buffer, LineBlocks.dataFrom)
    blocks.take(buffer, chunk.length)
  }
  blocks.end()
  return { counts: reader.counts, bytes: reader.tally.bytes, records, skipped }
}

const cut = (bytes: Buffer, size: number): Buffer[] => Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

const TWO = wsLine({ target: '/ws/a' }) + wsLine({ target: '/ws/b', status: 502, upstream: '10.0.0.1:80, 10.0.0.2:80' })

const LOGS: readonly [string, string, Partial<LineCounts>][] = [
  ['two lines', TWO, { read: 2, parsed: 2 }],
  ['no line feed at the end', TWO.slice(0, -1), { read: 2, parsed: 2 }],
  ['CRLF', TWO.replaceAll('\n', '\r\n'), { read: 2, parsed: 2 }],
  ['CRLF and no line feed at the end', TWO.replaceAll('\n', '\r\n').slice(0, -1), { read: 2, parsed: 2 }],
  ['CRLF and neither at the end', TWO.replaceAll('\n', '\r\n').slice(0, -2), { read: 2, parsed: 2 }],
  ['empty lines', `\n${TWO}\n\n`, { read: 5, parsed: 2, skipped: 3 }],
  ['a torn line', `${wsLine().slice(0, 40)}\n${TWO}`, { read: 3, parsed: 2, skipped: 1 }],
  ['a last line cut off', TWO.slice(0, -60), { read: 2, parsed: 1, skipped: 1 }],
  ['a line feed alone', '\n', { read: 1, parsed: 0, skipped: 1 }],
  ['nothing', '', { read: 0, parsed: 0, skipped: 0 }],
]

describe('where a log is cut into chunks does not matter', () => {
  it.each(LOGS)('%s: at every position', (_, text, counts) => {
    const bytes = Buffer.from(text, 'latin1')
    const whole = read([bytes])
    expect(whole.counts).toMatchObject(counts)
    for (let at = 0; at <= bytes.length; at++) expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(whole)
  })

  it.each(LOGS)('%s: byte by byte, and in chunks of 2 to 64', (_, text) => {
    const bytes = Buffer.from(text, 'latin1')
    const whole = read([bytes])
    for (const size of [1, 2, 3, 7, 64]) expect(read(cut(bytes, size)), `chunks of ${size}`).toEqual(whole)
  })

  it.each(LOGS)('%s: read = parsed + skipped + filtered, and every byte is counted once', (_, text) => {
    const { counts, bytes } = read([Buffer.from(text, 'latin1')])
    expect(counts.parsed + counts.skipped + counts.filtered).toBe(counts.read)
    expect(bytes).toBe(text.length)
  })
})

/** A line of `length` bytes, its line end not included. */
const lineOf = (length: number): string => wsLine({ userAgent: 'x'.repeat(length - wsLine({ userAgent: '' }).length + 1) }).slice(0, -1)

describe('a line over 1 MiB is counted and let go, wherever it is cut', () => {
  const sizes = [1 << 16, 1 << 19, (1 << 19) + 1, 1 << 20]
  it.each([
    ['just 1 MiB', MAX_LINE, '\n', { parsed: 3, skipped: 0, overlong: 0 }],
    ['just 1 MiB, CRLF', MAX_LINE, '\r\n', { parsed: 3, skipped: 0, overlong: 0 }],
    ['one byte more', MAX_LINE + 1, '\n', { parsed: 2, skipped: 1, overlong: 1 }],
    ['one byte more, CRLF', MAX_LINE + 1, '\r\n', { parsed: 2, skipped: 1, overlong: 1 }],
    ['three times as much', 3 * MAX_LINE, '\n', { parsed: 2, skipped: 1, overlong: 1 }],
  ])('%s', (_, length, lineEnd, counts) => {
    const bytes = Buffer.from(`${wsLine()}${lineOf(length)}${lineEnd}${wsLine()}`, 'latin1')
    for (const size of sizes) {
      const result = read(cut(bytes, size))
      expect(result.counts, `chunks of ${size}`).toMatchObject({ read: 3, ...counts })
      expect(result.bytes, `bytes in chunks of ${size}`).toBe(bytes.length)
    }
    const tail = wsLine().length
    // The line end may fall to either side of a cut.
    for (let at = bytes.length - tail - 3; at <= bytes.length - tail; at++) {
      const chunks = [...cut(bytes.subarray(0, at), 1 << 19), bytes.subarray(at)]
      expect(read(chunks).counts, `cut at ${at - bytes.length}`).toMatchObject({ read: 3, ...counts })
    }
  })

  it('two of them in a row, the second one the last of the log', () => {
    const bytes = Buffer.from(`${lineOf(MAX_LINE + 9)}\n${wsLine()}${lineOf(MAX_LINE + 9)}`, 'latin1')
    const { counts, skipped } = read(cut(bytes, 1 << 19))
    expect(counts).toMatchObject({ read: 3, parsed: 1, skipped: 2, overlong: 2 })
    expect(skipped.map(({ lineNumber, why }) => ({ lineNumber, why }))).toEqual([{ lineNumber: 1, why: 'overlong' }, { lineNumber: 3, why: 'overlong' }])
  })

  it('5 MB without a line feed are one line', () => {
    const { counts } = read(cut(Buffer.alloc(5_000_000, 0x61), 1 << 19))
    expect(counts).toMatchObject({ read: 1, parsed: 0, skipped: 1, overlong: 1 })
  })
})
