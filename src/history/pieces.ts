import { deflateRawSync, inflateRawSync } from 'node:zlib'

interface Piece {
  readonly packed: Buffer
  /** Unpacked. */
  readonly bytes: number
}

/** What is put aside until all is read, as packed JSON: several pieces of each hour or segment. */
export class Pieces<Key> {
  readonly #pieces = new Map<Key, Piece[]>()

  /** `piece`: anything that has JSON. */
  add(key: Key, piece: unknown): void {
    const text = Buffer.from(JSON.stringify(piece))
    const packed = { packed: deflateRawSync(text, { level: 1 }), bytes: text.length }
    const others = this.#pieces.get(key)
    if (others === undefined) this.#pieces.set(key, [packed])
    else others.push(packed)
  }

  keys(): Iterable<Key> {
    return this.#pieces.keys()
  }

  get isEmpty(): boolean {
    return this.#pieces.size === 0
  }

  countOf(key: Key): number {
    return this.#pieces.get(key)?.length ?? 0
  }

  /** Takes the pieces of a key out, in the order in which they came, each unpacked when it is asked for. */
  *take(key: Key): Generator<unknown> {
    const pieces = this.#pieces.get(key) ?? []
    this.#pieces.delete(key)
    for (const piece of pieces) yield unpacked(piece)
  }
}

const unpacked = ({ packed, bytes }: Piece): unknown => JSON.parse(inflateRawSync(packed, { chunkSize: bytes }).toString())
