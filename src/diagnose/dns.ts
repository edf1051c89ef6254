import { failedOf, failureFinding } from './failed.ts'
import { said } from './messages.ts'
import type { Rule } from './rule.ts'
import { percent } from './wording.ts'

/** proxy_pass names its backend by a variable, and nginx cannot turn the name into an address. */
export const dns: Rule = (facts) => {
  const failed = failedOf(facts, 'dns')
  if (failed === undefined) return undefined
  const without = said(facts, ['no-resolver'])
  const isWithout = without * 2 > said(facts, ['no-resolver', 'resolve-not-found', 'resolve-server-failure', 'resolve-timed-out', 'resolve-failed'])
  return failureFinding(facts, failed, {
    code: 'dns',
    layer: 'nginx',
    title: isWithout ? 'nginx has no resolver to look up the name of the backend' : 'nginx cannot resolve the name of the backend',
    detail: `${failed.count} handshakes (${percent(failed.share)}) got 502 because the name in proxy_pass had no address${isWithout ? ': with a variable in proxy_pass nginx needs a resolver of its own' : ''}.`,
    evidence: { entriesWithoutResolver: without },
    fix: { text: "nginx does not read /etc/resolv.conf at run time: name the resolver of your network (in Docker 127.0.0.11, in Kubernetes the cluster's DNS).", nginx: '# in the http block\nresolver 127.0.0.11 valid=30s;\nresolver_timeout 5s;' },
    source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver',
  })
}
