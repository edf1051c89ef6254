/** Characters of a name that are kept: paths of a megabyte, each another one, would fill the memory otherwise. Nearly all are far shorter: a host has 253 at most. */
export const MAX_LABEL = 256

/** Those of browsers inside of apps have some three hundred; fewer of them are kept than of paths. */
export const MAX_USER_AGENT = 512

const HIGH_SURROGATE = /[\uD800-\uDBFF]$/

/**
 * A name as it is counted and shown: whole up to `max` characters; of a longer one the first of them, and a hash of the whole, so
 * that different names stay different. (Who wants to can make two with one hash; then his own two are counted as one.)
 */
export const labelOf = (text: string, max = MAX_LABEL): string => {
  if (text.length <= max) return text
  const mark = `...#${hashOf(text)}`
  return copied(text.slice(0, max - mark.length).replace(HIGH_SURROGATE, '') + mark)
}

/** Whether a label may stand for more than it says. */
export const mayBeCut = (label: string, max = MAX_LABEL): boolean => label.length >= max - 1

const ONE_BYTE = /^[\0-\u00FF]*$/
/** A part of a string keeps all of it in memory, as long as it is not copied; two bytes a character where one would not do. */
const copied = (text: string): string => {
  const encoding = ONE_BYTE.test(text) ? 'latin1' : 'utf16le'
  return Buffer.from(text, encoding).toString(encoding)
}

/** 64 bits of all characters, in two lanes, as 16 hex digits. */
const hashOf = (text: string): string => {
  let low = 0x9e37_79b1
  let high = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x85eb_ca6b)
    high = Math.imul(high ^ unit, 0xc2b2_ae35) + ((low >>> 15) | 0)
  }
  return [low, high].map((lane) => ((lane ^ (lane >>> 16)) >>> 0).toString(16).padStart(8, '0')).join('')
}
