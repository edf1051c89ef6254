/** A Markdown table, its columns as wide as their widest cell so that a terminal shows it well too; figures, which come after the texts, to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[], { texts }: { texts: number }): string => {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => (column < texts ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |\n`
  const rule = `|${widths.map((width, column) => (column < texts ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|\n`
  return line(head) + rule + rows.map(line).join('')
}

/** Three digits that count, and no more than milliseconds: 0.031, 1.78, 70.3, 412. */
export const inSeconds = (seconds: number): string => seconds.toFixed(seconds < 1 ? 3 : seconds < 10 ? 2 : seconds < 100 ? 1 : 0)

/** How often; what is unknown is a dash. */
export const asRatio = (ratio: number | undefined): string => (ratio === undefined ? '–' : ratio.toFixed(ratio < 1 ? 2 : ratio < 10 ? 1 : 0))

/** Bytes as people say them: 50 MB, 5 GB. */
export const asSize = (megabytes: number): string => (megabytes === 0 ? 'empty' : megabytes < 1000 ? `${megabytes} MB` : `${megabytes / 1000} GB`)
