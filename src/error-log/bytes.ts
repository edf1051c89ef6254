import { bytesOf } from '../log-format/chars.ts'

export { COLON, COMMA, DIGIT_0, QUOTE, SPACE } from '../log-format/chars.ts'
export const OPEN_PAREN = 40
export const CLOSE_PAREN = 41
export const STAR = 42
export const HASH = 35
export const OPEN_BRACKET = 91

/** Whether `literal` stands at `at`, and ends at or before `end`. */
export const isAt = (bytes: Uint8Array, at: number, end: number, literal: Uint8Array): boolean => {
  if (end - at < literal.length) return false
  for (let index = 0; index < literal.length; index++) if (bytes[at + index] !== literal[index]) return false
  return true
}

/** Where `literal` first stands in `[from, end)`; -1 when nowhere. Never looks past `end`, as Buffer.indexOf would. */
export const findIn = (bytes: Uint8Array, from: number, end: number, literal: Uint8Array): number => {
  const first = literal[0]
  for (let at = from; at <= end - literal.length; at++) if (bytes[at] === first && isAt(bytes, at, end, literal)) return at
  return -1
}

/** A word of four letters as `DataView.getInt32` reads it. */
export const wordOf = (text: string): number => {
  const [a, b, c, d] = bytesOf(text)
  return (a! << 24) | (b! << 16) | (c! << 8) | d!
}
