import { columnsOf } from './columns.ts'

/**
 * Breaks a text at spaces into lines of at most `width` columns; a longer word is broken where the line
 * ends. The first line begins with `first`, the others with `rest`.
 */
export const wrap = (text: string, width: number, { first = '', rest = first }: { first?: string; rest?: string } = {}): string[] => {
  const room = width - Math.max(first.length, rest.length)
  const words = text.split(' ').flatMap((word) => (columnsOf(word) > room ? pieces(word, room) : [word]))
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of words) {
    if (!isEmpty && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

/** A word in pieces that fill the room. */
const pieces = (word: string, room: number): string[] => {
  const found: string[] = []
  let piece = ''
  for (const char of word) {
    if (piece !== '' && columnsOf(piece + char) > room) {
      found.push(piece)
      piece = ''
    }
    piece += char
  }
  return [...found, piece]
}
