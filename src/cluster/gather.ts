import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Cluster } from './find-clusters.ts'
import { isPeriodic } from './periodic.ts'

/** What the sessions of a cluster have in common, beside those that live longer. */
export interface Gathered {
  /** The few addresses that all of them have, when sessions of other addresses live longer; undefined otherwise. */
  readonly clients: ReadonlySet<string> | undefined
  /** Of all other sessions, the share that these addresses have. */
  readonly clientsShare: number
  /** Quiet sessions of other addresses live longer where nginx and the application treat them alike. */
  readonly isOutlivedAlike: boolean
  /** The one upstream of all, when quiet sessions of other upstreams live longer and its own do not. */
  readonly upstream: string | undefined
  /** All sessions of the log come from a few addresses. */
  readonly isFewClients: boolean
  /** Upstreams of the cluster. */
  readonly upstreams: number
  /** Few quiet sessions live longer, anywhere. */
  readonly isLastQuiet: boolean
  /** They begin at even times, as those of a checker do. */
  readonly isPeriodic: boolean
  /** Whether nearly all of them ended at times for which the test holds. */
  readonly covered: (test: (atMs: number) => boolean) => boolean
}

/** Nearly all: by chance some others end at the same age. */
const NEARLY_ALL = 0.95
const MAX_ADDRESSES = 4
const MIN_SESSIONS_PER_ADDRESS = 5
/** More of all sessions than this, and what they have in common is what all have. */
const MAX_USUAL_SHARE = 0.7
const MIN_OTHERS = 3
/** Those that live longer outlive the cluster by this share of its age. */
const LONGER = 1.01
/** Quiet is what nothing was sent to: where the client talks, no timer runs. But most of the quiet are idle. */
const MAX_OUTLIVING = 0.5
const QUIET_BYTES = 4

export const gather = (members: readonly SampledHandshake[], all: readonly SampledHandshake[], { toMs }: Cluster): Gathered => {
  const longer = all.filter(({ durationMs }) => durationMs > toMs * LONGER)
  const quietLonger = longer.filter(({ bytesToClient }) => bytesToClient >= 0 && bytesToClient <= QUIET_BYTES)
  const clients = mostFrequent(members, ({ client }) => client, MAX_ADDRESSES)
  const isOwn = ({ client }: SampledHandshake): boolean => clients.has(client)
  const own = members.filter(isOwn).length
  const isOfClients = own >= members.length * NEARLY_ALL && own >= clients.size * MIN_SESSIONS_PER_ADDRESS && all.filter(isOwn).length <= all.length * MAX_USUAL_SHARE && longer.filter((one) => !isOwn(one)).length >= MIN_OTHERS
  const places = new Set(members.map(placeOf))
  const quietLongerThere = quietLonger.filter((one) => places.has(placeOf(one)))
  const [upstream] = mostFrequent(members, (one) => one.upstream, 1)
  const atUpstream = members.filter((one) => one.upstream === upstream).length
  const quietLongerAtUpstream = quietLonger.filter((one) => one.upstream === upstream).length
  const isOfUpstream = atUpstream >= members.length * NEARLY_ALL && quietLongerAtUpstream === 0 && quietLonger.length >= MIN_OTHERS
  const addresses = new Set(all.map(({ client }) => client))
  return {
    clients: isOfClients ? clients : undefined,
    clientsShare: Math.max(0, all.filter(isOwn).length - own) / Math.max(1, all.length - members.length),
    isOutlivedAlike: quietLongerThere.filter((one) => !isOwn(one)).length >= MIN_OTHERS,
    upstream: isOfUpstream && upstream !== '' ? upstream : undefined,
    isFewClients: addresses.size <= MAX_ADDRESSES && all.length >= addresses.size * MIN_SESSIONS_PER_ADDRESS,
    upstreams: new Set(members.map((one) => one.upstream)).size,
    isLastQuiet: quietLonger.length <= members.length * MAX_OUTLIVING,
    isPeriodic: isPeriodic(members),
    covered: (test) => members.filter(({ endedAtMs }) => test(endedAtMs)).length >= members.length * NEARLY_ALL && members.length > 0,
  }
}

/** Sessions of one service have one of these in common; those of all services hardly have. */
const SCOPES: readonly ((one: SampledHandshake) => string)[] = [({ upstream }) => upstream, (one) => locationOf(one), ({ client }) => client]
const MAX_LONGER = 0.02

/**
 * Whether an age at which busy sessions end is a limit to all sessions: of the log, or of one service. Where others of
 * the same service live longer, it may be a timer that runs from a first message.
 */
export const isLimitOfAll = (busy: readonly SampledHandshake[], all: readonly SampledHandshake[], { toMs }: Pick<Cluster, 'toMs'>): boolean => {
  const longer = all.filter(({ durationMs }) => durationMs > toMs * LONGER)
  const isLast = (others: readonly SampledHandshake[]): boolean => others.length <= busy.length * MAX_LONGER
  return isLast(longer) || SCOPES.some((valueOf) => {
    const values = mostFrequent(busy, valueOf, MAX_ADDRESSES)
    return busy.filter((one) => values.has(valueOf(one))).length >= busy.length * NEARLY_ALL && isLast(longer.filter((one) => values.has(valueOf(one))))
  })
}

/** The first part of the path: what follows may be a room, with one session in it. */
const locationOf = ({ path }: SampledHandshake): string => /^\/[^/?]*/.exec(path)?.[0] ?? ''

/** Sessions of one place meet the same application, and mostly the same settings of nginx. */
const placeOf = ({ host, upstream }: SampledHandshake): string => `${host} ${upstream}`

/** The values of nearly all, at most `limit` of them. */
const mostFrequent = (sessions: readonly SampledHandshake[], valueOf: (one: SampledHandshake) => string, limit: number): Set<string> => {
  const counts = new Map<string, number>()
  for (const one of sessions) counts.set(valueOf(one), (counts.get(valueOf(one)) ?? 0) + 1)
  const values = new Set<string>()
  let covered = 0
  for (const [value, count] of [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, limit)) {
    if (covered >= sessions.length * NEARLY_ALL) break
    values.add(value)
    covered += count
  }
  return values
}
