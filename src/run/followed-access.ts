import type { BlockReader } from '../input/line-blocks.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { type Detection, detectFormat, isDetected, type NoFormat } from '../log-format/detect.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import type { ReadTally } from '../log-format/read-tally.ts'
import { LogReader, type RecordSink } from '../log-format/reader.ts'

export interface FollowedAccessOptions {
  readonly path: string
  /** Formats to recognise. */
  readonly formats: readonly LogFormat[]
  /** Gives the sink of this log's records, when a block of them is about to be read. */
  readonly sinkOf: (log: FollowedAccess) => RecordSink
  /** Called before a block is read, with the time of its last line, ms since the epoch; undefined: not known. */
  readonly beforeBlock: (toMs: number | undefined) => void
  /** The first lines of a log of which none stood there before; they are about to be read. */
  readonly onFirst: (log: FollowedAccess, sample: Buffer) => void
  /** No format fits what came. */
  readonly onUnknown: (path: string, why: NoFormat) => void
}

/** Lines of an access log that come little by little; their format is found when the first of them are there. */
export class FollowedAccess implements BlockReader {
  readonly path: string
  readonly #options: FollowedAccessOptions
  #reader: LogReader | undefined
  #detection: Detection | undefined

  constructor(options: FollowedAccessOptions) {
    this.path = options.path
    this.#options = options
  }

  /** Looks at lines that came before those to be read; nothing is counted of them. */
  look(sample: Buffer): void {
    if (sample.length === 0) return
    const detection = detectFormat(sample, this.#options.formats)
    if (isDetected(detection)) this.#detection = detection
  }

  get detection(): Detection | undefined {
    return this.#detection
  }

  /** The formats of lines read so far. */
  get formats(): readonly LogFormat[] {
    return this.tally.formats.map((name) => this.#options.formats.find((format) => format.name === name)!)
  }

  get tally(): ReadTally {
    return this.#reader?.tally ?? { counts: { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }, formats: [], bytes: 0, fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
  }

  readBlock(bytes: Buffer, from: number, to: number): void {
    const reader = this.#readerFor(bytes, from, to)
    this.#options.beforeBlock(reader.timesOf(bytes, from, to)?.toMs)
    // Tells which log the next records are of.
    this.#options.sinkOf(this)
    reader.readBlock(bytes, from, to)
  }

  readLast(bytes: Buffer): void {
    const reader = this.#readerFor(bytes, 0, bytes.length)
    this.#options.beforeBlock(undefined)
    this.#options.sinkOf(this)
    reader.readLast(bytes)
  }

  skipOverlong(bytes?: number): void {
    const reader = this.#readerFor(Buffer.alloc(0), 0, 0)
    this.#options.sinkOf(this)
    reader.skipOverlong(bytes)
  }

  end(): void {
    this.#reader?.end()
  }

  #readerFor(bytes: Buffer, from: number, to: number): LogReader {
    if (this.#reader !== undefined) return this.#reader
    const { formats } = this.#options
    if (this.#detection === undefined && to > from) {
      const detection = detectFormat(bytes.subarray(from, to), formats)
      if (isDetected(detection)) {
        this.#detection = detection
        this.#options.onFirst(this, bytes.subarray(from, to))
      } else this.#options.onUnknown(this.path, detection)
    }
    const detected = this.#detection?.formats ?? []
    const envelope = this.#detection?.envelope === undefined ? undefined : ENVELOPES.get(this.#detection.envelope)!()
    this.#reader = new LogReader({ formats: [...detected, ...formats.filter((format) => !detected.includes(format))], envelope, sink: this.#options.sinkOf(this) })
    return this.#reader
  }
}
