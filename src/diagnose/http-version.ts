import { Protocol } from '../session/protocol.ts'
import { atMostWarning, type Failed, failureFinding, MIN_FAILED, failureSeverity } from './failed.ts'
import { CONNECTION_MAP, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import type { Finding } from '../report/report.ts'
import type { Facts, Rule } from './rule.ts'
import { percent } from './wording.ts'

/**
 * A handshake is HTTP/1.1 (RFC 6455, 4.1). nginx does not know the one over HTTP/2 (RFC 8441) or HTTP/3, and a proxy
 * in front that is left at HTTP/1.0 cannot carry one.
 */
export const httpVersion: Rule = (facts) => {
  const { failuresByProtocol } = facts.summary
  const old = failuresByProtocol.get(Protocol.http10) ?? 0
  const modern = (failuresByProtocol.get(Protocol.http2) ?? 0) + (failuresByProtocol.get(Protocol.http3) ?? 0)
  return [...(old < MIN_FAILED ? [] : [tooOld(facts, failedWith(facts, old))]), ...(modern < MIN_FAILED ? [] : [tooNew(facts, failedWith(facts, modern))])]
}

/** The protocol is counted of all; which rows of the sample had it is not known. */
const failedWith = (facts: Facts, count: number): Failed =>
  ({ count, share: count / facts.report.handshakes.attempts, confidence: 'likely', layer: 'edge', byStatus: {}, rows: [] })

const tooOld = (facts: Facts, failed: Failed): Finding =>
  failureFinding(facts, failed, {
    code: 'http-version',
    title: 'Handshakes arrive as HTTP/1.0, which has no upgrade',
    detail: `${failed.count} failed handshakes (${percent(failed.share)}) came over HTTP/1.0: a proxy in front of this nginx speaks it, as nginx does before 1.29.7 unless told otherwise; or they are health checks.`,
    severity: atMostWarning(failureSeverity(failed)),
    evidence: { protocol: 'HTTP/1.0' },
    fix: { text: 'Set HTTP/1.1 and the headers at the proxy in front, too: every hop must pass them on.', nginx: `${CONNECTION_MAP}\n# on the proxy in front of this nginx, in the location of ${plainPathOf(facts.summary.failureSample.rows)}\n${UPGRADE_HEADERS}` },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version',
  })

const tooNew = (facts: Facts, failed: Failed): Finding =>
  failureFinding(facts, failed, {
    code: 'http-version',
    layer: 'client',
    title: 'Requests come to the socket over HTTP/2 or HTTP/3, where nginx has no WebSockets',
    detail: `${failed.count} failed handshakes (${percent(failed.share)}) came over HTTP/2 or HTTP/3. Browsers open a connection with HTTP/1.1 of its own for a socket; a client or a CDN that does not, or a plain request to the path, fails so.`,
    severity: atMostWarning(failureSeverity(failed)),
    evidence: { protocol: 'HTTP/2 or HTTP/3' },
    fix: { text: 'Let the client, or the CDN towards this server, use HTTP/1.1 for the path of the socket (test with curl --http1.1). nginx needs no change.', nginx: '' },
    source: 'https://github.com/NginxProxyManager/nginx-proxy-manager/issues/5503',
  })
