// C0 and C1 controls (terminal escapes begin with one), bidirectional marks that turn text around, invisible
// characters, line and paragraph separators, and surrogates without their other half.
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFB]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\u{E0000}|[\u{E0001}-\u{E007F}]/gu

/**
 * A text from a log, safe to show: what a terminal would obey, or a reader could not see, stands there as
 * `\xHH` or `\u{H}`. Every text that a client could have chosen goes through this.
 */
export const sanitize = (text: string): string =>
  text.replaceAll(UNSAFE, (char) => {
    const code = char.codePointAt(0)!
    return code <= 0xff ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}` : `\\u{${code.toString(16).toUpperCase()}}`
  })
