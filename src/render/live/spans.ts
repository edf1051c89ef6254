import { clipColumns, columnsOf, ELLIPSIS } from '../columns.ts'
import type { Paint } from '../paint.ts'

export type Style = keyof Paint

/** A piece of a line. Its text may come from a log: it is made safe where the line is fitted. */
export interface Span {
  readonly text: string
  readonly styles: readonly Style[]
}

export type Line = readonly Span[]

export const span = (text: string, ...styles: readonly Style[]): Span => ({ text, styles })

export const GAP: Span = span('  ')
export const EMPTY: Line = []

/** The head of a section, and what is to say of it all. */
export const titleLine = (title: string, note: string): Line => [span(title, 'strong'), ...(note === '' ? [] : [span(`  ${note}`, 'faint')])]

/** Exactly `width` columns, blanks behind. */
export const left = (text: string, width: number, ...styles: readonly Style[]): Span => {
  const clipped = clipColumns(text, width)
  return span(clipped + blanks(width - columnsOf(clipped)), ...styles)
}

/** Exactly `width` columns, blanks before. */
export const right = (text: string, width: number, ...styles: readonly Style[]): Span => {
  const clipped = clipColumns(text, width)
  return span(blanks(width - columnsOf(clipped)) + clipped, ...styles)
}

/** The line in at most `width` columns, every text in it safe to show. */
export const fit = (line: Line, width: number): Line => {
  const result: Span[] = []
  let room = width
  for (const { text, styles } of line) {
    if (room <= 0) break
    const clipped = clipColumns(text, room)
    if (clipped !== '') result.push({ text: clipped, styles })
    // A column that half a wide character has left is not for the next text.
    if (clipped !== text && clipped.endsWith(ELLIPSIS)) break
    room -= columnsOf(clipped)
  }
  return result
}

/** The line in exactly `width` columns. */
export const pad = (line: Line, width: number): Line => {
  const fitted = fit(line, width)
  return [...fitted, span(blanks(width - widthOf(fitted)))]
}

export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + columnsOf(text), 0)

/** A fitted line as it goes to the terminal. */
export const paintLine = (line: Line, paint: Paint): string =>
  line.map(({ text, styles }) => styles.reduce((painted, style) => paint[style](painted), text)).join('').trimEnd()

const blanks = (count: number): string => ' '.repeat(Math.max(0, count))
