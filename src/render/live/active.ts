import { formatSecond } from '../format.ts'
import { activeFacts, activeTitle } from '../live-sentences.ts'
import { GAP, type Line, pad, span } from './spans.ts'
import type { Section } from './view.ts'

/** From this width on, what has no room below stands beside. */
const TWO_COLUMNS = 66
const COLUMN_WIDTH = 36

/** How many sessions are open, and what that figure is. */
export const active: Section = ({ active: known, at }, { width, rows, zone }) => {
  const facts = activeFacts(known, { at, timeOf: (instant) => formatSecond(instant, { zone, hasDate: false }).slice(0, 5) })
  const lines: Line[] = facts.map(({ text, tone }) => [span(text, ...(tone === 'plain' ? [] : [tone]))])
  const shown = Array.from({ length: Math.min(lines.length, rows - 1) }, (_, index) => (width < TWO_COLUMNS ? lines[index]! : [...pad(lines[index]!, COLUMN_WIDTH), GAP, ...(lines[index + rows - 1] ?? [])]))
  return [[span(activeTitle(known), 'faint')], ...shown].slice(0, rows)
}
