/** Half of the slots at most are taken, so that a search ends soon; they double when more would be. */
const FIRST_SLOTS = 1 << 9
/** Values that an index holds; then it is to be cleared. */
export const MAX_ENTRIES = 1 << 16
/** By chance no search goes so far in a table that is half empty; values that were made to collide do. */
export const MAX_PROBES = 128
/** Who writes into a log shall not know which values collide. */
const SEED = Math.trunc(Math.random() * 2 ** 32)
/** Bytes of a value from which on it is looked for among the recent ones first. */
const LONG = 32
const RECENT = 1 << 8
/** Words of all keys together, 4 MB: 65,536 names of 50 bytes. */
const MAX_WORDS = 1 << 20

/** Numbers values by their bytes, from 1. */
export interface ValueIndex {
  /** The number of the bytes `[from, to)`; 0 when they have none. */
  find(view: DataView, from: number, to: number): number
  /** True when no further value of this length has room. */
  isFull(length: number): boolean
  /** Numbers a value that has none yet. */
  add(view: DataView, from: number, to: number): number
  clear(): void
}

/**
 * Numbers values by their bytes, from 1, without making a string of them: a hash over four bytes at a time,
 * then a comparison. A hit touches two places in memory, the slot and the key, and that is what it costs:
 * with many clients every touch is a cache miss. Full is full, and so is a table with a crowded place: then {@link clear} it.
 */
export class ByteIndex implements ValueIndex {
  /** Per slot the hash, and where the key lies; 0 is empty. */
  #slots = new Int32Array(FIRST_SLOTS * 2)
  #slotMask = FIRST_SLOTS * 2 - 1
  /** Per key its number, its length in bytes, and its bytes, four a word; see {@link lastWord}. */
  #keys = new Int32Array(1 << 12)
  #end = 1
  /** Long keys by what they look like; 0: none. */
  readonly #recent = new Uint32Array(RECENT)
  #count = 0
  #isCrowded = false

  find(view: DataView, from: number, to: number): number {
    return this.#keys[to - from < LONG ? this.#keyOf(view, from, to) : this.#longKeyOf(view, from, to)]!
  }

  /** Where the key lies; 0, where the number 0 lies: there is none. */
  #keyOf(view: DataView, from: number, to: number): number {
    const slots = this.#slots
    const keys = this.#keys
    const mask = this.#slotMask
    const mixed = hash(view, from, to)
    for (let slot = (mixed << 1) & mask; ; slot = (slot + 2) & mask) {
      const key = slots[slot + 1]!
      if (key === 0) return 0
      if (slots[slot] === mixed && isKey(keys, key, view, from, to)) return key
    }
  }

  /** A few long values, user agents of browsers, come again and again: the one that looked so last is compared before all bytes are hashed. */
  #longKeyOf(view: DataView, from: number, to: number): number {
    const place = placeOf(view, from, to)
    const recent = this.#recent[place]!
    return recent !== 0 && isKey(this.#keys, recent, view, from, to) ? recent : (this.#recent[place] = this.#keyOf(view, from, to))
  }

  isFull(length: number): boolean {
    return this.#isCrowded || this.#count >= MAX_ENTRIES || this.#end + length + 2 > MAX_WORDS
  }

  add(view: DataView, from: number, to: number): number {
    const length = to - from
    if (this.#count * 4 >= this.#slots.length) this.#spread()
    this.#grow(this.#end + length + 2)
    this.#take(hash(view, from, to), this.#end)
    this.#keys[this.#end++] = ++this.#count
    this.#keys[this.#end++] = length
    for (let at = from; at < to - 4; at += 4) this.#keys[this.#end++] = view.getInt32(at)
    this.#keys[this.#end++] = lastWord(view, from, to)
    return this.#count
  }

  clear(): void {
    this.#slots = new Int32Array(FIRST_SLOTS * 2)
    this.#slotMask = FIRST_SLOTS * 2 - 1
    this.#end = 1
    this.#count = 0
    this.#isCrowded = false
    this.#recent.fill(0)
  }

  #take(mixed: number, key: number): void {
    let slot = (mixed << 1) & this.#slotMask
    let probes = 0
    for (; this.#slots[slot + 1] !== 0; probes++) slot = (slot + 2) & this.#slotMask
    if (probes > MAX_PROBES) this.#isCrowded = true
    this.#slots[slot] = mixed
    this.#slots[slot + 1] = key
  }

  /** Twice the slots. */
  #spread(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    this.#slotMask = this.#slots.length - 1
    for (let slot = 0; slot < old.length; slot += 2) if (old[slot + 1] !== 0) this.#take(old[slot]!, old[slot + 1]!)
  }

  #grow(size: number): void {
    if (size <= this.#keys.length) return
    const larger = new Int32Array(Math.max(this.#keys.length * 2, size))
    larger.set(this.#keys)
    this.#keys = larger
  }
}

/** By length, a word of the middle and one near the end: a place among {@link RECENT}. */
const placeOf = (view: DataView, from: number, to: number): number => Math.imul(view.getInt32(from + ((to - from) >> 1)) ^ (view.getInt32(to - 8) + to - from), 0x9e37_79b1) >>> 24

const isKey = (keys: Int32Array, key: number, view: DataView, from: number, to: number): boolean => {
  if (keys[key + 1] !== to - from) return false
  let word = key + 2
  for (let at = from; at < to - 4; at += 4) if (keys[word++] !== view.getInt32(at)) return false
  return keys[word] === lastWord(view, from, to)
}

const hash = (view: DataView, from: number, to: number): number => {
  let mixed = SEED ^ (to - from)
  for (let at = from; at < to - 4; at += 4) mixed = Math.imul(((mixed << 13) | (mixed >>> 19)) ^ view.getInt32(at), 0x9e37_79b1)
  mixed = Math.imul(((mixed << 13) | (mixed >>> 19)) ^ lastWord(view, from, to), 0x85eb_ca77)
  return mixed ^ (mixed >>> 15)
}

/** The last four bytes, some of which the word before may hold, too: no loop over what is left. All of them when there are fewer. */
const lastWord = (view: DataView, from: number, to: number): number => {
  if (to - from >= 4) return view.getInt32(to - 4)
  let word = 0
  for (let at = from; at < to; at++) word = (word << 8) | view.getUint8(at)
  return word
}
