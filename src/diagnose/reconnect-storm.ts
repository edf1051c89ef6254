import type { EventReport, Finding, Report } from '../report/report.ts'
import { shareOfSessions } from './endings.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, percent } from './wording.ts'

/** Clients that lost their sessions are back within this time. */
const AFTER_MS = 3 * 60_000
/** Under this success rate a storm does harm. */
const MIN_SUCCESS = 0.95

const BREAKS: Readonly<Partial<Record<EventReport['kind'], string>>> = {
  blackout: 'a gap without any traffic', reload: 'a reload that cut sessions', 'upstream-restart': 'a restart of an upstream', 'edge-restart': 'a restart of a hop in front', 'ends-together': 'many sessions ending together',
  'nginx-stop': 'a stop of nginx', 'nginx-start': 'a start of nginx', 'worker-crash': 'a crash of a worker',
}

/** Many clients come at once: after a break all of them, without a random wait. */
export const reconnectStorm: Rule = (facts): Finding | undefined => {
  const { report } = facts
  const storms = report.events.filter(({ kind }) => kind === 'reconnect-storm')
  if (storms.length === 0) return undefined
  const breaks = storms.map((storm) => breakBefore(storm, report))
  const known = [...new Set(breaks.filter((each) => each !== undefined))]
  const minutes = report.timeline.filter(({ minute }) => storms.some(({ at, until }) => minute >= at && minute < (until ?? at)))
  const attempts = minutes.reduce((sum, minute) => sum + minute.attempts, 0)
  const succeeded = minutes.reduce((sum, minute) => sum + minute.succeeded, 0)
  const success = attempts === 0 ? 1 : succeeded / attempts
  const isHarm = success < MIN_SUCCESS
  return {
    code: 'reconnect-storm',
    // A rush that nothing came before, and that all went well in, may be the start of a show.
    severity: known.length > 0 || isHarm ? 'warning' : 'info',
    layer: 'client',
    title: known.length > 0 ? `Clients reconnect all at once after ${known[0]}` : `${storms.length === 1 ? 'A rush' : `${storms.length} rushes`} of handshakes, many times the usual`,
    detail: `${storms[0]!.at.slice(0, 16)}Z: ${storms[0]!.detail}${storms.length > 1 ? `; ${counted(storms.length - 1, 'other')} like it` : ''}. ${percent(success)} of these handshakes succeeded.${known.length > 0 ? '' : ' Nothing in the logs says why they came.'}`,
    sessions: succeeded,
    share: shareOfSessions(facts, succeeded),
    sessionsPerDay: perDay(facts, succeeded),
    evidence: { storms: storms.slice(0, 20).map(({ at, until }, index) => ({ from: at, to: until, after: breaks[index] ?? null })), attempts, succeeded },
    fix: { text: 'Let clients wait a random time before they reconnect, longer after each failure (1 s, 2 s, 4 s … up to a minute, times a random number from 0.5 to 1.5). A limit in nginx would only make them come again.', nginx: '' },
    source: 'https://github.com/phoenixframework/phoenix/issues/4045',
  }
}

const breakBefore = (storm: EventReport, { events }: Report): string | undefined => {
  const at = Date.parse(storm.at)
  const before = events.findLast((event) => BREAKS[event.kind] !== undefined && (event.kind !== 'reload' || (event.sessions ?? 0) > 0) && Date.parse(event.at) < at + 60_000 && Date.parse(event.until ?? event.at) >= at - AFTER_MS)
  return before === undefined ? undefined : BREAKS[before.kind]
}
