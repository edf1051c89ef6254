/** Byte values that the parsers compare with, by name. */
export const LF = 10
export const CR = 13
export const SPACE = 32
export const QUOTE = 34
export const PLUS = 43
export const COMMA = 44
export const DASH = 45
export const DOT = 46
export const SLASH = 47
export const DIGIT_0 = 48
export const DIGIT_9 = 57
export const COLON = 58
export const QUESTION = 63
export const BACKSLASH = 92
export const OPEN_BRACE = 123
export const CLOSE_BRACE = 125

const encoder = new TextEncoder()

/** The UTF-8 bytes of a text: what nginx writes for a literal of its configuration. */
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)
