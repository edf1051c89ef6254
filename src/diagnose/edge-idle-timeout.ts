import { endedOf } from './endings.ts'
import { agesOf, pingSeconds, productsOf, sourceOf, timersOf } from './idle-timers.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { age, counted, listed, percent, short } from './wording.ts'

/** A hop in front of nginx closes quiet sessions before nginx would. */
export const edgeIdleTimeout: Rule = (facts) => {
  const ended = endedOf(facts, 'edge-idle-timeout')
  const clusters = timersOf(facts, 'edge-idle-timeout')
  if (!isWorthSaying(ended) || clusters.length === 0) return undefined
  const { sessions, share } = ended
  const seconds = clusters.map(({ centerMs }) => centerMs / 1000)
  const addresses = [...new Set(clusters.flatMap(({ clients }) => [...(clients ?? [])]))]
  const products = productsOf(clusters)
  const ping = pingSeconds(Math.min(...seconds))
  const from = addresses.length === 0 ? '' : ` All of them came through ${listed(addresses.map(short))}, while sessions of other addresses live longer.`
  return {
    code: 'edge-idle-timeout',
    severity: severityOf({ sessions, share }, 'likely'),
    layer: 'edge',
    title: `A hop in front of nginx closes quiet sessions at ${listed(seconds.map(age))}`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) got nothing and were closed at that age, but not by nginx.${from}${products.length === 0 ? '' : ` It may be ${listed(products)}: their defaults fit.`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { agesSeconds: agesOf(clusters), addresses, products, pingSeconds: ping, why: clusters.map(({ evidence }) => evidence.join('; ')) },
    fix: {
      text: `Ask whoever runs the load balancer, CDN or gateway${addresses.length === 1 ? ` at ${short(addresses[0]!)}` : ''} for its idle timeout, and set it above the ping interval; ping every ${ping} s. No directive of nginx changes it.`,
      nginx: '',
    },
    source: sourceOf(clusters, 'https://github.com/kubernetes/ingress-nginx/issues/3046'),
  }
}
