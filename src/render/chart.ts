const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** One character a value; a dot for 0, so that "none" and "few" look different. Values >= 0. */
export const sparkline = (values: readonly number[]): string => {
  const most = Math.max(...values, 1)
  return values.map((value) => (value === 0 ? '·' : LEVELS[Math.min(7, Math.floor((value / most) * 8))]!)).join('')
}

/** At most `width` values, each the largest of its neighbours: a spike of one minute is never averaged away. */
export const compress = (values: readonly number[], width: number): { values: number[]; each: number } => {
  const each = Math.max(1, Math.ceil(values.length / width))
  const result: number[] = []
  for (let at = 0; at < values.length; at += each) result.push(Math.max(...values.slice(at, at + each)))
  return { values: result, each }
}

/** A bar of `share` (0..1) of `width` characters, to an eighth of one; never empty for more than nothing. */
export const bar = (share: number, width: number): string => {
  const eighths = Math.round(share * width * 8)
  if (share > 0 && eighths === 0) return EIGHTHS[1]!
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!
}

/**
 * The same as bars of `rows` lines, the highest line first, with `most` (> 0) as high as all of them. Undefined is what was not seen: blank.
 * Anything above 0 shows at least an eighth of a line.
 */
export const tallSparkline = (values: readonly (number | undefined)[], { most, rows }: { most: number; rows: number }): string[] =>
  Array.from({ length: rows }, (_, index) => {
    const below = (rows - 1 - index) * LEVELS.length
    return values.map((value) => {
      if (value === undefined) return ' '
      if (value === 0) return below === 0 ? '·' : ' '
      const eighths = Math.max(1, Math.round((value / most) * rows * LEVELS.length)) - below
      return eighths <= 0 ? ' ' : LEVELS[Math.min(LEVELS.length, eighths) - 1]!
    }).join('')
  })
