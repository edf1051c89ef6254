import type { Escape } from './directive.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text that nginx wrote in escaped form: `\xHH` of escape=default, JSON's escapes, or raw bytes. What is
 * not UTF-8 stays visible as `\xHH`, so that two different values never become one.
 */
export const unescapeText = (bytes: Buffer, from: number, to: number, escape: Escape): string => {
  const raw = bytes.toString('latin1', from, to)
  // Nearly all values are plain ASCII without a backslash: nothing to do.
  if (!/[\\\u0080-\u00FF]/.test(raw)) return raw
  return fromUtf8(unescaped(raw, escape))
}

/** The bytes that nginx escaped, as latin1: what its error log, which escapes nothing, has of the same value. */
export const unescapeBytes = (bytes: Buffer, from: number, to: number, escape: Escape): string => unescaped(bytes.toString('latin1', from, to), escape)

const unescaped = (raw: string, escape: Escape): string => (escape === 'default' ? unescapeDefault(raw) : escape === 'json' ? unescapeJson(raw) : raw)

const unescapeDefault = (raw: string): string => raw.replaceAll(/\\x([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Gives UTF-8 bytes as latin1, as the raw bytes around the escapes are. Runs of `\uHHHH` may be surrogate pairs. */
const unescapeJson = (raw: string): string =>
  raw.replaceAll(/(?:\\u[0-9A-Fa-f]{4})+|\\["\\/bfnrt]/g, (escapes) => Buffer.from(JSON.parse(`"${escapes}"`) as string, 'utf8').toString('latin1'))

const fromUtf8 = (latin1: string): string => {
  const bytes = Buffer.from(latin1, 'latin1')
  try {
    return decoder.decode(bytes)
  } catch {
    return decodeWithHex(bytes) // some of it is not UTF-8
  }
}

const decodeWithHex = (bytes: Buffer): string => {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at]!)
    try {
      text += decoder.decode(bytes.subarray(at, at + length))
      at += length
    } catch {
      text += `\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}` // not a character: its byte
      at++
    }
  }
  return text
}

const sequenceLength = (first: number): number => (first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)
