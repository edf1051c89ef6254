import { EMPTY, fit, type Line, pad, span } from './spans.ts'

/** Two blocks side by side, in `rows` lines. */
export const beside = (one: readonly Line[], other: readonly Line[], { left, gap, rows }: { left: number; gap: number; rows: number }): Line[] =>
  Array.from({ length: rows }, (_, index) => [...pad(one[index] ?? EMPTY, left), span(' '.repeat(gap)), ...(other[index] ?? EMPTY)])

/** Blocks one below the other, each in as many lines as it was given, whatever it fills of them. */
export const below = (blocks: readonly { readonly lines: readonly Line[]; readonly rows: number }[], width: number): Line[] =>
  blocks.flatMap(({ lines, rows }) => Array.from({ length: rows }, (_, index) => fit(lines[index] ?? EMPTY, width)))

/**
 * Shares out `rows`: first to each in turn what it needs at least, then row by row to each that wants more. What nobody wants is left over.
 * The shares add up to `rows` or less.
 */
export const shareOut = (rows: number, wishes: readonly { readonly least: number; readonly most: number }[]): number[] => {
  let left = Math.max(0, rows)
  const shares = wishes.map(({ least }) => {
    const own = Math.min(least, left)
    left -= own
    return own
  })
  while (left > 0 && wishes.some(({ most }, index) => shares[index]! < most)) {
    for (const [index, { most }] of wishes.entries()) {
      if (left === 0 || shares[index]! >= most) continue
      shares[index]!++
      left--
    }
  }
  return shares
}
