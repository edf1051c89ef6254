import stringWidth from 'string-width'
import { sanitize } from './sanitize.ts'

export const ELLIPSIS = '…'
const ASCII = /^[ -~]*$/
/** No letter of a living script needs more; a pile of combining marks has thousands in one column. */
const MAX_UNITS_A_COLUMN = 8

const segmenter = new Intl.Segmenter()

/** Columns that a safe text takes on a terminal: a Chinese character two, a combining mark none. Colours are not counted. */
export const columnsOf = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text))

/** The text made safe to show ({@link sanitize}), in at most `width` columns; what is left out shows as an ellipsis. */
export const clipColumns = (text: string, width: number): string => {
  if (width <= 0) return ''
  const most = (width + 1) * MAX_UNITS_A_COLUMN
  const start = sanitize(text.slice(0, most))
  const isWhole = text.length <= most && start.length <= most
  if (isWhole && columnsOf(start) <= width) return start
  let kept = ''
  let columns = 0
  for (const { segment } of segmenter.segment(start)) {
    const own = columnsOf(segment)
    if (columns + own > width - 1 || kept.length + segment.length > most) break
    kept += segment
    columns += own
  }
  return kept + ELLIPSIS
}
