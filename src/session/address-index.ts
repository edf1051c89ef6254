import { DIGIT_0, DOT } from '../log-format/chars.ts'
import { ByteIndex, MAX_ENTRIES, MAX_PROBES, type ValueIndex } from './byte-index.ts'

const FIRST_SLOTS = 1 << 9

/**
 * Numbers client addresses, as {@link ByteIndex} does. An IPv4 address is four bytes and its own key: a hit touches one
 * place in memory, where a text costs two, and with many clients every touch is a cache miss.
 */
export class AddressIndex implements ValueIndex {
  /** Per slot an IPv4 address and its number; number 0 is empty. Half of them at most are taken. */
  #slots = new Int32Array(FIRST_SLOTS * 2)
  #taken = 0
  /** Whatever is no IPv4 address, and the numbers of these by theirs. */
  readonly #others = new ByteIndex()
  #numberOfOther: number[] = [0]
  #count = 0
  #isCrowded = false

  find(view: DataView, from: number, to: number): number {
    const address = ipv4Of(view, from, to)
    if (address < 0) return this.#numberOfOther[this.#others.find(view, from, to)]!
    return this.#slots[slotOf(this.#slots, address | 0) + 1]!
  }

  isFull(length: number): boolean {
    return this.#isCrowded || this.#count >= MAX_ENTRIES || this.#others.isFull(length)
  }

  add(view: DataView, from: number, to: number): number {
    const address = ipv4Of(view, from, to)
    const number = ++this.#count
    if (address < 0) this.#numberOfOther[this.#others.add(view, from, to)] = number
    else {
      if (++this.#taken * 4 > this.#slots.length) this.#spread()
      this.#put(address | 0, number)
    }
    return number
  }

  clear(): void {
    this.#slots = new Int32Array(FIRST_SLOTS * 2)
    this.#taken = 0
    this.#others.clear()
    this.#numberOfOther = [0]
    this.#count = 0
    this.#isCrowded = false
  }

  #put(address: number, number: number): void {
    const slot = slotOf(this.#slots, address)
    // Who writes X-Forwarded-For may choose addresses that collide.
    const probes = ((slot - homeOf(this.#slots, address)) & (this.#slots.length - 1)) >> 1
    if (probes > MAX_PROBES) this.#isCrowded = true
    this.#slots[slot] = address
    this.#slots[slot + 1] = number
  }

  #spread(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    for (let slot = 0; slot < old.length; slot += 2) if (old[slot + 1] !== 0) this.#put(old[slot]!, old[slot + 1]!)
  }
}

/** Where the address lies, or the empty slot where it belongs. */
const slotOf = (slots: Int32Array, address: number): number => {
  const mask = slots.length - 2
  let slot = homeOf(slots, address)
  while (slots[slot + 1] !== 0 && slots[slot] !== address) slot = (slot + 2) & mask
  return slot
}

const homeOf = (slots: Int32Array, address: number): number => {
  const mixed = Math.imul(address ^ (address >>> 15), 0x9e37_79b1)
  return ((mixed ^ (mixed >>> 15)) << 1) & (slots.length - 2)
}

/** The 32 bits of an IPv4 address as nginx writes it, without leading zeros; -1: it is none. */
const ipv4Of = (view: DataView, from: number, to: number): number => {
  if (to - from > 15) return -1
  let address = 0
  let octet = 0
  let octetFrom = from
  let dots = 0
  for (let at = from; at < to; at++) {
    const char = view.getUint8(at)
    if (char === DOT) {
      if (!isOctet(view, octetFrom, at, octet)) return -1
      address = address * 256 + octet
      octet = 0
      octetFrom = at + 1
      dots++
    } else if (char >= DIGIT_0 && char <= DIGIT_0 + 9) octet = octet * 10 + char - DIGIT_0
    else return -1
  }
  return dots === 3 && isOctet(view, octetFrom, to, octet) ? address * 256 + octet : -1
}

const isOctet = (view: DataView, from: number, to: number, value: number): boolean => to > from && value <= 255 && (to === from + 1 || view.getUint8(from) !== DIGIT_0)
