import { briefly, failedOf, failureFinding } from './failed.ts'
import type { Rule } from './rule.ts'
import { percent } from './wording.ts'

/** nginx holds every backend of a group for down, and refuses without asking any. */
export const noLiveUpstream: Rule = (facts) => {
  const failed = failedOf(facts, 'no-live-upstream')
  if (failed === undefined) return undefined
  return failureFinding(facts, failed, {
    code: 'no-live-upstream',
    layer: 'upstream',
    title: 'nginx counts every backend of a group as down',
    detail: `${failed.count} handshakes (${percent(failed.share)}) got 502 without any backend being asked: after max_fails failures (1 by default) a backend is left out for fail_timeout (10 s), and all of them were.${briefly(facts, failed)}`,
    fix: {
      text: 'Find out why the first attempts failed: these refusals only follow from them. Until then let a failure not take a backend out so fast.',
      nginx: '# in the http block; with the addresses of your backends\nupstream backend {\n    server 10.0.0.1:8080 max_fails=3 fail_timeout=5s;\n    server 10.0.0.2:8080 max_fails=3 fail_timeout=5s;\n}',
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#max_fails',
  })
}
