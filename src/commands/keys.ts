/** Arrows, function keys, what the terminal answers: escape sequences, whole or cut off, are no keys of ours. */
const SEQUENCES = /\u001B(?:\[[0-?]*[ -/]*[@-~]?|O.?|[^[O])?/gsu

/** The keys that a terminal in raw mode sent: characters as they are, control keys as `^C`. */
export const keysOf = (text: string): string[] =>
  [...text.replaceAll(SEQUENCES, '')].map((char) => {
    const code = char.codePointAt(0)!
    return code < 0x20 ? `^${String.fromCodePoint(code + 0x40)}` : code === 0x7f ? '^?' : char
  })
