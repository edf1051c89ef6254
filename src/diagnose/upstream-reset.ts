import { endedOf, onlyOne, sampleOf, shareOfSessions } from './endings.ts'
import { resetsInBursts, resetsInCuts, upstreamCuts } from './restarts.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { counted, listed, percent, short } from './wording.ts'

/** The application, or what stands before it, ends sessions with a reset, and not in a restart. */
export const upstreamReset: Rule = (facts) => {
  const inRestarts = resetsInCuts(facts, upstreamCuts(facts))
  const sessions = Math.max(0, endedOf(facts, 'upstream-reset').sessions - inRestarts)
  const share = shareOfSessions(facts, sessions)
  if (!isWorthSaying({ sessions, share })) return undefined
  const bursts = resetsInBursts(facts)
  // Those of restarts are told there.
  const together = Math.max(0, bursts.sessions - inRestarts)
  const rows = sampleOf(facts, 'upstream-reset')
  const upstream = onlyOne(rows, facts.summary.sessionSample.rows, (one) => one.upstream)
  const path = onlyOne(rows, facts.summary.sessionSample.rows, (one) => one.path)
  return {
    code: 'upstream-reset',
    severity: severityOf({ sessions, share }, 'confirmed'),
    layer: 'upstream',
    title: `The application${upstream === undefined ? '' : ` at ${short(upstream)}`} resets ${percent(share)} of sessions`,
    detail: `${counted(sessions, 'session')} ended because the upstream reset the connection, as nginx logged${inRestarts > 0 ? `; ${counted(inRestarts, 'other')} did so when it restarted` : ''}.${together > 0 ? ` ${counted(together, 'session')} ended in one moment with others at ${listed(bursts.upstreams.map(short))}: a process there may have died.` : ''}${path === undefined ? '' : ` Nearly all were at ${short(path)}.`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { sessions, inRestarts, together, upstream: upstream ?? null, path: path ?? null },
    fix: { text: "A reset comes of a process that dies or of a socket destroyed with data unread: look at the application's own log at these times for exceptions, terminate() or destroy() calls, memory limits, and at any sidecar or firewall before it. nginx only passes it on.", nginx: '' },
    source: 'https://github.com/amidaware/tacticalrmm/issues/2311',
  }
}
