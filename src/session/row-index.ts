const NONE = -1

/**
 * Rows of a table by a hash of their key: chains, so that a row goes away without a trace. Several rows may have
 * one hash; whoever walks a chain compares. 8 to 12 bytes a row.
 */
export class RowIndex {
  #heads: Int32Array
  #next: Int32Array
  #mask: number

  /** `size`: rows, a power of two. */
  constructor(size: number) {
    this.#heads = new Int32Array(size).fill(NONE)
    this.#next = new Int32Array(size).fill(NONE)
    this.#mask = size - 1
  }

  /** The first row that may have this hash; -1: none. */
  first(hash: number): number {
    return this.#heads[hash & this.#mask]!
  }

  next(row: number): number {
    return this.#next[row]!
  }

  add(hash: number, row: number): void {
    const head = hash & this.#mask
    this.#next[row] = this.#heads[head]!
    this.#heads[head] = row
  }

  remove(hash: number, row: number): void {
    const head = hash & this.#mask
    let before = NONE
    for (let at = this.#heads[head]!; at !== NONE; before = at, at = this.#next[at]!) {
      if (at !== row) continue
      if (before === NONE) this.#heads[head] = this.#next[row]!
      else this.#next[before] = this.#next[row]!
      this.#next[row] = NONE
      return
    }
  }
}

/** Spreads a number over 32 bits; connection numbers follow each other. */
export const mixed = (value: number): number => {
  let hash = (value | 0) ^ Math.imul(Math.floor(value / 4_294_967_296), 0x9e37_79b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}
