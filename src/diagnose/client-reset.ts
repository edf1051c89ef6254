import { unusualClientEnding } from './client-endings.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, percent } from './wording.ts'

/** Unusually many clients, or a hop in front that speaks for them, end with a reset. */
export const clientReset: Rule = (facts) => {
  const ending = unusualClientEnding(facts, 'client-reset')
  if (ending === undefined) return undefined
  const { sessions, share, common, evidence } = ending
  return {
    code: 'client-reset',
    severity: 'warning',
    layer: 'client',
    title: `${percent(share)} of sessions end with a reset from the client's side`,
    detail: `${counted(sessions, 'session')} were reset by the client or by a hop in front of nginx, as nginx logged; a few in a hundred are usual.${common}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { sessions, ...evidence },
    fix: { text: 'Apps that are killed or close without a Close frame, and firewalls, proxies and virus scanners on the way, send resets: compare clients by version and network. Close sockets in the client with close() when it goes to the background.', nginx: '' },
    source: 'https://nginx.org/en/docs/http/websocket.html',
  }
}
