import type { LogFormat } from '../../src/log-format/compile.ts'
import type { Envelope } from '../../src/log-format/envelope/envelope.ts'
import { Field, type Shape, variableOf } from '../../src/log-format/fields.ts'
import type { LineCounts } from '../../src/log-format/read-tally.ts'
import { LogReader, type SkippedLine } from '../../src/log-format/reader.ts'
import { AccessRecord, type LineParser } from '../../src/log-format/record.ts'

/** What a line says, copied out of the record: the text of text fields (latin1), the numbers of all others. */
export interface ParsedLine {
  readonly text: Readonly<Record<keyof typeof Field, string>>
  readonly number: Readonly<Record<keyof typeof Field, number>>
  readonly offsetMinutes: number
}

const NAMES = Object.keys(Field) as (keyof typeof Field)[]

/**
 * One line through the compiled parser; undefined when it is refused. One of a JSON format is read by key and by straight-line code, which must agree. Digits, quotes and brackets stand before
 * and behind it, so that a parser which reads past the line's ends is found out.
 */
export const parseLine = (format: LogFormat, line: string | Buffer): ParsedLine | undefined => {
  const before = Buffer.from('9 "]\n')
  const bytes = Buffer.concat([before, typeof line === 'string' ? Buffer.from(line, 'latin1') : line, Buffer.from('\n000000.000"] ", : - "9')])
  const read = (parser: LineParser): ParsedLine | undefined => {
    const record = new AccessRecord(format)
    return parser.parse(bytes, before.length, bytes.indexOf('\n000000.000"'), record) ? copyOf(record) : undefined
  }
  const parsed = read(format.createParser())
  if (format.template !== undefined) {
    const again = read(warmParser(format))
    if (figuresOf(format, again) !== figuresOf(format, parsed)) throw new Error(`straight-line code reads ${figuresOf(format, again)}, by key it is ${figuresOf(format, parsed)}: ${bytes.toString('latin1')}`)
  }
  return parsed
}

const SAMPLES: Readonly<Record<Shape, string>> = {
  text: 'x', word: 'x', list: 'x', integer: '1', status: '101', seconds: '0.001', secondsList: '0.001',
  timeLocal: '20/Nov/2026:12:00:00 +0000', timeIso: '2026-11-20T12:00:00+00:00', epoch: '1795132800.442',
}

/** A JSON parser that has read a line as nginx writes them: it has its straight-line code, and tries it first. */
const warmParser = (format: LogFormat): LineParser => {
  const line = Buffer.from(`${format.tokens.map((token) => (token.kind === 'literal' ? token.text : SAMPLES[variableOf(token.name).shape])).join('')}\n`)
  const parser = format.createParser()
  // Of a format that holds its own keys twice, or numbers without quotes that may be words, it may be no line.
  parser.parse(line, 0, line.length - 1, new AccessRecord(format))
  return parser
}

/** Of a text where it stands, of a number what it is. */
const figuresOf = ({ template }: LogFormat, line: ParsedLine | undefined): string => {
  const isText = (name: keyof typeof Field): boolean => [...template!.values()].some((variable) => variableOf(variable).field === Field[name] && ['text', 'word', 'list'].includes(variableOf(variable).shape))
  return line === undefined ? 'no line' : JSON.stringify([NAMES.map((name) => [line.number[name], isText(name) ? line.text[name] : '']), line.offsetMinutes])
}

const copyOf = (record: AccessRecord): ParsedLine => ({
  text: Object.fromEntries(NAMES.map((name) => [name, record.bytes.toString('latin1', record.from[Field[name]], record.to[Field[name]])])) as ParsedLine['text'],
  number: Object.fromEntries(NAMES.map((name) => [name, record.number[Field[name]]])) as ParsedLine['number'],
  offsetMinutes: record.offsetMinutes,
})

export interface ReadLog {
  readonly reader: LogReader
  readonly counts: LineCounts
  readonly records: readonly ParsedLine[]
  readonly skipped: readonly { readonly lineNumber: number; readonly why: SkippedLine['why'] }[]
}

/** A whole log through a reader, in one block; a last line without a line feed is read as the file's cut-off end. */
export const readLog = (log: string | Buffer, { formats, envelope, keep = () => true }: { formats: readonly LogFormat[]; envelope?: Envelope; keep?: (line: ParsedLine) => boolean }): ReadLog => {
  const records: ParsedLine[] = []
  const skipped: ReadLog['skipped'][number][] = []
  const reader = new LogReader({
    formats,
    envelope,
    sink: {
      record: (record) => {
        const line = copyOf(record)
        records.push(line)
        return keep(line)
      },
      skipped: ({ lineNumber, why }) => skipped.push({ lineNumber, why }),
    },
  })
  const bytes = typeof log === 'string' ? Buffer.from(log, 'latin1') : log
  const whole = bytes.lastIndexOf(10) + 1
  if (whole > 0) reader.readBlock(bytes, 0, whole)
  if (whole < bytes.length) reader.readLast(Buffer.concat([bytes.subarray(whole), Buffer.of(10)]))
  reader.end()
  return { reader, counts: reader.counts, records, skipped }
}
