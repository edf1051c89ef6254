import { ageClassOf } from '../aggregate/ages.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { SessionCause } from '../cause/cause.ts'
import { endingVerdict, type Verdict } from '../cause/verdict.ts'
import type { EndingPatterns } from '../session/endings.ts'
import type { NameTables, SessionEvent } from '../session/session.ts'
import { certainCuts } from './certainty.ts'
import { type Cut, cutAt, findCuts } from './cuts.ts'
import { Ended } from './ended.ts'
import { nameClusters, type NamedCluster, type NamingContext } from './name-clusters.ts'

/** What all sessions together say of each: the moments and the ages at which they end. */
export class Patterns implements EndingPatterns {
  readonly cuts: readonly Cut[]
  readonly clusters: readonly NamedCluster[]
  readonly #cutsByEnd: readonly Cut[]
  readonly #labelling: readonly { readonly number: number; readonly cluster: NamedCluster; readonly verdict: Verdict<SessionCause> | undefined }[]

  constructor(cuts: readonly Cut[], clusters: readonly NamedCluster[]) {
    this.cuts = cuts
    this.clusters = clusters
    this.#cutsByEnd = cuts.filter(({ cause }) => cause !== undefined).sort((a, b) => a.fromMs - b.fromMs)
    this.#labelling = clusters
      .map((cluster, number) => ({ number, cluster, verdict: cluster.isLabelled && cluster.cause !== null ? endingVerdict(cluster.cause, cluster.confidence) : undefined }))
      .filter(({ cluster }) => !cluster.ageClasses.includes('timedOut'))
  }

  /** Whether any session would be said to have ended of something else than its own lines tell. */
  get isSaying(): boolean {
    return this.#cutsByEnd.length > 0 || this.#labelling.some(({ verdict }) => verdict !== undefined)
  }

  /** Whether a session may fit a pattern that says so, by its times alone. */
  isOfInterest(endedAtMs: number, durationMs: number): boolean {
    for (const { cluster, verdict } of this.#labelling) if (verdict !== undefined && durationMs >= cluster.ownFromMs && durationMs < cluster.ownToMs) return true
    return this.#cutsByEnd.length > 0 && cutAt(endedAtMs, this.#cutsByEnd) !== undefined
  }

  label(event: SessionEvent, names: NameTables): void {
    if (event.isExplained) {
      if (event.verdict.cause === 'idle-timeout') event.cluster = this.clusters.findIndex(({ ageClasses, ownFromMs, ownToMs }) => ageClasses.includes('timedOut') && event.durationMs >= ownFromMs && event.durationMs < ownToMs)
      return
    }
    if (!this.#mayFit(event.endedAtMs, event.durationMs)) return
    const { verdict, cluster } = this.judge(event, { client: names.clients.at(event.client).label, upstream: names.upstreams.at(event.upstream).label })
    event.cluster = cluster
    if (verdict !== undefined) event.verdict = verdict
  }

  /** The verdict on a session that no error line explains, undefined: none; and the number of its cluster, -1: none. */
  judge(
    { durationMs, bytesToClient, endedAtMs, startedAtMs, isComplete }: Pick<SampledHandshake, 'durationMs' | 'bytesToClient' | 'endedAtMs' | 'startedAtMs' | 'isComplete'>,
    { client, upstream }: Pick<SampledHandshake, 'client' | 'upstream'>,
  ): { readonly verdict: Verdict<SessionCause> | undefined; readonly cluster: number } {
    const ageClass = ageClassOf(bytesToClient)
    for (const { number, cluster, verdict } of this.#labelling) {
      if (!(durationMs >= cluster.ownFromMs && durationMs < cluster.ownToMs) || !cluster.ageClasses.includes(ageClass)) continue
      if (cluster.clients !== undefined && !cluster.clients.has(client)) continue
      if (cluster.upstream !== undefined && cluster.upstream !== upstream) continue
      return { verdict, cluster: number }
    }
    const cut = cutAt(endedAtMs, this.#cutsByEnd)
    if (cut?.cause === undefined || endedAtMs - startedAtMs < cut.minAgeMs || !cut.upstreams.has(upstream)) return NOTHING
    // What nginx cuts it leaves half sent; what others end, it does not.
    if (cut.by === 'nginx' ? isComplete === true : isComplete === false) return NOTHING
    return { verdict: endingVerdict(cut.cause, cut.isConfirmed && isComplete === false ? 'confirmed' : 'likely'), cluster: -1 }
  }

  #mayFit(endedAtMs: number, durationMs: number): boolean {
    for (const { cluster } of this.#labelling) if (durationMs >= cluster.ownFromMs && durationMs < cluster.ownToMs) return true
    return this.#cutsByEnd.length > 0 && cutAt(endedAtMs, this.#cutsByEnd) !== undefined
  }
}

const NOTHING = { verdict: undefined, cluster: -1 }

/** Finds the patterns of what has been read. */
export const findPatterns = (summary: Summary, context: Omit<NamingContext, 'cuts'>): Patterns => {
  const { rows } = summary.sessionSample
  const ended = new Ended(rows)
  const cuts = findCuts(summary, ended, context.errors)
  const clusters = nameClusters(summary, { ...context, cuts })
  if (cuts.every(({ cause }) => cause === undefined)) return new Patterns(cuts, clusters)
  const byAge = new Patterns([], clusters)
  const isOfCluster = (one: SampledHandshake): boolean => byAge.judge(one, one).verdict !== undefined
  const sure = rows.filter((one) => (one.isExplained ? one.verdict.isFault : byAge.judge(one, one).verdict?.isFault === true)).length
  return new Patterns(certainCuts(cuts, ended, { sure, isOfCluster }), clusters)
}
