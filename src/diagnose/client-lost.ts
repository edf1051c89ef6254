import { unusualClientEnding } from './client-endings.ts'
import { nginxLines } from './nginx-lines.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, percent } from './wording.ts'

/** Unusually many clients vanish while data is on its way to them. */
export const clientLost: Rule = (facts) => {
  const ending = unusualClientEnding(facts, 'client-lost')
  if (ending === undefined) return undefined
  const { sessions, share, common, evidence } = ending
  return {
    code: 'client-lost',
    severity: 'warning',
    layer: 'client',
    title: `${percent(share)} of clients vanish without closing`,
    detail: `${counted(sessions, 'session')} ended because packets to the client were no longer answered: its network was gone, or a NAT or firewall had forgotten the connection.${common}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { sessions, ...evidence },
    fix: {
      text: 'Ping often enough that no NAT forgets the connection (every 25 s), let clients reconnect on their own, and let TCP keepalive find the dead ones: add so_keepalive to the listen line that you have.',
      nginx: nginxLines({ into: 'the server', lines: ['# add to the listen line that is there: so_keepalive=30s:10s:3'] }),
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
  }
}
