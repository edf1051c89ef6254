import { said } from './messages.ts'
import type { Rule } from './rule.ts'
import { counted } from './wording.ts'

/** nginx and the client could not agree, or a client did not accept the certificate. */
const REFUSED = ['ssl-failed']
/** Clients and probes that left before they were done. */
const LEFT = ['ssl-peer-closed', 'ssl-closed', 'ssl-timed-out']
/** Scanners try every server: so many a log are nothing. */
const MIN_FAILED = 20
/** Against the handshakes that came through, so many are more than scanners. */
const WARN_RATIO = 0.2

/** TLS handshakes of clients that failed: none of them shows in an access log. */
export const tlsClient: Rule = (facts) => {
  const refused = said(facts, REFUSED)
  const left = said(facts, LEFT)
  const failed = refused + left
  if (failed < MIN_FAILED) return undefined
  const { attempts } = facts.report.handshakes
  const isMany = refused >= MIN_FAILED && refused >= attempts * WARN_RATIO
  return {
    code: 'tls-client',
    severity: isMany ? 'warning' : 'info',
    layer: 'client',
    title: `${counted(failed, 'TLS handshake')} with clients failed${isMany ? ': some clients may not get in at all' : ', maybe of scanners'}`,
    detail: `${counted(refused, 'handshake')} broke on the protocol or the certificate, ${counted(left, 'client')} left before the end. They have no access line and are not among the ${counted(attempts, 'WebSocket handshake')} of this report; which of them were for WebSockets is not known.`,
    sessions: 0,
    share: 0,
    sessionsPerDay: 0,
    evidence: { refused, left, attempts },
    fix: {
      text: 'Read the reasons in the error log: "unknown ca" or "certificate expired" is a chain that the client does not trust (send the whole chain in ssl_certificate), "unsupported protocol" an old client. Clients of a load balancer that only probe the port look like those that left.',
      nginx: '',
    },
    source: 'https://nginx.org/en/docs/http/configuring_https_servers.html',
  }
}
