import type { Layer } from '../cause/cause.ts'
import type { Finding, Report } from '../report/report.ts'

/** Every sentence that only the HTML page says, in one place. */

export const TITLE = 'WebSocket sessions'

export const SECTIONS = {
  path: 'Where it broke',
  timeline: 'When',
  durations: 'How long sessions lived',
  findings: 'What to change',
  events: 'What happened',
  clusters: 'Ages at which sessions end together',
  endings: 'Who cut the sessions',
  failures: 'Why handshakes failed',
  heat: 'Drops by hour and weekday',
  rankings: 'Who is hit',
  basis: 'What this rests on',
} as const

export const STATUS: Readonly<Record<Report['health']['status'], string>> = { ok: 'Healthy', degraded: 'Not healthy', failing: 'Failing', unknown: 'Nothing to judge' }
export const MARKS: Readonly<Record<Report['health']['status'], string>> = { ok: '✓', degraded: '✗', failing: '✗', unknown: '?' }
export const SEVERITY_MARKS: Readonly<Record<Finding['severity'], string>> = { critical: '✗', warning: '!', info: '·' }

/** What each hop is, for who does not know the word. */
export const HOPS: Readonly<Record<Exclude<Layer, 'unknown'>, string>> = { client: 'browser, app', edge: 'load balancer, CDN, NAT', nginx: 'this server', upstream: 'the application' }

export const PATH_NOTE = 'Of all handshakes: those that failed at a hop, and the sessions that were cut there. Orderly ends are no loss.'
export const NO_LOSS = 'no loss'
export const NONE_KNOWN = 'no loss known'
export const MOST_LOST = 'most is lost here'
export const MOST_KNOWN = 'most of what is known'
export const TIMELINE_HINT = 'Drag to zoom; double-click or Esc shows all. With the keyboard: ← → read, + and − zoom, Shift with ← → moves, Home and End jump.'
/** Ends that look orderly, of some of which it is not known. */
export const CLOSED_SOMEHOW = 'closed in order, or by whom is not known'
export const NO_TIMELINE = 'No minute of the log holds a handshake or the end of a session.'
export const DURATIONS_NOTE = 'Sessions by age, on a logarithmic scale; where many end at one age, the age and the cause stand above.'
export const HEAT_NOTE = 'Drops an hour, on average over the days of the log. The stronger the colour, the more; outlined: the most.'
