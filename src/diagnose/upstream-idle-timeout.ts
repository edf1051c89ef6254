import { endedOf } from './endings.ts'
import { agesOf, pingSeconds, productsOf, sourceOf, timersOf } from './idle-timers.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { age, counted, listed, percent, short } from './wording.ts'

/** The application closes quiet sessions by a timer of its own. */
export const upstreamIdleTimeout: Rule = (facts) => {
  const ended = endedOf(facts, 'upstream-idle-timeout')
  const clusters = timersOf(facts, 'upstream-idle-timeout')
  if (!isWorthSaying(ended) || clusters.length === 0) return undefined
  const { sessions, share } = ended
  const seconds = clusters.map(({ centerMs }) => centerMs / 1000)
  const upstreams = [...new Set(clusters.flatMap(({ upstream }) => (upstream === undefined ? [] : [upstream])))]
  const isClosing = clusters.some(({ ageClasses }) => ageClasses.includes('closed'))
  const products = productsOf(clusters)
  const ping = pingSeconds(Math.min(...seconds))
  return {
    code: 'upstream-idle-timeout',
    severity: severityOf({ sessions, share }, 'likely'),
    layer: 'upstream',
    title: `The application${upstreams.length === 1 ? ` at ${short(upstreams[0]!)}` : ''} closes quiet sessions at ${listed(seconds.map(age))}`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) ended at that age${isClosing ? ' with a Close frame and nothing else sent: no proxy sends one' : `, all at ${listed(upstreams.map(short))}, while sessions of other upstreams live longer`}.${products.length === 0 ? '' : ` It may be ${listed(products)}: their defaults fit.`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { agesSeconds: agesOf(clusters), upstreams, products, pingSeconds: ping, why: clusters.map(({ evidence }) => evidence.join('; ')) },
    fix: { text: `Look for an idle or ping timeout of that length in the application's WebSocket library: raise it, or let the client send something every ${ping} s. No directive of nginx changes it.`, nginx: '' },
    source: sourceOf(clusters, 'https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2'),
  }
}
