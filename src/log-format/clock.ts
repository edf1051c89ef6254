import { COLON, DASH, DIGIT_0, DIGIT_9, DOT, PLUS, SLASH, SPACE } from './chars.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const monthOf = new Map(MONTHS.map((name, index) => [(name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2), index + 1]))

/** Bytes of `21/Nov/2026:00:03:32 +0000`. */
export const TIME_LOCAL_LENGTH = 26
/** Bytes of `2026-11-21T00:03:32+00:00`. */
export const TIME_ISO_LENGTH = 25

/**
 * Reads nginx's clocks from bytes. A log's lines share their minute thousands of times over, so the
 * last one is kept and only the seconds are read anew. One instance a parser; not shared.
 */
export class Clock {
  /** Set by the last successful read: the zone that stood in the text, in minutes east of UTC. */
  offsetMinutes = 0
  // The 26 bytes of the last stamp but its seconds, four at a time.
  #date = 0
  #month = 0
  #year = 0
  #hour = 0
  #minute = 0
  #zone = 0
  #zoneEnd = 0
  #minuteMs = Number.NaN
  #offsetMinutes = 0

  /** `$time_local` at `at`, in ms since the epoch; NaN when it is none. 26 bytes must be there. */
  timeLocal(bytes: Uint8Array, view: DataView, at: number): number {
    const isSameMinute =
      view.getInt32(at + 12) === this.#hour && bytes[at + 16] === this.#minute && view.getInt32(at) === this.#date && view.getInt32(at + 4) === this.#month &&
      view.getInt32(at + 8) === this.#year && view.getInt32(at + 20) === this.#zone && view.getInt16(at + 24) === this.#zoneEnd
    if (!isSameMinute) this.#readMinute(bytes, view, at)
    this.offsetMinutes = this.#offsetMinutes
    const tens = bytes[at + 18]! - DIGIT_0
    const ones = bytes[at + 19]! - DIGIT_0
    // A leap second is written as 60 by some clocks; nginx's own never gets there.
    if (tens < 0 || tens > 6 || ones < 0 || ones > 9 || (tens === 6 && ones > 0) || bytes[at + 17] !== COLON) return Number.NaN
    return this.#minuteMs + tens * 10_000 + ones * 1000
  }

  #readMinute(bytes: Uint8Array, view: DataView, at: number): void {
    const month = monthOf.get((bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!) ?? 0
    const shaped = bytes[at + 2] === SLASH && bytes[at + 6] === SLASH && bytes[at + 11] === COLON && bytes[at + 14] === COLON && bytes[at + 20] === SPACE
    const offset = zone(bytes, at + 21, at + 24)
    this.#date = view.getInt32(at)
    this.#month = view.getInt32(at + 4)
    this.#year = view.getInt32(at + 8)
    this.#hour = view.getInt32(at + 12)
    this.#minute = bytes[at + 16]!
    this.#zone = view.getInt32(at + 20)
    this.#zoneEnd = view.getInt16(at + 24)
    this.#minuteMs = shaped ? utcMinute(pair(bytes, at + 7) * 100 + pair(bytes, at + 9), month, pair(bytes, at), pair(bytes, at + 12), pair(bytes, at + 15), offset) : Number.NaN
    this.#offsetMinutes = offset
  }

  /** `$time_iso8601` at `at`, in ms since the epoch; NaN when it is none. */
  timeIso(bytes: Uint8Array, at: number): number {
    const shaped =
      bytes[at + 4] === DASH && bytes[at + 7] === DASH && bytes[at + 10] === 84 && bytes[at + 13] === COLON && bytes[at + 16] === COLON && bytes[at + 22] === COLON
    if (!shaped) return Number.NaN
    const offset = zone(bytes, at + 19, at + 23)
    const minuteMs = utcMinute(pair(bytes, at) * 100 + pair(bytes, at + 2), pair(bytes, at + 5), pair(bytes, at + 8), pair(bytes, at + 11), pair(bytes, at + 14), offset)
    const second = pair(bytes, at + 17)
    if (second > 60) return Number.NaN
    this.offsetMinutes = offset
    return minuteMs + second * 1000
  }

  /**
   * A time stamp as log shippers write it, `[from, to)`: ISO 8601 with any number of decimals, and `Z`
   * or an offset. In ms since the epoch; NaN when it is none.
   */
  timeStamp(bytes: Uint8Array, from: number, to: number): number {
    if (to - from === TIME_ISO_LENGTH && bytes[from + 10] === 84 && bytes[from + 19] !== DOT) return this.timeIso(bytes, from)
    const parts = STAMP.exec(String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 40))))
    if (parts === null) return Number.NaN
    // Not Date.parse: it takes the 31st of February for a day in March, and no leap second.
    const [year, month, day, hour, minute, second, millisecond] = [parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], (parts[7] ?? '').slice(1, 4).padEnd(3, '0')].map(Number) as [number, number, number, number, number, number, number]
    if (second > 60) return Number.NaN
    const offset = parts[8] === 'Z' ? 0 : zone(bytes, from + parts[0].length - 6, from + parts[0].length - 2)
    this.offsetMinutes = offset
    return utcMinute(year, month, day, hour, minute, offset) + second * 1000 + millisecond
  }
}

const STAMP = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Two decimal digits; a million when they are not, which is out of every range, and as the end of a year too. */
const pair = (bytes: Uint8Array, at: number): number => {
  const tens = bytes[at]! - DIGIT_0
  const ones = bytes[at + 1]! - DIGIT_0
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? 1_000_000 : tens * 10 + ones
}

/** `+hh` at `at` and `mm` at `minutesAt`, in minutes east of UTC; NaN when it is none. */
const zone = (bytes: Uint8Array, at: number, minutesAt: number): number => {
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === DASH ? -1 : Number.NaN
  const hours = pair(bytes, at + 1)
  const minutes = pair(bytes, minutesAt)
  return hours > 23 || minutes > 59 ? Number.NaN : sign * (hours * 60 + minutes)
}

const utcMinute = (year: number, month: number, day: number, hour: number, minute: number, offsetMinutes: number): number => {
  if (!(year >= 100 && year <= 9999) || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59) return Number.NaN
  // A day past the month's end would roll over in Date.UTC: such a date is none.
  const midnight = Date.UTC(year, month - 1, day)
  if (day > 31 || new Date(midnight).getUTCDate() !== day) return Number.NaN
  return midnight + ((hour * 60 + minute) - offsetMinutes) * 60_000
}

/**
 * A decimal with up to `digits` places at `[from, to)`, times 1000: `12.345` is 12345.
 * `-1` for `-` or nothing; NaN for anything else, and for more than 15 digits in all.
 */
export const milliseconds = (bytes: Uint8Array, from: number, to: number): number => {
  if (to === from || (to - from === 1 && bytes[from] === DASH)) return -1
  if (to - from > 16) return Number.NaN
  let value = 0
  let at = from
  for (; at < to; at++) {
    const char = bytes[at]!
    if (char < DIGIT_0 || char > DIGIT_9) break
    value = value * 10 + (char - DIGIT_0)
  }
  if (at === from || at - from > 15) return Number.NaN
  let scale = 1000
  if (at < to) {
    if (bytes[at] !== DOT || at + 1 === to) return Number.NaN
    for (at++; at < to; at++) {
      const char = bytes[at]!
      if (char < DIGIT_0 || char > DIGIT_9) return Number.NaN
      if (scale >= 10) {
        scale /= 10
        value = value * 10 + (char - DIGIT_0)
      }
    }
  }
  return value * scale
}

