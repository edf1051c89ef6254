import { endedOf, onlyOne, sampleOf } from './endings.ts'
import { locationOf, nginxLines } from './nginx-lines.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { counted, percent, short } from './wording.ts'

/** The application's host, or the network to it, vanished with sessions open. */
export const upstreamLost: Rule = (facts) => {
  const ended = endedOf(facts, 'upstream-lost')
  if (!isWorthSaying(ended)) return undefined
  const { sessions, share } = ended
  const rows = sampleOf(facts, 'upstream-lost')
  const upstream = onlyOne(rows, facts.summary.sessionSample.rows, (one) => one.upstream)
  return {
    code: 'upstream-lost',
    severity: severityOf({ sessions, share }, 'confirmed'),
    layer: 'upstream',
    title: `${upstream === undefined ? 'An upstream' : `The upstream ${short(upstream)}`} vanished without closing its sessions`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) ended because packets to the upstream were no longer answered, as nginx logged: its host, container or network was gone.`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { sessions, upstream: upstream ?? null },
    fix: {
      text: 'Let hosts and containers close their sockets before they go (a stop signal and some time for it), and look at firewalls between nginx and the upstream that forget silent connections. TCP keepalive towards the upstream finds dead ones sooner.',
      nginx: nginxLines({ into: locationOf(rows), lines: ['proxy_socket_keepalive on;'] }),
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_socket_keepalive',
  }
}
