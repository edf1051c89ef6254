import type { LiveEnding } from '../../live/snapshot.ts'
import { formatSeconds } from '../format.ts'
import { causeText, LATEST_COLUMNS, NOTHING, TITLES } from '../live-sentences.ts'
import { CONFIDENCES, LAYERS } from '../sentences.ts'
import { formatMoment, MOMENT_WIDTH } from './moment.ts'
import { GAP, left, type Line, right, span, titleLine } from './spans.ts'
import type { Section } from './view.ts'

const AGE_WIDTH = 10
const CAUSE_WIDTH = 33
/** The longest of the usual sentences; of others the code is shown. */
const NARROW_CAUSE_WIDTH = 29
/** From these widths on there is room for the layer, the confidence and the client; and for upstream and host, too. */
const WIDE = 110
const WIDER = 170
const CLIENT_WIDTH = 15

/** The latest drops and failed handshakes, each with its cause; what a client chose stands last. */
export const latest: Section = ({ latest: all, at }, { width, rows, zone, isFaultsOnly }) => {
  const found = isFaultsOnly ? all.filter(({ isFault }) => isFault) : all
  const causeWidth = width >= WIDE ? CAUSE_WIDTH : NARROW_CAUSE_WIDTH
  const line = (ending: LiveEnding): Line => [
    span(ending.isFault ? '✗ ' : '  ', 'bad'),
    left(formatMoment(ending.at, { now: at, zone }), MOMENT_WIDTH, 'faint'),
    // A handshake that failed has no age worth a word: its status says more.
    right(ending.kind === 'handshake' ? String(ending.status).padStart(3, '0') : formatSeconds(ending.durationSeconds), AGE_WIDTH), GAP,
    left(causeOf(ending, causeWidth), causeWidth), GAP,
    ...(width >= WIDE ? [left(LAYERS[ending.layer], 8), GAP, left(CONFIDENCES[ending.confidence], 9, 'faint'), GAP] : []),
    ...(width >= WIDER ? [left(ending.upstream, 21), GAP] : []),
    left(ending.client, width >= WIDE ? 26 : CLIENT_WIDTH), GAP,
    span(width >= WIDER ? `${ending.host}${ending.path}` : ending.path),
  ]
  const note = found.length > 0 ? LATEST_COLUMNS : isFaultsOnly ? NOTHING.latestFaultsOnly : NOTHING.latest
  return [titleLine(TITLES.latest, note), ...found.slice(0, Math.max(0, rows - 1)).map(line)].slice(0, rows)
}

/** The sentence, or the code where the sentence is too long. */
const causeOf = ({ kind, cause, confidence }: LiveEnding, width: number): string => {
  const text = causeText({ kind, cause, confidence })
  return text.length <= width ? text : cause
}
