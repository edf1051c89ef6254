/** More distinct values than this and the index starts anew: it is a short cut, not a store. */
const MAX_ENTRIES = 1 << 16
const SLOTS = 1 << 18

interface Entry<T> {
  readonly words: Int32Array
  readonly length: number
  readonly value: T
}

/**
 * Finds what belongs to a value by its bytes, without making a string of it: a hash over four bytes at a
 * time, then a comparison. The last hit is tried first, since neighbouring lines share host and upstream.
 */
export class ByteIndex<T> {
  readonly #slots = new Int32Array(SLOTS).fill(-1)
  #entries: Entry<T>[] = []
  #last: Entry<T> | undefined

  /** What was put for the bytes `[from, to)` of `view`; undefined when nothing was. */
  get(view: DataView, from: number, to: number): T | undefined {
    const last = this.#last
    if (last !== undefined && isSame(last, view, from, to)) return last.value
    for (let slot = hash(view, from, to) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const index = this.#slots[slot]!
      if (index < 0) return undefined
      const entry = this.#entries[index]!
      if (isSame(entry, view, from, to)) {
        this.#last = entry
        return entry.value
      }
    }
  }

  put(view: DataView, from: number, to: number, value: T): void {
    if (this.#entries.length >= MAX_ENTRIES) this.clear()
    let slot = hash(view, from, to) & (SLOTS - 1)
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & (SLOTS - 1)
    this.#slots[slot] = this.#entries.length
    this.#entries.push({ words: wordsOf(view, from, to), length: to - from, value })
  }

  clear(): void {
    this.#slots.fill(-1)
    this.#entries = []
    this.#last = undefined
  }
}

/** Four bytes at a time, the last four once more where the length is no multiple; short values byte by byte. */
const wordsOf = (view: DataView, from: number, to: number): Int32Array => {
  const length = to - from
  if (length < 4) return Int32Array.of(shortWord(view, from, to))
  const words: number[] = []
  for (let at = from; at + 4 <= to; at += 4) words.push(view.getInt32(at))
  if (length % 4 !== 0) words.push(view.getInt32(to - 4))
  return Int32Array.from(words)
}

const shortWord = (view: DataView, from: number, to: number): number => {
  let word = 0
  for (let at = from; at < to; at++) word = (word << 8) | view.getUint8(at)
  return word
}

const hash = (view: DataView, from: number, to: number): number => {
  let mixed = to - from
  if (mixed < 4) mixed = Math.imul(mixed ^ shortWord(view, from, to), 0x9e37_79b1)
  else {
    for (let at = from; at + 4 <= to; at += 4) mixed = Math.imul((mixed << 13) ^ (mixed >>> 15) ^ view.getInt32(at), 0x9e37_79b1)
    mixed = Math.imul((mixed << 13) ^ (mixed >>> 15) ^ view.getInt32(to - 4), 0x85eb_ca77)
  }
  return mixed ^ (mixed >>> 15)
}

const isSame = <T>(entry: Entry<T>, view: DataView, from: number, to: number): boolean => {
  const length = to - from
  if (entry.length !== length) return false
  const { words } = entry
  if (length < 4) return words[0] === shortWord(view, from, to)
  const whole = length >> 2
  for (let index = 0; index < whole; index++) if (words[index] !== view.getInt32(from + index * 4)) return false
  return length % 4 === 0 || words[whole] === view.getInt32(to - 4)
}
