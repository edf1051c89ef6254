import type { AgeClass } from '../aggregate/ages.ts'
import type { HandshakeSample, SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { LogHistogram } from '../aggregate/log-histogram.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { Confidence, Layer, SessionCause } from '../cause/cause.ts'
import { LAYER_OF } from '../cause/cause.ts'
import { type Candidate, candidatesFor } from './catalogue.ts'
import { type Cut, cutAt } from './cuts.ts'
import type { ErrorEvidence } from './error-evidence.ts'
import { type Cluster, findClusters } from './find-clusters.ts'
import { type Gathered, gather, isLimitOfAll } from './gather.ts'

/** A cluster of ages, and what ends its sessions. */
export interface NamedCluster extends Cluster {
  /** What its sessions have in common. */
  readonly ageClasses: readonly AgeClass[]
  /** Null where several causes fit: then its sessions are called `closed`. */
  readonly cause: SessionCause | null
  readonly layer: Layer
  readonly confidence: Confidence
  /** What it rests on, a clause each. */
  readonly evidence: readonly string[]
  readonly candidates: readonly Candidate[]
  /** Only sessions of these clients, or of this upstream, belong to it; undefined: of any. */
  readonly clients: ReadonlySet<string> | undefined
  readonly upstream: string | undefined
  /** Whether a session of it may be said to have its cause. */
  readonly isLabelled: boolean
  /** Ages that are taken for its own, ms: a few late ones beside the range that chance does not explain. */
  readonly ownFromMs: number
  readonly ownToMs: number
  /** Ages, ms, at which busy sessions end that were silent for as long: last message and timer. */
  readonly echoesMs: readonly number[]
}

export interface NamingContext {
  readonly errors: ErrorEvidence | undefined
  readonly cuts: readonly Cut[]
  /** `--read-timeout`, ms. */
  readonly readTimeoutMs: number | undefined
}

const MIN_SESSIONS = 5
const MIN_SHARE = 0.005
/** More by chance than this, and no single session can be said to belong. */
const MAX_CHANCE = 0.01
/** Timers closer than this share of their age are one. */
const SAME_AGE = 0.005
const SAME_AGE_MS = 60
/** nginx moves a timer by up to 0.3 s only when it is due later anyway; the handshake comes before it. */
const EARLY_MS = 350
const LATE_MS = 250
/** Narrower than this share of its age, a cluster is a sharp timer's. */
const SHARP = 0.01
const MIN_PAD_MS = 5
const MIN_LATE_MS = 30
/** Of the sessions in a cluster, so many in one second are a moment, not an age. */
const MAX_IN_CUTS = 0.5

/** The ages at which sessions end together, who ended them as far as that can be told, most sessions first. */
export const nameClusters = (summary: Summary, context: NamingContext): NamedCluster[] => {
  const { ages } = summary
  const minimum = Math.max(MIN_SESSIONS, summary.sessions * MIN_SHARE)
  const peaksOf = (ageClass: AgeClass): Peak[] =>
    findClusters(ages[ageClass], ages[ageClass])
      .filter(({ sessions }) => sessions >= minimum)
      .map((cluster): Peak => ({ cluster, members: membersOf(summary.sessionSample, ageClass, cluster) }))
      .filter(({ members }) => !isMoment(members, context.cuts))
  const busy = peaksOf('busy')
  const quiet = (['silent', 'closed'] as const).flatMap((ageClass) => peaksOf(ageClass).map((peak) => ({ ageClass, ...peak })))
  const lifetimes = busy.map((peak) => ({ peak, quiet: quiet.filter(({ cluster }) => isSameAge(cluster, peak.cluster)) }))
  const timers = quiet.filter((one) => !lifetimes.some((lifetime) => lifetime.quiet.includes(one)))
  const timedOut = timedOutClusters(peaksOf('timedOut'))
  const named = timers.map(({ ageClass, cluster, members }) => nameTimer({ ageClass, cluster, gathered: gather(members, summary.sessionSample.rows, cluster) }, context, timedOut))
  const echoing = named.map((timer) => ({ timer, echoes: echoesOf(timer, lifetimes.map(({ peak }) => peak.cluster)) }))
  const echoed = new Set(echoing.flatMap(({ echoes }) => echoes))
  return [
    ...timedOut,
    ...echoing.map(({ timer, echoes }) => (echoes.length === 0 ? timer : withEchoes(timer, echoes))),
    ...lifetimes.filter(({ peak }) => !echoed.has(peak.cluster)).map(({ peak, quiet: same }) => nameLifetime(peak, same.map(({ cluster }) => cluster), summary)),
    ...peaksOf('untold').map(({ cluster, members }) => nameTimer({ ageClass: 'untold', cluster, gathered: gather(members, summary.sessionSample.rows, cluster) }, context, timedOut)),
  ].sort((a, b) => b.sessions - a.sessions || a.centerMs - b.centerMs)
}

interface Peak {
  readonly cluster: Cluster
  readonly members: readonly SampledHandshake[]
}

/** The sessions of the sample that belong to a cluster. */
const membersOf = ({ rows }: HandshakeSample, ageClass: AgeClass, { fromMs, toMs }: Cluster): SampledHandshake[] =>
  rows.filter((one) => one.durationMs >= fromMs && one.durationMs < toMs && classOf(one) === ageClass)

const classOf = ({ isExplained, verdict, bytesToClient }: Pick<SampledHandshake, 'isExplained' | 'verdict' | 'bytesToClient'>): AgeClass | undefined => {
  if (isExplained) return verdict.cause === 'idle-timeout' ? 'timedOut' : undefined
  return bytesToClient < 0 ? 'untold' : bytesToClient < 4 ? 'silent' : bytesToClient === 4 ? 'closed' : 'busy'
}

/** Sessions that began together and were cut together have one age, too: that is no timer. */
const isMoment = (members: readonly SampledHandshake[], cuts: readonly Cut[]): boolean => {
  const inCuts = members.filter(({ endedAtMs }) => cutAt(endedAtMs, cuts) !== undefined).length
  return members.length > 0 && inCuts > members.length * MAX_IN_CUTS
}

const isSameAge = (a: Cluster, b: Cluster): boolean => Math.abs(a.centerMs - b.centerMs) <= Math.max(SAME_AGE_MS, b.centerMs * SAME_AGE)

const isQuiet = ({ bytesToClient }: SampledHandshake): boolean => bytesToClient >= 0 && bytesToClient <= 4

/** nginx says so itself; the ages behind the first are those of sessions that were busy before they fell silent. */
const timedOutClusters = (peaks: readonly Peak[]): NamedCluster[] => {
  const bases = peaks.filter(({ members }) => members.filter(isQuiet).length * 2 > members.length)
  const first = bases.length > 0 ? bases : peaks.slice(0, 1)
  const echoes = peaks.filter((peak) => !first.includes(peak))
  return first.map((peak, index) => {
    const own = echoes.filter(({ cluster }) => first.findLast(({ cluster: base }) => base.centerMs < cluster.centerMs) === peak || (index === 0 && cluster.centerMs < first[0]!.cluster.centerMs))
    const sessions = [peak, ...own].reduce((sum, { cluster }) => sum + cluster.sessions, 0)
    const seconds = peak.cluster.centerMs / 1000
    return {
      ...peak.cluster,
      sessions,
      quiet: Math.round((peak.cluster.sessions * peak.members.filter(isQuiet).length) / Math.max(1, peak.members.length)),
      ageClasses: ['timedOut'],
      cause: 'idle-timeout',
      layer: 'nginx',
      confidence: 'confirmed',
      evidence: [
        'nginx logged "upstream timed out … while proxying upgraded connection" for each of them',
        ...(own.length > 0 ? [`echoes at ${own.map(({ cluster }) => `${text(cluster.centerMs)} s`).join(', ')}: the last message and ${text(peak.cluster.centerMs)} s`] : []),
      ],
      candidates: candidatesFor({ seconds, sides: ['nginx'], kinds: ['idle'] }),
      clients: undefined,
      upstream: undefined,
      isLabelled: true,
      ...ownRange(peak.cluster),
      echoesMs: own.map(({ cluster }) => cluster.centerMs),
    }
  })
}

const sum = (histogram: LogHistogram, fromMs: number, toMs: number): number => {
  let total = 0
  histogram.eachCell((from, _, count) => {
    if (from >= fromMs && from < toMs) total += count
  })
  return total
}

/** A sharp timer has stragglers, on a busy machine late ones above all, if chance puts hardly others there; a sweeper has none. */
const ownRange = ({ fromMs, toMs, centerMs, sessions, expected }: Pick<Cluster, 'fromMs' | 'toMs' | 'centerMs' | 'sessions' | 'expected'>): Pick<NamedCluster, 'ownFromMs' | 'ownToMs'> => {
  const width = toMs - fromMs
  const earlyMs = Math.max(MIN_PAD_MS, width)
  const lateMs = Math.max(MIN_LATE_MS, 2 * width)
  const isPadded = width <= centerMs * SHARP && expected * (1 + (earlyMs + lateMs) / width) <= sessions * MAX_CHANCE
  return isPadded ? { ownFromMs: fromMs - earlyMs, ownToMs: toMs + lateMs } : { ownFromMs: fromMs, ownToMs: toMs }
}

interface Timer {
  readonly ageClass: AgeClass
  readonly cluster: Cluster
  readonly gathered: Gathered
}

type Verdict = Pick<NamedCluster, 'cause' | 'layer' | 'confidence' | 'evidence' | 'clients' | 'upstream'>

/** What ends quiet sessions at one age, by what the logs leave. */
const nameTimer = (timer: Timer, context: NamingContext, timedOut: readonly NamedCluster[]): NamedCluster => {
  const { cluster, ageClass } = timer
  const verdict = judgeTimer(timer, context, timedOut)
  // Where only sessions of some addresses are meant, chance gives fewer.
  const chance = { ...cluster, expected: cluster.expected * (verdict.clients === undefined ? 1 : timer.gathered.clientsShare) }
  const isLabelled = verdict.cause !== null && chance.expected <= chance.sessions * MAX_CHANCE
  const layers = verdict.layer
  const sides = layers === 'edge' ? (['downstream'] as const) : layers === 'upstream' ? (['upstream'] as const) : layers === 'nginx' ? (['nginx'] as const) : (['downstream', 'nginx', 'upstream'] as const)
  return {
    ...cluster,
    ...verdict,
    ageClasses: [ageClass],
    quiet: ageClass === 'untold' ? 0 : cluster.sessions,
    evidence: [...shapeOf(timer), ...verdict.evidence],
    candidates: candidatesFor({ seconds: cluster.centerMs / 1000, window: { fromSeconds: cluster.fromMs / 1000, toSeconds: cluster.toMs / 1000 }, sides, kinds: ['idle', 'ping'] }),
    isLabelled,
    ...ownRange(chance),
    echoesMs: [],
  }
}

const shapeOf = ({ ageClass, cluster }: Timer): string[] => {
  const sent = ageClass === 'silent' ? 'nothing was sent to the client' : ageClass === 'closed' ? 'the client got a Close frame (4 bytes) and nothing else' : 'the log does not tell whether they were quiet'
  const width = cluster.toMs - cluster.fromMs
  return [sent, width > cluster.centerMs * SHARP ? `a flat top ${text(width)} s wide, as of a sweeper` : `sharp: ${text(width)} s wide`]
}

const unknown = (evidence: readonly string[]): Verdict => ({ cause: null, layer: 'unknown', confidence: 'guess', evidence, clients: undefined, upstream: undefined })

const judgeTimer = ({ ageClass, cluster, gathered }: Timer, { errors, readTimeoutMs }: NamingContext, timedOut: readonly NamedCluster[]): Verdict => {
  const { clients, upstream, isFewClients, covered } = gathered
  const likely = (cause: SessionCause, evidence: readonly string[]): Verdict => ({ cause, layer: LAYER_OF[cause], confidence: 'likely', evidence, clients: undefined, upstream: undefined })
  const isCovered = errors !== undefined && covered((atMs) => errors.coversInfo(atMs))
  const inForce = readTimeoutMs ?? timedOut.find((one) => isAt(cluster, one.centerMs))?.centerMs
  if (ageClass === 'untold') return unknown(['add $body_bytes_sent to the log_format'])
  const common = clients === undefined ? [] : [ofClients(clients)]
  if (ageClass === 'closed') {
    // Whoever watches a service connects, waits and leaves: the server only answers the Close frame.
    if (clients !== undefined || gathered.isPeriodic) return unknown([...common, ...(gathered.isPeriodic ? [EVEN] : []), 'a client that leaves at a fixed age gets the same answer'])
    return likely('upstream-idle-timeout', ['a proxy sends no Close frame: the application did'])
  }
  if (!isCovered && inForce !== undefined && isAt(cluster, inForce)) return likely('idle-timeout', [`proxy_read_timeout is ${text(inForce)} s`])
  if (gathered.isPeriodic) return unknown([...common, EVEN])
  const isOutruled = isCovered || (readTimeoutMs !== undefined && !isAt(cluster, readTimeoutMs))
  const outruled = isCovered ? ['no line at level info: nginx did not cut them'] : isOutruled ? [`proxy_read_timeout is ${text(readTimeoutMs!)} s: not nginx`] : []
  if (clients !== undefined) {
    if (isOutruled || gathered.isOutlivedAlike) return { ...likely('edge-idle-timeout', [ofClients(clients), ...outruled]), clients }
    return unknown([ofClients(clients), 'nginx may give them another timeout'])
  }
  if (upstream !== undefined && isOutruled) return { ...likely('upstream-idle-timeout', [`all of them at the upstream ${upstream}, where others live longer`, ...outruled]), upstream }
  // A hop in front ends whatever is quiet.
  if (isOutruled && gathered.isLastQuiet && isFewClients) return likely('edge-idle-timeout', ['all clients come from a few addresses: a hop stands in front', ...outruled])
  // The same application everywhere may have such a timer, too: it is the likelier in front, and no more.
  if (isOutruled && gathered.isLastQuiet && gathered.upstreams > 1) return { ...likely('edge-idle-timeout', ['at all upstreams alike', ...outruled]), confidence: 'guess' }
  if (isOutruled) return unknown([...outruled, 'a hop in front, the application or the client closed them'])
  return unknown(['without an error log at level info, or --read-timeout, nginx cannot be told from a hop in front or the application'])
}

const EVEN = 'they begin at even times, as those of a checker do'

const ofClients = (clients: ReadonlySet<string>): string => {
  const [first] = clients
  return clients.size === 1 ? `all of them from ${first}, where others live longer` : `all of them from ${clients.size} addresses, where others live longer`
}

/** nginx cuts at the timeout, counted from its last activity, which the handshake was. */
const isAt = ({ fromMs, toMs }: Cluster, timeoutMs: number): boolean => fromMs <= timeoutMs + LATE_MS && toMs >= timeoutMs - EARLY_MS

const nameLifetime = ({ cluster: busy, members }: Peak, quiet: readonly Cluster[], summary: Summary): NamedCluster => {
  const all = [busy, ...quiet]
  const fromMs = Math.min(...all.map((cluster) => cluster.fromMs))
  const toMs = Math.max(...all.map((cluster) => cluster.toMs))
  const sessions = all.reduce((total, cluster) => total + cluster.sessions, 0)
  const expected = all.reduce((total, cluster) => total + cluster.expected, 0)
  const rows = summary.sessionSample.rows
  const isSure = isLimitOfAll(members, rows, { toMs })
  // What only some addresses meet, a hop of theirs does: it may count from their last message.
  const isLimit = isSure || gather(members, rows, busy).clients === undefined
  return {
    centerMs: busy.centerMs, fromMs, toMs, sessions, expected,
    quiet: sum(summary.ages.silent, fromMs, toMs) + sum(summary.ages.closed, fromMs, toMs),
    ageClasses: ['busy', 'silent', 'closed'],
    cause: isLimit ? 'lifetime-limit' : null,
    layer: 'unknown',
    confidence: isSure ? 'likely' : 'guess',
    evidence: isSure
      ? ['busy sessions end at this age, too, and hardly any lives longer: a planned maximum, not an idle timer']
      : ['sessions that were sent something end at this age, too: a planned maximum, or a timer that runs from a first message'],
    candidates: candidatesFor({ seconds: busy.centerMs / 1000, ...(isSure ? { kinds: ['max'] as const } : {}) }),
    clients: undefined,
    upstream: undefined,
    isLabelled: isLimit && expected <= sessions * MAX_CHANCE,
    ...ownRange({ fromMs, toMs, centerMs: busy.centerMs, sessions, expected }),
    echoesMs: [],
  }
}

/**
 * Busy clusters that are a timer's echoes: an idle timer cuts at the last message and T, so with a message every
 * p seconds the busy sessions end at T + k·p. Two of them at equal distances are asked for: one may be a lifetime.
 */
const echoesOf = ({ centerMs }: NamedCluster, busy: readonly Cluster[]): Cluster[] => {
  const later = busy.filter((cluster) => cluster.centerMs > centerMs * (1 + SAME_AGE)).sort((a, b) => a.centerMs - b.centerMs)
  for (const { centerMs: firstMs } of later) {
    const interval = firstMs - centerMs
    const fitting = later.filter((cluster) => {
      const times = (cluster.centerMs - centerMs) / interval
      return Math.abs(times - Math.round(times)) * interval <= Math.max(SAME_AGE_MS, cluster.centerMs * SAME_AGE)
    })
    if (fitting.length >= 2) return fitting
  }
  return []
}

const withEchoes = (timer: NamedCluster, echoes: readonly Cluster[]): NamedCluster => ({
  ...timer,
  sessions: echoes.reduce((total, { sessions }) => total + sessions, timer.sessions),
  evidence: [...timer.evidence, `echoes at ${echoes.map((cluster) => `${text(cluster.centerMs)} s`).join(', ')}: the last message and ${text(timer.centerMs)} s`],
  echoesMs: echoes.map((cluster) => cluster.centerMs),
})

/** Seconds, as people write them. */
const text = (ms: number): string => String(Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1)))
