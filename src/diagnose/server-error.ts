import { briefly, failedOf, failureFinding, mostOf } from './failed.ts'
import type { Rule } from './rule.ts'
import { whereOf } from './where.ts'
import { percent, short } from './wording.ts'

/** The backend itself answers 5xx. */
export const serverError: Rule = (facts) => {
  const failed = failedOf(facts, 'server-error')
  if (failed === undefined) return undefined
  // Only auth_request makes nginx answer so by itself, and writes that it did.
  const isByNginx = failed.rows.filter(({ upstream, isExplained }) => upstream === '' && isExplained).length * 2 > failed.rows.length
  const where = whereOf(failed.rows)
  const upstreams = mostOf(failed.rows, 'upstream').slice(0, 3).map(({ name }) => short(name)).join(', ')
  const statuses = Object.keys(failed.byStatus).join(', ')
  return failureFinding(facts, failed, {
    code: 'server-error',
    layer: isByNginx ? 'nginx' : 'upstream',
    title: isByNginx ? 'The login check of nginx (auth_request) fails on handshakes' : `The backend answers handshakes with ${statuses}`,
    detail: `${failed.count} handshakes (${percent(failed.share)})${where === '' ? '' : ` ${where}`} ended in an error${isByNginx ? ' of the auth_request' : upstreams === '' ? ' of the backend' : ` of ${upstreams}`}.${briefly(facts, failed)}`,
    fix: isByNginx
      ? { text: 'The request that auth_request makes inherits the headers of the handshake: clear them there, so that the login service sees a plain request.', nginx: '# in the location that auth_request names\nproxy_pass_request_body off;\nproxy_set_header Content-Length "";\nproxy_set_header Upgrade "";\nproxy_set_header Connection "";' }
      : { text: "Look into the backend's log at these times: nginx only passed its answer on. A 502 or 504 here is of another proxy behind this one.", nginx: '' },
    source: isByNginx ? 'https://nginx.org/en/docs/http/ngx_http_auth_request_module.html' : 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6',
  })
}
