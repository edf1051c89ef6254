import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Finding } from '../report/report.ts'
import { aboveBy, type Proportion } from './compare.ts'
import { failureFinding, WARNING_SHARE, byStatusOf } from './failed.ts'
import { handshakesOf, placesOf } from './places.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

/** Fewer handshakes of a backend are no rate. */
const MIN_ATTEMPTS = 20
const MIN_RATE = 0.1
/** It must fail so many times as often as the others. */
const MIN_TIMES = 5
/** By chance this difference comes once in a million comparisons, and there may be a hundred backends. */
const MIN_SIGMA = 6
/** The client left, or was turned away for what it is: nothing of the backend. */
const NOT_OF_PEERS = new Set(['client-gone', 'unauthorized', 'forbidden', 'redirected'])

/** One backend among good ones: compared only with those that serve the same places. */
export const oneBadPeer: Rule = (facts) => {
  const { rows, share } = handshakesOf(facts)
  const placeOf = placesOf(facts)
  const byPlace = new Map<string, Map<string, SampledHandshake[]>>()
  for (const row of rows) {
    if (!PEER.test(row.upstream) || NOT_OF_PEERS.has(row.verdict.cause)) continue
    const place = `${row.host} ${placeOf(row.path)}`
    const peers = byPlace.get(place) ?? new Map<string, SampledHandshake[]>()
    byPlace.set(place, peers)
    const own = peers.get(row.upstream)
    if (own === undefined) peers.set(row.upstream, [row])
    else own.push(row)
  }
  const shared = [...byPlace.values()].filter((peers) => peers.size > 1)
  return [...new Set(shared.flatMap((peers) => [...peers.keys()]))].flatMap((name): Finding[] => {
    const places = shared.filter((peers) => peers.has(name))
    const own = places.flatMap((peers) => peers.get(name)!)
    const bad = own.filter(isFailed)
    const [hits, of] = [bad.length, own.length]
    const beside = places.flatMap((peers) => [...peers].filter(([other]) => other !== name))
    const others = beside.reduce<Proportion>((sum, [, handshakes]) => ({ hits: sum.hits + handshakes.filter(isFailed).length, of: sum.of + handshakes.length }), { hits: 0, of: 0 })
    const otherPeers = new Set(beside.map(([other]) => other)).size
    const rate = hits / of
    const otherRate = others.of === 0 ? 1 : others.hits / others.of
    if (of < MIN_ATTEMPTS || others.of < MIN_ATTEMPTS || rate < MIN_RATE || rate < otherRate * MIN_TIMES || aboveBy({ hits, of }, others) < MIN_SIGMA) return []
    const count = Math.round(hits / share)
    const failed = { count, share: count / facts.report.handshakes.attempts, confidence: 'likely', layer: 'upstream', byStatus: byStatusOf(bad), rows: bad } as const
    return [failureFinding(facts, failed, {
      code: 'one-bad-peer',
      ...(failed.share < WARNING_SHARE ? { severity: 'warning' } : {}),
      title: `The backend ${short(name)} fails far more handshakes than the others`,
      detail: `${percent(rate)} of its ${of} handshakes failed, against ${percent(otherRate)} of ${others.of} at the other ${otherPeers === 1 ? 'backend' : `${otherPeers} backends`} of the same places.`,
      evidence: { upstream: name, rate, attemptsThere: of, otherRate, otherAttempts: others.of, isSampled: share < 1 },
      fix: {
        text: 'Take it out until it is mended: a wrong version, a full disk, another configuration.',
        nginx: '# in the upstream block; with the address of the bad one\nserver 10.0.0.2:8080 down;',
      },
      source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#down',
    })]
  })
}

const isFailed = ({ status }: SampledHandshake): boolean => status !== 101

/** An address, not the name of a group that nginx logs when none of it is alive. */
const PEER = /:\d+$|^unix:/
