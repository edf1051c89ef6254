import { scaled } from './endings.ts'
import { said } from './messages.ts'
import { locationOf, nginxLines } from './nginx-lines.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { counted, listed, percent, short } from './wording.ts'

/** nginx could not make a TLS connection to the upstream. */
export const tlsUpstream: Rule = (facts) => {
  const { failures, attempts } = facts.report.handshakes
  const own = failures.filter(({ cause }) => cause === 'tls-upstream')
  const sessions = own.reduce((sum, { count }) => sum + count, 0)
  const share = attempts === 0 ? 0 : sessions / attempts
  if (!isWorthSaying({ sessions, share })) return undefined
  const { failureSample } = facts.summary
  const rows = failureSample.rows.filter(({ verdict }) => verdict.cause === 'tls-upstream')
  const upstreams = [...new Set(rows.map(({ upstream }) => upstream).filter((upstream) => upstream !== ''))]
  const certificates = Math.min(sessions, said(facts, ['upstream-ssl-verify', 'upstream-ssl-name']))
  const isVerified = certificates > 0
  return {
    code: 'tls-upstream',
    severity: severityOf({ sessions, share }, own.some(({ confidence }) => confidence === 'confirmed') ? 'confirmed' : 'likely'),
    layer: 'nginx',
    title: `nginx cannot make TLS connections to ${upstreams.length === 1 ? short(upstreams[0]!) : 'its upstreams'}`,
    detail: `${counted(sessions, 'handshake')} (${percent(share)}) failed between nginx and the upstream${upstreams.length === 0 ? '' : ` (${listed(upstreams.map(short))})`}: ${isVerified ? `the certificate did not stand up to proxy_ssl_verify${certificates < sessions ? ` in ${certificates} of them, the others did not agree on TLS` : ''}` : 'the two did not agree on TLS, or the upstream speaks none there'}.`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { handshakes: sessions, upstreams: upstreams.slice(0, 20), sampled: scaled(rows.length, failureSample), certificates },
    fix: {
      text: certificates >= sessions / 2
        ? 'Give nginx the authority that signed the certificate (proxy_ssl_trusted_certificate) and the name in it (proxy_ssl_name), or renew the certificate.'
        : 'A port that speaks plain HTTP needs proxy_pass http://, not https://. An upstream that serves several names needs the name sent along, which nginx does not do by itself.',
      nginx: nginxLines({ into: locationOf(rows), lines: ['proxy_ssl_server_name on;'] }),
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name',
  }
}
