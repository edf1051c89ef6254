import { bytesOf, CR, LF } from './chars.ts'
import { type LogFormat, OPEN_MARKER } from './compile.ts'
import type { Envelope } from './envelope/envelope.ts'
import { Field } from './fields.ts'
import { findGluedLine } from './glue.ts'
import type { LineCounts, ReadTally } from './read-tally.ts'
import { AccessRecord, type LineParser } from './record.ts'

/** The longest line that is read, in bytes; nginx itself writes no more than some 64 kB. */
export const MAX_LINE = 1 << 20

/** Takes what was read. */
export interface RecordSink {
  /** One record, valid during the call. @returns false when a filter leaves it out. */
  record(record: AccessRecord): boolean
  /** A line that nginx cannot have written; the bytes are valid during the call. */
  skipped(line: SkippedLine): void
}

export interface SkippedLine {
  readonly bytes: Buffer
  readonly from: number
  readonly end: number
  /** Counted from 1. */
  readonly lineNumber: number
  /** `cut-off`: the file ends before the line does; `overlong`: longer than {@link MAX_LINE}, its bytes are gone. */
  readonly why: 'mismatch' | 'cut-off' | 'overlong'
}

const NOTHING = Buffer.alloc(0)
const OPENING = bytesOf(OPEN_MARKER)
/** Lines that are tried for a time at either end of a block. */
const MAX_PEEKS = 50

/** A format at work on one file: parsers remember the last minute, records the fields of their format. */
class Reading {
  readonly format: LogFormat
  readonly record: AccessRecord
  readonly opening: Uint8Array
  used = false
  #parser: LineParser | undefined

  constructor(format: LogFormat) {
    const [first] = format.tokens
    this.format = format
    this.record = new AccessRecord(format)
    this.opening = bytesOf(format.template !== undefined ? '{' : first?.kind === 'literal' ? first.text : '')
  }

  /** Made when a line is tried with it: most formats never are. */
  get parser(): LineParser {
    return (this.#parser ??= this.format.createParser())
  }
}

/**
 * Reads the lines of one log. The format that fitted last is tried first, the others when it fails:
 * a log changes its format in the middle when nginx is reloaded, or when two servers share a file. Open markers
 * stand between the other lines of a log: they are known by their first bytes, and change no order.
 */
export class LogReader {
  readonly counts: LineCounts = { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY
  #bytes = 0
  readonly #readings: Reading[]
  readonly #markers: readonly Reading[]
  readonly #envelope: Envelope | undefined
  readonly #sink: RecordSink
  #pieces = 0
  #isCutOff = false

  /** `formats`: the detected one first. */
  constructor({ formats, envelope, sink }: { formats: readonly LogFormat[]; envelope: Envelope | undefined; sink: RecordSink }) {
    this.#readings = formats.map((format) => new Reading(format))
    this.#markers = this.#readings.filter(({ format }) => format.isOpenMarker)
    this.#envelope = envelope
    this.#sink = sink
  }

  get tally(): ReadTally {
    const formats = this.#readings.filter(({ used }) => used).map(({ format }) => format.name)
    return { counts: this.counts, formats, bytes: this.#bytes, fromMs: this.#fromMs, toMs: this.#toMs }
  }

  /** Reads the lines in `[from, to)`; every one of them ends with a line feed inside that range. */
  readBlock(bytes: Buffer, from: number, to: number): void {
    this.#bytes += to - from
    const counts = this.counts
    const sink = this.#sink
    let at = from
    let reading = this.#readings[0]!
    while (at < to) {
      const lineEnd = bytes.indexOf(LF, at)
      const end = lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd
      if (end - at > MAX_LINE) {
        this.skipOverlong()
        at = lineEnd + 1
        continue
      }
      counts.read++
      if (this.#envelope === undefined && reading.parser.parse(bytes, at, end, reading.record)) {
        this.#cover(reading.record)
        if (sink.record(reading.record)) counts.parsed++
        else counts.filtered++
        reading.used = true
      } else {
        this.#readOther(bytes, at, end)
        reading = this.#readings[0]!
      }
      at = lineEnd + 1
    }
  }

  /** Times of the first and the last line within `[from, to)`, cut anywhere, that can be read; undefined when none near its ends can. */
  timesOf(bytes: Buffer, from: number, to: number): { fromMs: number; toMs: number } | undefined {
    let fromMs = Number.NaN
    for (let at = bytes.indexOf(LF, from) + 1, tries = 0; at > from && at < to && tries < MAX_PEEKS && Number.isNaN(fromMs); tries++) {
      const end = bytes.indexOf(LF, at)
      if (end < 0 || end >= to) break
      fromMs = this.#timeOf(bytes, at, end)
      at = end + 1
    }
    let toMs = Number.NaN
    for (let end = bytes.lastIndexOf(LF, to - 1), tries = 0; end > from && tries < MAX_PEEKS && Number.isNaN(toMs); tries++) {
      const before = bytes.lastIndexOf(LF, end - 1)
      if (before < from) break
      toMs = this.#timeOf(bytes, before + 1, end)
      end = before
    }
    if (Number.isNaN(fromMs) && Number.isNaN(toMs)) return undefined
    const [first, last] = [Number.isNaN(fromMs) ? toMs : fromMs, Number.isNaN(toMs) ? fromMs : toMs]
    // Lines may be out of order: buffered, or of several logs put into one.
    return { fromMs: Math.min(first, last), toMs: Math.max(first, last) }
  }

  #timeOf(bytes: Buffer, from: number, end: number): number {
    const inner = this.#envelope === undefined ? { bytes, from, end, timeMs: Number.NaN } : this.#envelope.unwrap(bytes, from, end)
    if (inner === undefined || inner === 'piece') return Number.NaN
    for (const { parser, record, format } of this.#readings) {
      if (parser.parse(inner.bytes, inner.from, inner.end, record)) return format.fields.has(Field.time) ? record.number[Field.time]! : inner.timeMs
    }
    return Number.NaN
  }

  /** Reads the last line of a file that ends without a line feed; `bytes` has one added. */
  readLast(bytes: Buffer): void {
    this.#isCutOff = true
    this.readBlock(bytes, 0, bytes.length)
    this.#bytes-- // the line feed that was added
    this.#isCutOff = false
  }

  /** Counts a line that was too long to be kept, and so is known by nothing but its place. */
  skipOverlong(bytes = 0): void {
    this.#bytes += bytes
    this.counts.read++
    this.counts.skipped++
    this.counts.overlong++
    this.#sink.skipped({ bytes: NOTHING, from: 0, end: 0, lineNumber: this.counts.read, why: 'overlong' })
  }

  #readOther(bytes: Buffer, from: number, end: number): void {
    const lines = 1 + this.#pieces
    if (this.#envelope === undefined) this.#settle(this.#readLine(bytes, from, end, Number.NaN), { bytes, from, end, lines, isErrorLog: false })
    else {
      const inner = this.#envelope.unwrap(bytes, from, end)
      if (inner === 'piece') {
        this.#pieces++
        return
      }
      this.#pieces = 0
      const kept = inner === undefined ? undefined : this.#readLine(inner.bytes, inner.from, inner.end, inner.timeMs)
      this.#settle(kept, { bytes, from, end, lines, isErrorLog: inner?.stream === 'stderr' })
    }
  }

  /** Pieces whose end never came: to be called once, after the last block. */
  end(): void {
    this.counts.skipped += this.#pieces
    this.#pieces = 0
  }

  #settle(kept: boolean | undefined, { bytes, from, end, lines, isErrorLog }: { bytes: Buffer; from: number; end: number; lines: number; isErrorLog: boolean }): void {
    if (kept === true) this.counts.parsed += lines
    // What a container wrote to stderr is nginx's error log: not an access line, and not a broken one.
    else if (kept === false || isErrorLog) this.counts.filtered += lines
    else {
      this.counts.skipped += lines
      this.#sink.skipped({ bytes, from, end, lineNumber: this.counts.read, why: this.#isCutOff ? 'cut-off' : 'mismatch' })
    }
  }

  /** True: kept, false: filtered, undefined: no line of any format. */
  #readLine(bytes: Buffer, from: number, end: number, timeMs: number): boolean | undefined {
    if (isOpenMarker(bytes, from, end)) {
      for (const marker of this.#markers) if (marker.parser.parse(bytes, from, end, marker.record)) return this.#take(marker, timeMs)
    }
    for (const [index, reading] of this.#readings.entries()) {
      if (!reading.parser.parse(bytes, from, end, reading.record)) continue
      if (index > 0) {
        this.#readings.splice(index, 1)
        this.#readings.unshift(reading)
      }
      return this.#take(reading, timeMs)
    }
    return this.#readGlued(bytes, from, end, timeMs)
  }

  #readGlued(bytes: Buffer, from: number, end: number, timeMs: number): boolean | undefined {
    const reading = this.#readings[0]!
    // With escape=none a client can write a whole line of nginx's into one of its own fields.
    if (reading.format.directive.escape === 'none') return undefined
    const at = findGluedLine(reading.parser, reading.opening, bytes, from, end, reading.record)
    if (at < 0) return undefined
    this.counts.glued++
    // On its own: parsers lean on the line feed behind a line.
    const before = reading.parser.parse(bytes.subarray(from, at), 0, at - from, reading.record) && this.#take(reading, timeMs)
    reading.parser.parse(bytes, at, end, reading.record)
    const behind = this.#take(reading, timeMs)
    return before || behind
  }

  #take(reading: Reading, timeMs: number): boolean {
    reading.used = true
    const { record, format } = reading
    if (!format.fields.has(Field.time)) record.number[Field.time] = timeMs
    this.#cover(record)
    return this.#sink.record(record)
  }

  #cover(record: AccessRecord): void {
    record.line = this.counts.read
    const timeMs = record.number[Field.time]!
    if (timeMs < this.#fromMs) this.#fromMs = timeMs
    if (timeMs > this.#toMs) this.#toMs = timeMs
  }
}

const isOpenMarker = (bytes: Buffer, from: number, end: number): boolean => end - from > OPENING.length && OPENING.every((byte, index) => bytes[from + index] === byte)
