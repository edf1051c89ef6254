import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Layer, SessionCause } from '../cause/cause.ts'
import { LAYER_OF_SIDE } from '../cluster/catalogue.ts'
import type { NamedCluster } from '../cluster/name-clusters.ts'
import type { Facts } from './rule.ts'
import { listed } from './wording.ts'

const IDLE_CAUSES: ReadonlySet<SessionCause | null> = new Set(['idle-timeout', 'edge-idle-timeout', 'upstream-idle-timeout'])

/** The ages at which silence ends sessions, whoever's timer it is, the shortest first. */
export const idleTimers = ({ patterns }: Pick<Facts, 'patterns'>): NamedCluster[] =>
  patterns.clusters.filter((cluster) => IDLE_CAUSES.has(cluster.cause) || isUnknownTimer(cluster)).toSorted((a, b) => a.centerMs - b.centerMs)

/** Quiet sessions end at one age, and several could be why. A Close frame is an answer, too, when a client leaves at a fixed age. */
export const isUnknownTimer = ({ cause, ageClasses }: NamedCluster): boolean => cause === null && ageClasses.includes('silent')

export const timersOf = ({ patterns }: Pick<Facts, 'patterns'>, cause: SessionCause): NamedCluster[] => patterns.clusters.filter((cluster) => cluster.cause === cause)

/** Intervals that people set. Home routers and phones forget a silent connection after half a minute or more. */
const PINGS_S = [25, 20, 15, 10, 5, 2, 1]
/** A ping may be late, or lost and sent again: two of them must fit into the timer. */
const PINGS_A_TIMER = 2

/** An interval of pings, s, that keeps sessions through a timer; at most 25 s, which suits most hops. */
export const pingSeconds = (shortestTimerSeconds: number): number => PINGS_S.find((interval) => interval * PINGS_A_TIMER <= shortestTimerSeconds) ?? 1

/** The sampled sessions that a cluster holds. */
export const membersOf = ({ summary }: Pick<Facts, 'summary'>, { fromMs, toMs }: NamedCluster): SampledHandshake[] => summary.sessionSample.rows.filter(({ durationMs }) => durationMs >= fromMs && durationMs < toMs)

/** Products whose timers fit, each once with its setting. */
export const productsOf = (clusters: readonly NamedCluster[]): string[] => {
  const products = new Map<string, string>()
  for (const { product, setting } of clusters.flatMap(({ candidates }) => candidates)) if (!products.has(product)) products.set(product, `${product} (${setting})`)
  return [...products.values()]
}

const PLACES: readonly (readonly [Layer, string])[] = [['edge', 'in front'], ['nginx', 'here'], ['upstream', 'behind'], ['client', 'in the client']]
const MAX_PER_PLACE = 3

/** `in front AWS ALB, …; nginx itself; behind …`: the products that fit, by where they stand. */
export const productsByPlace = (clusters: readonly NamedCluster[]): string =>
  PLACES.flatMap(([layer, place]) => {
    const products = [...new Set(clusters.flatMap(({ candidates }) => candidates).filter(({ side }) => LAYER_OF_SIDE[side] === layer).map(({ product }) => product))]
    return products.length === 0 ? [] : [`${place} ${listed(products, MAX_PER_PLACE)}`]
  }).join('; ')

/** The page of the first product that fits; of a file in a repository, the repository. */
export const sourceOf = (clusters: readonly NamedCluster[], otherwise: string): string => clusters.flatMap(({ candidates }) => candidates.map(({ source }) => source.split(' ', 1)[0]!))[0] ?? otherwise

const seconds = (ms: number): number => Number((ms / 1000).toFixed(1))

export const agesOf = (clusters: readonly NamedCluster[]): number[] => clusters.map(({ centerMs }) => seconds(centerMs))
