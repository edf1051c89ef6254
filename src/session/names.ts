import type { AccessRecord } from '../log-format/record.ts'
import { unescapeText } from '../log-format/unescape.ts'
import type { ValueIndex } from './byte-index.ts'

/** A text that many lines share (a host, a client), made once and then known by its number. */
export interface Name {
  /** As a person reads it: unescaped. Untrusted: a client may have chosen it. */
  readonly label: string
  /** Whether the filters keep lines with it. */
  readonly isKept: boolean
}

/** What is known of a path, once and for all its lines. */
export interface PathName extends Name {
  readonly isSocketIo: boolean
  readonly isFallback: boolean
  /** Under the handshake rule: lines for it ask for a WebSocket. */
  readonly isSocket: boolean
  /** They may, unless they are answered like pages. */
  readonly isPossibleSocket: boolean
}

/** The number of the empty text, and of `-`. */
const NO_NAME = 0

/** The names of one field by number, as far as consumers see them. */
export interface NameTable {
  at(id: number): Name
  /** Numbers go from 0 to `size - 1`. */
  readonly size: number
  /** Another one: all numbers but 0 have lost their meaning. */
  readonly generation: number
}

/** The names of one field: raw bytes in, a number out; many lines know nothing but the number. */
export class Names<T extends Name> implements NameTable {
  readonly #index: ValueIndex
  readonly #create: (text: string) => T
  readonly #beforeClear: () => void
  #names: T[]
  generation = 0

  /** `beforeClear`: the numbers given so far are about to lose their meaning. */
  constructor({ index, create, beforeClear }: { index: ValueIndex; create: (text: string) => T; beforeClear: () => void }) {
    this.#index = index
    this.#create = create
    this.#beforeClear = beforeClear
    this.#names = [create('')]
  }

  get size(): number {
    return this.#names.length
  }

  at(id: number): T {
    return this.#names[id]!
  }

  /** The number of the bytes `[from, to)`. */
  idOf(record: AccessRecord, from: number, to: number): number {
    const length = to - from
    if (length <= 0 || (length === 1 && record.bytes[from] === 45)) return NO_NAME
    const known = this.#index.find(record.view, from, to)
    return known === 0 ? this.#add(record, from, to) : known
  }

  #add(record: AccessRecord, from: number, to: number): number {
    if (this.#index.isFull(to - from)) {
      this.#beforeClear()
      this.#index.clear()
      this.generation++
      this.#names = this.#names.slice(0, 1)
    }
    this.#names.push(this.#create(unescapeText(record.bytes, from, to, record.escape)))
    return this.#index.add(record.view, from, to)
  }
}
