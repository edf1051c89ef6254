import { unescapeText } from '../log-format/unescape.ts'
import type { AccessRecord } from '../log-format/record.ts'
import { ByteIndex } from './byte-index.ts'

/** A text that many lines share (a host, a client), made once and then found by its bytes. */
export interface Name {
  /** As a person reads it: unescaped. Untrusted: a client may have chosen it. */
  readonly label: string
  /** Whether the filters keep lines with it. */
  readonly isKept: boolean
  /** A consumer's own note, so that it need not look the name up line after line. */
  note: object | undefined
}

/** What is known of a path, once and for all its lines. */
export interface PathName extends Name {
  readonly isSocketIo: boolean
  readonly isFallback: boolean
  /** Under the handshake rule: lines for it ask for a WebSocket. */
  readonly isSocket: boolean
  /** Counts the lines with status 101 at this path; set by whoever counts them. */
  switched: { times: number } | undefined
}

/** The names of one field: raw bytes in, the name out. */
export class Names<T extends Name> {
  readonly #index = new ByteIndex<T>()
  readonly #create: (text: string) => T
  readonly #none: T

  constructor(create: (text: string) => T) {
    this.#create = create
    this.#none = create('')
  }

  /** The name of the bytes `[from, to)`; that of the empty text for nothing and for `-`. */
  of(record: AccessRecord, from: number, to: number): T {
    const length = to - from
    if (length <= 0 || (length === 1 && record.bytes[from] === 45)) return this.#none
    const known = this.#index.get(record.view, from, to)
    if (known !== undefined) return known
    const name = this.#create(unescapeText(record.bytes, from, to, record.escape))
    this.#index.put(record.view, from, to, name)
    return name
  }
}
