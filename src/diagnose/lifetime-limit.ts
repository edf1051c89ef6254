import { shareOfSessions } from './endings.ts'
import { agesOf, productsOf, sourceOf, timersOf } from './idle-timers.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying } from './severity.ts'
import { age, counted, listed, percent } from './wording.ts'

/** Busy and quiet sessions end at one age: somebody's plan, not a fault. */
export const lifetimeLimit: Rule = (facts) => {
  const clusters = timersOf(facts, 'lifetime-limit')
  const sessions = clusters.reduce((sum, cluster) => sum + cluster.sessions, 0)
  const share = shareOfSessions(facts, sessions)
  if (!isWorthSaying({ sessions, share })) return undefined
  const products = productsOf(clusters)
  return {
    code: 'lifetime-limit',
    severity: 'info',
    layer: 'unknown',
    title: `Sessions live at most ${listed(clusters.map(({ centerMs }) => age(centerMs / 1000)))}, busy ones too`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) ended at that age whether they were busy or not: likely a planned maximum, such as a token that expires, and not counted as a fault.${products.length === 0 ? '' : ` Limits that fit: ${listed(products)}.`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { agesSeconds: agesOf(clusters), products },
    fix: { text: 'If nobody planned it, look for a maximum connection age in the application, in the load balancer, or in the lifetime of its tokens. Pings do not help; clients that reconnect at once do.', nginx: '' },
    source: sourceOf(clusters, 'https://github.com/django/daphne/blob/main/daphne/cli.py'),
  }
}
