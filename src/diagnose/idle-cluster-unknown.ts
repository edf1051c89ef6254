import { shareOfSessions } from './endings.ts'
import { agesOf, isUnknownTimer, membersOf, productsByPlace, productsOf } from './idle-timers.ts'
import { locationOf, nginxLines } from './nginx-lines.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying } from './severity.ts'
import { age, counted, listed, percent } from './wording.ts'

/** So many sessions at one age are a fault, whoever's it is; fewer may be what somebody wants. */
const WARN_SHARE = 0.2

/** Quiet sessions end at one age, and the logs do not tell whose timer it is. */
export const idleClusterUnknown: Rule = (facts) => {
  const clusters = facts.patterns.clusters.filter(isUnknownTimer)
  const sessions = clusters.reduce((sum, cluster) => sum + cluster.sessions, 0)
  const share = shareOfSessions(facts, sessions)
  if (!isWorthSaying({ sessions, share })) return undefined
  const ages = listed(clusters.map(({ centerMs }) => age(centerMs / 1000)))
  const { missing } = facts.report.evidence
  const isNginxPossible = missing.includes('error-log') || missing.includes('info-level')
  const products = productsOf(clusters)
  const where = isNginxPossible ? 'nginx (proxy_read_timeout), a hop in front of it, or the application' : 'a hop in front of nginx, the application or the client'
  return {
    code: 'idle-cluster-unknown',
    severity: share >= WARN_SHARE ? 'warning' : 'info',
    layer: 'unknown',
    title: `Quiet sessions end at ${ages}: it may be ${isNginxPossible ? "nginx's timeout or another hop's" : "another hop's timeout"}`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) got nothing and ended at that age; by chance it would be ${Math.round(clusters.reduce((sum, { expected }) => sum + expected, 0))}. It may be ${where}; the logs do not tell which.${products.length === 0 ? '' : ` Timers that fit: ${productsByPlace(clusters)}.`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { agesSeconds: agesOf(clusters), products, why: clusters.map(({ evidence }) => evidence.join('; ')) },
    fix: isNginxPossible
      ? {
          text: 'Turn on level info in the error log: nginx then writes a line for each session that it cuts. Or tell wslog the timeout in force with --read-timeout. Pings within that age help whichever it is.',
          nginx: nginxLines({ into: locationOf(clusters.flatMap((cluster) => membersOf(facts, cluster))), lines: ['error_log /var/log/nginx/ws_error.log info;'] }),
        }
      : { text: 'nginx did not cut them. Look for an idle timeout of that length in the load balancer or CDN in front, in the application, and in the client; pings within that age help whichever it is.', nginx: '' },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
  }
}
