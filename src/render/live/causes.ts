import type { LiveFigures } from '../../live/snapshot.ts'
import { formatCount } from '../format.ts'
import { type CauseRow, causeText, isFaultRow, NOTHING, outcome, TITLES } from '../live-sentences.ts'
import { CONFIDENCES, LAYERS } from '../sentences.ts'
import { GAP, left, type Line, right, span, titleLine } from './spans.ts'
import type { Section } from './view.ts'

type Row = CauseRow & { readonly layer: LiveFigures['endings'][number]['layer']; readonly count: number }

const COUNT_WIDTH = 9
const OUTCOME_WIDTH = 7
const LAYER_WIDTH = 9
const CONFIDENCE_WIDTH = 9
/** No farther than the eye follows a row. */
const MAX_TEXT = 72

/** Why sessions ended and handshakes failed: over the last 5 minutes, or the hour when nothing came in them; faults first. */
export const causes: Section = ({ windows }, { width, rows, isFaultsOnly }) => {
  const of = (seconds: number): readonly Row[] => rowsOf(windows.find((one) => one.seconds === seconds)).filter((row) => !isFaultsOnly || isFaultRow(row))
  const late = of(300)
  const found = late.length > 0 ? late : of(3600)
  const text = Math.min(MAX_TEXT, Math.max(1, width - 2 - COUNT_WIDTH - OUTCOME_WIDTH - LAYER_WIDTH - CONFIDENCE_WIDTH - 6))
  const line = (row: Row): Line => [
    span(isFaultRow(row) ? '✗ ' : '  ', 'bad'), right(formatCount(row.count), COUNT_WIDTH - 2), GAP, left(outcome(row), OUTCOME_WIDTH), left(LAYERS[row.layer], LAYER_WIDTH), GAP,
    left(causeText(row), text), GAP, left(CONFIDENCES[row.confidence], CONFIDENCE_WIDTH, 'faint'),
  ]
  const shown = found.slice(0, Math.max(0, rows - 1))
  const rest = found.length - shown.length
  const note = found.length === 0 ? (isFaultsOnly ? NOTHING.causesFaultsOnly : NOTHING.causes) : `last ${late.length > 0 ? '5' : '60'} minutes${rest > 0 ? `, ${rest} more` : ''}`
  return [titleLine(TITLES.causes, note), ...shown.map(line)].slice(0, rows)
}

const rowsOf = (figures: LiveFigures | undefined): Row[] => {
  if (figures === undefined) return []
  const endings = figures.endings.map((row): Row => ({ ...row, kind: 'session', count: row.sessions }))
  const failures = figures.failures.map((row): Row => ({ ...row, kind: 'handshake' }))
  return [...endings, ...failures].sort((a, b) => Number(isFaultRow(b)) - Number(isFaultRow(a)) || b.count - a.count)
}
