// Controls (a terminal escape begins with one), format characters (bidirectional marks that turn text around,
// invisible ones), line and paragraph separators, surrogates without their other half, all that
// Unicode says to draw as nothing (variation selectors, fillers).
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/**
 * A text from a log, safe to show: what a terminal would obey, or a reader could not see, stands there as
 * `\xHH` or `\u{H}`. Every text that a client could have chosen goes through this.
 */
export const sanitize = (text: string): string =>
  text.replaceAll(UNSAFE, (char) => {
    const code = char.codePointAt(0)!
    return code <= 0xff ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}` : `\\u{${code.toString(16).toUpperCase()}}`
  })

/** {@link sanitize} line by line: for a text whose line breaks are our own. */
export const sanitizeLines = (text: string): string => text.split('\n').map(sanitize).join('\n')

const ELLIPSIS = '…'

/** {@link sanitize}, and no more than `width` characters: for a name inside a sentence. */
export const clip = (text: string, width: number): string => {
  const safe = sanitize(text)
  return safe.length <= width ? safe : `${safe.slice(0, width - 1)}${ELLIPSIS}`
}
