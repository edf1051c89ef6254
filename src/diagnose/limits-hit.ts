import { failedOf, failureFinding } from './failed.ts'
import { plainPathOf } from './fixes.ts'
import { said } from './messages.ts'
import type { Rule } from './rule.ts'
import { counted, percent } from './wording.ts'

/** Refused clients that are so few for so many refusals share an address: a NAT, or a load balancer in front. */
const SHARED_ADDRESS = 20

/** limit_req or limit_conn refuses handshakes. For limit_conn a socket is a connection for as long as it lives. */
export const limitsHit: Rule = (facts) => {
  const failed = failedOf(facts, 'rate-limited')
  if (failed === undefined) return undefined
  const requests = said(facts, ['limit-req'])
  const connections = said(facts, ['limit-conn'])
  const isConfirmed = failed.confidence === 'confirmed'
  const which = isConfirmed && requests !== connections ? (requests > connections ? 'limit_req' : 'limit_conn') : 'limit_req or limit_conn'
  const clients = new Set(failed.rows.map(({ client }) => client)).size
  const isShared = clients * SHARED_ADDRESS <= failed.rows.length
  const location = plainPathOf(failed.rows)
  return failureFinding(facts, failed, {
    code: 'limits-hit',
    layer: 'nginx',
    title: `${isConfirmed ? which : `A limit (${which})`} of nginx ${isConfirmed ? 'refuses' : 'may refuse'} handshakes`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) from ${counted(clients, 'client')} were refused with ${Object.keys(failed.byStatus).join(', ')} and no backend was asked.${isShared ? ' So few addresses for so many: they may be a load balancer, or many users behind one.' : ''}`,
    evidence: { limitReqEntries: requests, limitConnEntries: connections },
    fix: {
      text: 'Give the sockets a zone of their own: after a restart everyone reconnects at once, and a limit meant for pages refuses them again and again. limit_conn counts a socket for as long as it is open. Behind a load balancer count by the real address (real_ip).',
      nginx: which === 'limit_conn'
        ? `# in the http block\nlimit_conn_zone $binary_remote_addr zone=sockets:10m;\n# in the location of ${location}\nlimit_conn sockets 50;`
        : `# in the http block\nlimit_req_zone $binary_remote_addr zone=handshakes:10m rate=10r/s;\n# in the location of ${location}\nlimit_req zone=handshakes burst=50 nodelay;`,
    },
    source: which === 'limit_conn' ? 'https://nginx.org/en/docs/http/ngx_http_limit_conn_module.html' : 'https://nginx.org/en/docs/http/ngx_http_limit_req_module.html',
  })
}
