import CliTable from 'cli-table3'
import type { Paint } from '../paint.ts'

const BLANK = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' }

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Characters, two of them a gap; longer texts end with an ellipsis. Undefined: as wide as needed. */
  readonly width?: number
}

/** A table without rules, its head faint, for texts that are already safe to show. No line ends with blanks. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[], { faint }: Paint): string[] => {
  const lines = new CliTable({
    // cli-table3 colours even into a pipe unless it is told not to.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    chars: BLANK,
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align),
    wordWrap: true,
    // A path without spaces is cut, not broken.
    wrapOnWordBoundary: true,
    colWidths: columns.map(({ width }) => width ?? null),
  })
  for (const row of rows) lines.push([...row])
  return lines.toString().split('\n').map((line, index) => (index === 0 ? faint(line.trimEnd()) : line.trimEnd()))
}
