import { sanitize } from '../render/sanitize.ts'

/** The most characters of a label value. */
const MAX_LENGTH = 200

/**
 * A text from a log as a label value: controls and invisible characters written out (Prometheus would take them, but someone reads
 * this with curl), 200 characters at most. An empty one is `-`, as nginx writes it: to Prometheus an empty label is none at all.
 */
export const labelValue = (text: string): string => {
  // Cut before, since a line may have a megabyte, and after, since what is written out grows. Both between code points: halves of
  // one would be written as U+FFFD, so that two values that differ here would be the same series twice in what a scraper gets.
  const safe = cut(sanitize(cut(text)))
  return safe === '' ? '-' : safe
}

const cut = (text: string): string => {
  if (text.length <= MAX_LENGTH) return text
  const isInPair = (text.codePointAt(MAX_LENGTH - 1) ?? 0) > 0xffff
  return text.slice(0, isInPair ? MAX_LENGTH - 1 : MAX_LENGTH)
}
