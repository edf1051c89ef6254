import type { LiveEvent } from '../../live/snapshot.ts'
import { LIVE_EVENTS, liveEventSessions, NOTHING, TITLES } from '../live-sentences.ts'
import { formatMoment, MOMENT_WIDTH } from './moment.ts'
import { GAP, left, type Line, span, titleLine } from './spans.ts'
import type { Section } from './view.ts'

const KIND_WIDTH = 16

/** What happened, the newest first; what findings became true stands among the findings. */
export const events: Section = ({ events: all, at }, { rows, zone }) => {
  const found = all.filter(isShown)
  const line = (event: LiveEvent): Line => [
    span('  '), left(formatMoment(event.at, { now: at, zone }), MOMENT_WIDTH, 'faint'), GAP, left(LIVE_EVENTS[event.event], KIND_WIDTH), GAP,
    span([liveEventSessions(event), event.upstream ?? '', event.detail].filter((text) => text !== '').join(', ')),
  ]
  return [titleLine(TITLES.events, found.length === 0 ? NOTHING.events : ''), ...found.slice(0, Math.max(0, rows - 1)).map(line)].slice(0, rows)
}

export const isShown = ({ event }: LiveEvent): boolean => event !== 'finding' && event !== 'finding-gone'
