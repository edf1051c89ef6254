import { COLON, DIGIT_0, SLASH, SPACE } from '../log-format/chars.ts'

/** Bytes of `2026/11/21 00:03:32`. */
export const STAMP_LENGTH = 19

/**
 * Reads the stamp of an error log: local time without a zone, to the second (`cached_err_log_time` of ngx_times.c).
 * The last minute is kept, as lines share it. One instance a reader; not shared.
 */
export class StampClock {
  // The 16 bytes `2026/11/21 00:03` of the last stamp, four at a time.
  #year = 0
  #month = 0
  #day = 0
  #minute = 0
  #minuteMs = Number.NaN

  /** The stamp at `at` read as if it were UTC, in ms since the epoch; NaN when it is none. 19 bytes must be there. */
  read(bytes: Uint8Array, view: DataView, at: number): number {
    if (view.getInt32(at + 12) !== this.#minute || view.getInt32(at + 8) !== this.#day || view.getInt32(at + 4) !== this.#month || view.getInt32(at) !== this.#year) this.#readMinute(bytes, view, at)
    const tens = bytes[at + 17]! - DIGIT_0
    const ones = bytes[at + 18]! - DIGIT_0
    if (bytes[at + 16] !== COLON || tens < 0 || tens > 5 || ones < 0 || ones > 9) return Number.NaN
    return this.#minuteMs + tens * 10_000 + ones * 1000
  }

  #readMinute(bytes: Uint8Array, view: DataView, at: number): void {
    this.#year = view.getInt32(at)
    this.#month = view.getInt32(at + 4)
    this.#day = view.getInt32(at + 8)
    this.#minute = view.getInt32(at + 12)
    const isShaped = bytes[at + 4] === SLASH && bytes[at + 7] === SLASH && bytes[at + 10] === SPACE && bytes[at + 13] === COLON
    this.#minuteMs = isShaped ? minuteMs(pair(bytes, at) * 100 + pair(bytes, at + 2), pair(bytes, at + 5), pair(bytes, at + 8), pair(bytes, at + 11), pair(bytes, at + 14)) : Number.NaN
  }
}

/** Two decimal digits; NaN when they are not. */
const pair = (bytes: Uint8Array, at: number): number => {
  const tens = bytes[at]! - DIGIT_0
  const ones = bytes[at + 1]! - DIGIT_0
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? Number.NaN : tens * 10 + ones
}

const minuteMs = (year: number, month: number, day: number, hour: number, minute: number): number => {
  // Date.UTC takes a year under 100 for one of the twentieth century.
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59)) return Number.NaN
  const midnight = Date.UTC(year, month - 1, day)
  // A day past the month's end would roll over: such a date is none.
  return new Date(midnight).getUTCDate() === day ? midnight + (hour * 60 + minute) * 60_000 : Number.NaN
}
