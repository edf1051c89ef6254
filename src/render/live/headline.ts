import type { Snapshot } from '../../live/snapshot.ts'
import { formatSecond } from '../format.ts'
import { type LiveHealth, liveHealth, logFacts, logTroubles } from '../live-sentences.ts'
import { GAP, type Line, pad, type Span, span, type Style } from './spans.ts'
import type { View } from './view.ts'

const MARKS: Readonly<Record<LiveHealth['status'], readonly [string, ...Style[]]>> = {
  waiting: ['·', 'strong'],
  quiet: ['·', 'strong'],
  ok: ['✓', 'good', 'strong'],
  degraded: ['✗', 'bad', 'strong'],
  failing: ['✗', 'bad', 'strong'],
}

/** What is wrong now. */
export const headline = (snapshot: Snapshot): Line => {
  const { status, sentence } = liveHealth(snapshot)
  const [mark, ...styles] = MARKS[status]
  return [span(`${mark} `, ...styles), span(sentence, ...styles)]
}

/** What is followed and how well, whether the screen stands still, and of when it is. */
export const statusLine = ({ at, logs }: Snapshot, { width, zone, isPaused, isFaultsOnly }: Pick<View, 'width' | 'zone' | 'isPaused' | 'isFaultsOnly'>): Line => {
  const clock = formatSecond(at, { zone, hasDate: false })
  const ends: Span[] = [...(isFaultsOnly ? [span('faults only', 'warn'), GAP] : []), ...(isPaused ? [span('PAUSED', 'warn', 'strong'), GAP] : []), span(clock, 'strong')]
  const room = ends.reduce((sum, { text }) => sum + text.length, 0)
  const troubles = logTroubles(logs).map((text) => span(text, 'warn'))
  const facts = [...troubles, span(logFacts(logs).join(' · '), 'faint')]
  const start: Line = facts.flatMap((fact, index) => (index === 0 ? [span('  '), fact] : [span(' · ', 'faint'), fact]))
  return width <= room + GAP.text.length ? ends : [...pad(start, width - room - GAP.text.length), GAP, ...ends]
}
