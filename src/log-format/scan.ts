import { BACKSLASH, COLON, COMMA, DASH, DIGIT_0, DIGIT_9, DOT, QUOTE, SPACE } from './chars.ts'
import { UNSET } from './record.ts'

/**
 * memchr cannot be told where the line ends. It may run this far behind it in vain, this often; after that
 * the search goes byte by byte, so that no file makes the time grow with the square of its size.
 */
const FAR = 1 << 14
const MAX_FAR = 8

/** Finds the quote that ends a value in which nginx escapes quotes. */
export class QuoteFinder {
  #farSearches = 0

  /** The next quote in `[from, end)`; -1 when there is none. */
  at(bytes: Buffer, from: number, end: number): number {
    if (this.#farSearches > MAX_FAR) return byteAt(bytes, from, end)
    const found = bytes.indexOf(QUOTE, from)
    if (found < 0 || found > end + FAR) this.#farSearches++
    return found < end ? found : -1
  }
}

const byteAt = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from
  while (at < end && bytes[at] !== QUOTE) at++
  return at < end ? at : -1
}

/** The next quote that no backslash escapes (escape=json); -1 when there is none before `end`. */
export const jsonQuoteAt = (bytes: Uint8Array, from: number, end: number): number => {
  for (let at = from; at < end; at++) {
    if (bytes[at] === QUOTE) return at
    if (bytes[at] === BACKSLASH) at++
  }
  return -1
}

/** Where the literal next stands in `[from, end)`; -1 when it does not. */
export const literalAt = (bytes: Uint8Array, from: number, end: number, literal: Uint8Array): number => {
  const first = literal[0]!
  const last = end - literal.length
  for (let at = from; at <= last; at++) {
    if (bytes[at] === first && isAt(bytes, at, literal)) return at
  }
  return -1
}

/** The same for a value in which nginx escapes quotes (escape=default): a quote before the literal is none of its. */
export const unquotedLiteralAt = (bytes: Uint8Array, from: number, end: number, literal: Uint8Array): number => {
  const first = literal[0]!
  const last = end - literal.length
  for (let at = from; at <= last; at++) {
    if (bytes[at] === first && isAt(bytes, at, literal)) return at
    if (bytes[at] === QUOTE) return -1
  }
  return -1
}

let lastItemStart = 0

/** Where the last item of the list starts that {@link listEnd} read last. */
export const lastItemFrom = (): number => lastItemStart

/**
 * The end of a list of tries, also unquoted (ingress-nginx), where its separators hold the same space that
 * ends it; no item holds one. -1 when the literal does not come; an empty literal is the line's end.
 */
export const listEnd = (bytes: Uint8Array, from: number, end: number, literal: Uint8Array): number => {
  const first = literal.length === 0 ? -1 : literal[0]!
  let at = from
  lastItemStart = from
  while (at < end) {
    const char = bytes[at]!
    const behind = char === COMMA || char === SPACE ? behindSeparator(bytes, at, end) : -1
    if (behind >= 0) lastItemStart = at = behind
    else if (char === first && isAt(bytes, at, literal)) return at
    else if (char === SPACE || (char === QUOTE && first === QUOTE)) return -1
    else at++
  }
  return first < 0 ? end : -1
}

/** Where the last of the tries starts, apart by `, ` and ` : `. */
export const lastItem = (bytes: Uint8Array, from: number, to: number): number => {
  let start = to
  while (start > from && bytes[start - 1] !== SPACE) start--
  return start
}

let lastSeconds = UNSET

/** Behind the further tries of a list of seconds, `at` being its first separator or what ends the list; -1 when malformed. */
export const secondsListEnd = (bytes: Uint8Array, at: number, end: number): number => {
  lastSeconds = Number.NaN
  let valueEnd = at
  for (let next = behindSeparator(bytes, at, end); next >= 0; next = behindSeparator(bytes, valueEnd, end)) {
    valueEnd = secondsEnd(bytes, next, end)
    if (valueEnd < 0) return -1
  }
  return valueEnd
}

/** What the last {@link secondsListEnd} read last, in ms; `first` when the list had no further try. */
export const secondsListValue = (first: number): number => (Number.isNaN(lastSeconds) ? first : lastSeconds)

const secondsEnd = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from
  let value = 0
  while (at < end && isDigit(bytes[at]!)) value = value * 10 + (bytes[at++]! - DIGIT_0)
  if (at === from) {
    lastSeconds = UNSET
    return at < end && bytes[at] === DASH ? at + 1 : at
  }
  if (at - from > 12 || at + 4 > end || bytes[at] !== DOT) return -1
  if (!isDigit(bytes[at + 1]!) || !isDigit(bytes[at + 2]!) || !isDigit(bytes[at + 3]!)) return -1
  lastSeconds = value * 1000 + bytes[at + 1]! * 100 + bytes[at + 2]! * 10 + bytes[at + 3]! - DIGIT_0 * 111
  return at + 4
}

/** Behind `, ` or ` : `, which nginx puts between tries; -1 when neither is at `at`. */
const behindSeparator = (bytes: Uint8Array, at: number, end: number): number => {
  if (at + 2 <= end && bytes[at] === COMMA && bytes[at + 1] === SPACE) return at + 2
  if (at + 3 <= end && bytes[at] === SPACE && bytes[at + 1] === COLON && bytes[at + 2] === SPACE) return at + 3
  return -1
}

const isDigit = (char: number): boolean => char >= DIGIT_0 && char <= DIGIT_9

const isAt = (bytes: Uint8Array, at: number, literal: Uint8Array): boolean => {
  for (let index = 0; index < literal.length; index++) if (bytes[at + index] !== literal[index]) return false
  return true
}
