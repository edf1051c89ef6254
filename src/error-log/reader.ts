import { CR, LF } from '../log-format/chars.ts'
import type { Envelope } from '../log-format/envelope/envelope.ts'
import type { LineCounts, ReadTally } from '../log-format/read-tally.ts'
import { MAX_LINE, type SkippedLine } from '../log-format/reader.ts'
import { EntryParser, MAX_ENTRY } from './entry-parser.ts'
import { ErrorRecord } from './record.ts'

/** Takes what was read. */
export interface ErrorSink {
  /** One entry, valid during the call. */
  entry(record: ErrorRecord): void
  /** A line that belongs to no entry; the bytes are valid during the call. */
  skipped(line: SkippedLine): void
}

const NOTHING = Buffer.alloc(0)
const NEW_LINE = Buffer.of(LF)

/**
 * Reads the entries of one error log. An entry in which a client's bytes stand may go on over several lines: such
 * lines belong to it. A client can send a line that looks like an entry of its own (a broken PROXY protocol header
 * before nginx 1.23.2, a path with %0A in it): nothing tells that from a true one.
 */
export class ErrorLogReader {
  readonly counts: LineCounts = { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }
  readonly #envelope: Envelope | undefined
  readonly #sink: ErrorSink
  readonly #parser = new EntryParser()
  readonly #record = new ErrorRecord()
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY
  #bytes = 0
  #pieces = 0
  #isCutOff = false
  /** An entry that may go on, copied, its line feeds kept but the last; the lines of the file that it has so far. */
  #held: Buffer = NOTHING
  #heldLines = 0
  #heldStream = ''

  constructor({ envelope, sink }: { envelope: Envelope | undefined; sink: ErrorSink }) {
    this.#envelope = envelope
    this.#sink = sink
  }

  /** Times are of the wall clock: stamps read as if they were UTC. Whole once {@link end} has been called. */
  get tally(): ReadTally {
    return { counts: this.counts, formats: [], bytes: this.#bytes, fromMs: this.#fromMs, toMs: this.#toMs }
  }

  /** Bytes up to the end of the block that is being read. */
  get bytes(): number {
    return this.#bytes
  }

  /** Reads the lines in `[from, to)`; every one of them ends with a line feed inside that range. */
  readBlock(bytes: Buffer, from: number, to: number): void {
    this.#bytes += to - from
    for (let at = from; at < to; ) {
      const lineEnd = bytes.indexOf(LF, at)
      if (lineEnd - at > MAX_LINE) this.skipOverlong()
      else {
        this.counts.read++
        if (this.#envelope === undefined) this.#take(bytes, at, lineEnd, { lines: 1, stream: '' })
        else this.#unwrap(this.#envelope, bytes, at, lineEnd)
      }
      at = lineEnd + 1
    }
  }

  /** Reads the last line of a file that ends without a line feed; `bytes` has one added. */
  readLast(bytes: Buffer): void {
    this.#isCutOff = true
    this.readBlock(bytes, 0, bytes.length)
    this.#bytes-- // the line feed that was added
    this.#isCutOff = false
  }

  /** Counts a line that was too long to be kept: no entry is. */
  skipOverlong(bytes = 0): void {
    this.#release()
    this.#bytes += bytes
    this.counts.read++
    this.counts.skipped++
    this.counts.overlong++
    this.#sink.skipped({ bytes: NOTHING, from: 0, end: 0, lineNumber: this.counts.read, why: 'overlong' })
  }

  /** All that was written by now has been read: nginx writes an entry at once, so the last one is whole. */
  pause(): void {
    this.#release()
  }

  /** To be called once, after the last block: nothing goes on any more. */
  end(): void {
    this.#release()
    this.counts.skipped += this.#pieces
    this.#pieces = 0
  }

  #unwrap(envelope: Envelope, bytes: Buffer, from: number, lineEnd: number): void {
    const inner = envelope.unwrap(bytes, from, withoutCr(bytes, from, lineEnd))
    if (inner === 'piece') {
      this.#pieces++
      return
    }
    const lines = 1 + this.#pieces
    this.#pieces = 0
    // A line end inside an entry may have split it, the wrapper being around its first line only (syslog).
    if (inner === undefined) this.#take(bytes, from, lineEnd, { lines, stream: this.#heldStream })
    else this.#take(inner.bytes, inner.from, inner.end, { lines, stream: inner.stream })
  }

  /** One line of nginx's, `lineEnd` being that of its line feed; `stream`: where a wrapper says that it was written. */
  #take(bytes: Buffer, from: number, lineEnd: number, { lines, stream }: { lines: number; stream: string }): void {
    const record = this.#record
    const end = withoutCr(bytes, from, lineEnd)
    if (this.#parser.begin(bytes, from, end, record)) {
      if (this.#heldLines > 0) {
        this.#release()
        this.#parser.begin(bytes, from, end, record)
      }
      if (this.#parser.finish(bytes, from, end, record)) this.#emit(lines)
      else this.#hold(Buffer.from(bytes.subarray(from, lineEnd)), lines, stream)
      return
    }
    if (this.#heldLines > 0 && stream === this.#heldStream) {
      if (this.#held.length + 1 + lineEnd - from <= MAX_ENTRY) {
        this.#goOn(bytes.subarray(from, lineEnd), lines)
        return
      }
      this.#release()
    }
    // What a container wrote to stdout is another log: not an entry, and not a broken one.
    if (stream === 'stdout') this.counts.filtered += lines
    else {
      this.counts.skipped += lines
      this.#sink.skipped({ bytes, from, end, lineNumber: this.counts.read, why: this.#isCutOff ? 'cut-off' : 'mismatch' })
    }
  }

  #hold(entry: Buffer, lines: number, stream: string): void {
    this.#held = entry
    this.#heldLines = lines
    this.#heldStream = stream
  }

  #goOn(line: Buffer, lines: number): void {
    const entry = Buffer.concat([this.#held, NEW_LINE, line])
    this.#hold(entry, this.#heldLines + lines, this.#heldStream)
    if (this.#parseHeld()) this.#emitHeld()
  }

  /** The entry that was held is over. */
  #release(): void {
    if (this.#heldLines === 0) return
    this.#parseHeld()
    this.#emitHeld()
  }

  #parseHeld(): boolean {
    const end = withoutCr(this.#held, 0, this.#held.length)
    this.#parser.begin(this.#held, 0, end, this.#record)
    return this.#parser.finish(this.#held, 0, end, this.#record)
  }

  #emitHeld(): void {
    const lines = this.#heldLines
    this.#heldLines = 0
    this.#heldStream = ''
    this.#emit(lines)
    this.#held = NOTHING
  }

  #emit(lines: number): void {
    const { stampMs } = this.#record
    if (stampMs < this.#fromMs) this.#fromMs = stampMs
    if (stampMs > this.#toMs) this.#toMs = stampMs
    this.counts.parsed += lines
    this.#sink.entry(this.#record)
  }
}

/** The end of the line without the CR that may stand before its line feed. */
const withoutCr = (bytes: Buffer, from: number, lineEnd: number): number => (lineEnd > from && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd)
