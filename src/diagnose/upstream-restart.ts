import { endedOf, shareOfSessions } from './endings.ts'
import { nginxLines } from './nginx-lines.ts'
import { refusedAfterCuts, resetsInCuts, upstreamCuts } from './restarts.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { counted, listed, percent, short } from './wording.ts'

/** A restart of the application ends all its sessions in one moment. */
export const upstreamRestart: Rule = (facts) => {
  const all = upstreamCuts(facts)
  const cuts = all.filter(({ cause }) => cause !== undefined)
  const isSure = cuts.length > 0
  const shown = isSure ? cuts : all
  const resets = resetsInCuts(facts, shown)
  const together = isSure ? endedOf(facts, 'upstream-restart').sessions : Math.round(all.reduce((sum, cut) => sum + Math.max(0, cut.sessions - cut.expected), 0))
  const sessions = together + resets
  const share = shareOfSessions(facts, sessions)
  if (shown.length === 0 || !isWorthSaying({ sessions, share })) return undefined
  const refused = refusedAfterCuts(facts, shown)
  const upstreams = [...new Set(shown.flatMap((cut) => [...cut.upstreams]))]
  const times = shown.length === 1 ? 'once' : shown.length === 2 ? 'twice' : `${shown.length} times`
  const name = upstreams.length === 0 ? 'an upstream' : listed(upstreams.map(short))
  return {
    code: 'upstream-restart',
    severity: severityOf({ sessions, share }, isSure ? 'likely' : 'guess'),
    layer: 'upstream',
    title: isSure ? `${upstreams.length === 1 ? `The upstream ${short(upstreams[0]!)}` : 'Upstreams'} restarted ${times} and cut ${upstreams.length === 1 ? 'its' : 'their'} sessions` : 'All sessions of an upstream ended together: it may have been stopped or lost',
    detail: `${counted(sessions, 'session')} (${percent(share)}) of ${name} ended in ${shown.length === 1 ? 'one moment' : `${shown.length} moments`}${resets > 0 ? `, ${resets} of them with a reset` : ''}${refused > 0 ? `, and ${counted(refused, 'handshake')} ${refused === 1 ? 'was' : 'were'} refused right after` : ''}.`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { at: shown.map(({ fromMs }) => new Date(fromMs).toISOString()), upstreams, sessions, resets, refused },
    fix: {
      text: 'Let the application close its sockets little by little before it stops (code 1012), start the new one first, and let clients wait a random time before they reconnect. With a second server in the group nginx sends new handshakes there meanwhile.',
      nginx: nginxLines({ into: 'http', lines: ['upstream ws_backend {', '    server 127.0.0.1:8080 max_fails=1 fail_timeout=5s;', '    server 127.0.0.1:8081 max_fails=1 fail_timeout=5s;', '}'] }),
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server',
  }
}
