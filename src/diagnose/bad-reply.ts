import { failedOf, failureFinding, mostOf } from './failed.ts'
import { plainPathOf } from './fixes.ts'
import { said } from './messages.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

/** The backend answers something that nginx cannot take as an HTTP reply. */
export const badReply: Rule = (facts) => {
  const failed = failedOf(facts, 'bad-reply')
  if (failed === undefined) return undefined
  const tooBig = said(facts, ['upstream-too-big-header'])
  const others = said(facts, ['upstream-invalid-header', 'upstream-invalid-header-old', 'upstream-no-valid-header', 'upstream-duplicate-header'])
  const isTooBig = tooBig > others
  const upstream = short(mostOf(failed.rows, 'upstream')[0]?.name ?? '')
  return failureFinding(facts, failed, {
    code: 'bad-reply',
    layer: 'upstream',
    title: isTooBig ? "The head of the backend's reply is too big for nginx" : 'The backend answers handshakes with something that is not HTTP',
    detail: `nginx could not read the reply to ${failed.count} handshakes (${percent(failed.share)})${upstream === '' ? '' : `, most often from ${upstream}`}; it logged ${Object.keys(failed.byStatus).map((status) => status.padStart(3, '0')).join(', ')}.`,
    evidence: { tooBigHeaderEntries: tooBig, notHttpEntries: others },
    fix: isTooBig
      ? { text: 'Give the head of a reply more room, or let the backend set fewer and smaller cookies.', nginx: `# in the location of ${plainPathOf(failed.rows)}\nproxy_buffer_size 16k;\nproxy_buffers 8 16k;\nproxy_busy_buffers_size 32k;` }
      : { text: 'The port may be of another service, or want TLS: then write proxy_pass with https://.', nginx: '' },
    source: isTooBig ? 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffer_size' : 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
  })
}
