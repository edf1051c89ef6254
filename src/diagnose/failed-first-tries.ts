import { failureFinding, MIN_FAILED, mostOf } from './failed.ts'
import { plainPathOf } from './fixes.ts'
import { said } from './messages.ts'
import type { Rule } from './rule.ts'
import { percent } from './wording.ts'

/** A retry now and then is what retries are for; so many say that a backend is down all the time. */
const WARNING_SHARE = 0.05
const INFO_SHARE = 0.005

/** Sessions that nginx could open only at the second backend or later: nobody notices the one that is dead. */
export const failedFirstTries: Rule = (facts) => {
  const { rows, share: sampled } = facts.summary.sessionSample
  const retried = rows.filter(({ tries }) => tries > 1)
  const share = rows.length === 0 ? 0 : retried.length / rows.length
  if (retried.length < MIN_FAILED || share < INFO_SHARE) return undefined
  const count = Math.round(retried.length / sampled)
  const refused = said(facts, ['connect-refused', 'connect-to-refused', 'connect-to-no-socket'])
  const late = said(facts, ['upstream-timed-out-connecting', 'connect-no-route', 'connect-to-no-route', 'upstream-timed-out-header'])
  const why = refused + late === 0 ? '' : refused >= late ? ` The error log has ${refused} refused connections.` : ` The error log has ${late} timeouts and missing routes.`
  const served = new Set(mostOf(retried, 'upstream').map(({ name }) => name))
  return failureFinding(facts, { count, share, confidence: 'likely', layer: 'upstream', byStatus: { 101: count }, rows: retried }, {
    code: 'failed-first-tries',
    severity: share >= WARNING_SHARE ? 'warning' : 'info',
    title: 'Retries hide a backend that fails',
    detail: `${count} sessions (${percent(share)}) were opened only after another backend had failed; ${served.size === 1 ? 'one backend' : `${served.size} backends`} took them over.${why} Each retry costs time, and the load of the one that is missing.`,
    evidence: { failed: 0, retriedSessions: count, refusedEntries: refused, timeoutEntries: late },
    fix: {
      text: 'See in $upstream_addr which address comes first in these lines, and mend it or take it out. A short connect timeout keeps retries cheap.',
      nginx: `# in the location of ${plainPathOf(retried)}\nproxy_connect_timeout 2s;\nproxy_next_upstream error timeout;\nproxy_next_upstream_tries 2;`,
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_next_upstream',
  })
}
