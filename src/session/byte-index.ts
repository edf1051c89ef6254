/** Half of the slots at most are taken, so that a search ends soon; they double when more would be. */
const FIRST_SLOTS = 1 << 9
const MAX_ENTRIES = 1 << 17
/** Words of all keys together, 16 MB. */
const MAX_WORDS = 1 << 22

/**
 * Numbers values by their bytes, from 1, without making a string of them: a hash over four bytes at a time,
 * then a comparison. A hit touches two places in memory, the slot and the key, and that is what it costs:
 * with many clients every touch is a cache miss. Full is full: then {@link clear} it.
 */
export class ByteIndex {
  /** Per slot the hash, and where the key lies; 0 is empty. */
  #slots = new Int32Array(FIRST_SLOTS * 2)
  #slotMask = FIRST_SLOTS * 2 - 1
  /** Per key its number, its length in bytes, four bytes a word, and the bytes that are left one a word. */
  #keys = new Int32Array(1 << 12)
  #end = 1
  #count = 0

  /** The number of the bytes `[from, to)`; 0 when they have none. */
  find(view: DataView, from: number, to: number): number {
    const slots = this.#slots
    const keys = this.#keys
    const mask = this.#slotMask
    const mixed = hash(view, from, to)
    for (let slot = (mixed << 1) & mask; ; slot = (slot + 2) & mask) {
      const key = slots[slot + 1]!
      if (key === 0) return 0
      if (slots[slot] === mixed && isKey(keys, key, view, from, to)) return keys[key]!
    }
  }

  /** True when no further value of this length has room. */
  isFull(length: number): boolean {
    return this.#count >= MAX_ENTRIES || this.#end + length + 2 > MAX_WORDS
  }

  /** Numbers a value that has none yet. */
  add(view: DataView, from: number, to: number): number {
    const length = to - from
    if (this.#count * 4 >= this.#slots.length) this.#spread()
    this.#grow(this.#end + length + 2)
    this.#take(hash(view, from, to), this.#end)
    this.#keys[this.#end++] = ++this.#count
    this.#keys[this.#end++] = length
    let at = from
    for (; at + 4 <= to; at += 4) this.#keys[this.#end++] = view.getInt32(at)
    for (; at < to; at++) this.#keys[this.#end++] = view.getUint8(at)
    return this.#count
  }

  clear(): void {
    this.#slots = new Int32Array(FIRST_SLOTS * 2)
    this.#slotMask = FIRST_SLOTS * 2 - 1
    this.#end = 1
    this.#count = 0
  }

  #take(mixed: number, key: number): void {
    let slot = (mixed << 1) & this.#slotMask
    while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & this.#slotMask
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

const isKey = (keys: Int32Array, key: number, view: DataView, from: number, to: number): boolean => {
  if (keys[key + 1] !== to - from) return false
  let word = key + 2
  let at = from
  for (; at + 4 <= to; at += 4) if (keys[word++] !== view.getInt32(at)) return false
  for (; at < to; at++) if (keys[word++] !== view.getUint8(at)) return false
  return true
}

const hash = (view: DataView, from: number, to: number): number => {
  let mixed = to - from
  let at = from
  for (; at + 4 <= to; at += 4) mixed = Math.imul(((mixed << 13) | (mixed >>> 19)) ^ view.getInt32(at), 0x9e37_79b1)
  for (; at < to; at++) mixed = Math.imul(((mixed << 13) | (mixed >>> 19)) ^ view.getUint8(at), 0x85eb_ca77)
  return mixed ^ (mixed >>> 15)
}
