import type { LogFormat } from '../../src/log-format/compile.ts'
import type { Envelope } from '../../src/log-format/envelope/envelope.ts'
import { Field } from '../../src/log-format/fields.ts'
import type { LineCounts } from '../../src/log-format/read-tally.ts'
import { LogReader, type SkippedLine } from '../../src/log-format/reader.ts'
import { AccessRecord } from '../../src/log-format/record.ts'

/** What a line says, copied out of the record: the text of text fields (latin1), the numbers of all others. */
export interface ParsedLine {
  readonly text: Readonly<Record<keyof typeof Field, string>>
  readonly number: Readonly<Record<keyof typeof Field, number>>
  readonly offsetMinutes: number
}

const NAMES = Object.keys(Field) as (keyof typeof Field)[]

/**
 * One line through the compiled parser; undefined when it is refused. Digits, quotes and brackets stand before
 * and behind it, so that a parser which reads past the line's ends is found out.
 */
export const parseLine = (format: LogFormat, line: string | Buffer): ParsedLine | undefined => {
  const before = Buffer.from('9 "]\n')
  const bytes = Buffer.concat([before, typeof line === 'string' ? Buffer.from(line, 'latin1') : line, Buffer.from('\n000000.000"] ", : - "9')])
  const record = new AccessRecord(format)
  const isParsed = format.createParser().parse(bytes, before.length, bytes.indexOf('\n000000.000"'), record)
  return isParsed ? copyOf(record) : undefined
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
