import type { Escape } from './directive.ts'
import { Field, FIELD_COUNT } from './fields.ts'

/** `number` of a field that the line leaves unset (`-`, or empty in JSON). All real values are >= 0. */
export const UNSET = -1

/** What a record takes over from its format. */
interface RecordFormat {
  readonly fields: ReadonlySet<Field>
  readonly directive: { readonly escape: Escape }
  readonly isOpenMarker: boolean
  readonly clockStepMs: number
}

/**
 * The one record that a parser fills again for every line: byte ranges into `bytes`, never copies.
 * Valid until the next line is parsed. `number` is in the field's own unit: milliseconds for times and
 * durations, bytes for sizes, the code for the status.
 */
export class AccessRecord {
  bytes: Buffer = Buffer.alloc(0)
  /** The same bytes, to be read four at a time. */
  view: DataView = new DataView(new ArrayBuffer(0))
  readonly from = new Int32Array(FIELD_COUNT)
  readonly to = new Int32Array(FIELD_COUNT)
  readonly number = new Float64Array(FIELD_COUNT)
  /** UTC offset that a clock of the line showed, in minutes; NaN where none shows one (`$msec` alone). */
  offsetMinutes = Number.NaN
  /** How the record's format escapes, and what of it decides how a line is read. */
  readonly escape: Escape
  readonly hasUpgrade: boolean
  readonly hasUpstream: boolean
  readonly hasCompletion: boolean
  readonly hasConnectTime: boolean
  /** The line tells of a beginning, and has no status: see `LogFormat.isOpenMarker`. */
  readonly isOpenMarker: boolean
  /** What the line's clock shows: 1 or 1000 ms. */
  readonly clockStepMs: number
  /** Number of the line in its log, from 1. */
  line = 0

  constructor({ fields, directive, isOpenMarker, clockStepMs }: RecordFormat) {
    this.hasUpgrade = fields.has(Field.upgrade)
    this.hasUpstream = fields.has(Field.upstream)
    this.hasCompletion = fields.has(Field.completion)
    this.hasConnectTime = fields.has(Field.connectTime)
    this.isOpenMarker = isOpenMarker
    this.clockStepMs = clockStepMs
    this.escape = directive.escape
    this.clear()
  }

  /** To be called before the line's fields are set. */
  setBytes(bytes: Buffer): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Forgets every field, for a format that does not have them all. */
  clear(): void {
    this.from.fill(0)
    this.to.fill(0)
    this.number.fill(UNSET)
    // Of a list it is a place, that of its last item: that of an empty one.
    this.number[Field.upstream] = 0
    this.offsetMinutes = Number.NaN
  }
}

/** What every format compiles to: one line in, the record filled, or a plain no. */
export interface LineParser {
  /**
   * Parses the line at `[from, end)` of `bytes`, its line end not included.
   * @returns false when nginx cannot have written this line in this format; `record` is then undefined.
   */
  parse(bytes: Buffer, from: number, end: number, record: AccessRecord): boolean
  /** The fields that the format carries. */
  readonly fields: ReadonlySet<Field>
}
