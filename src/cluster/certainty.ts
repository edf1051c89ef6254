import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Cut } from './cut-judge.ts'
import type { Ended } from './ended.ts'

/** What ends by itself is told from this time before a cut: behind it nothing of what was cut is left to end. */
const BEFORE_MS = 30_000
/** Of all sessions that are said to have ended of a fault, so many may be others: that is what `likely` means. */
const MAX_WRONG = 0.04
/** And of those of one cut. */
const MAX_WRONG_OF_CUT = 0.15

interface Doubted {
  readonly cut: Cut
  /** Sessions in it, and those of them that would have ended in the same time by themselves. */
  readonly sessions: number
  readonly byChance: number
}

/**
 * Cuts with a cause only as long as, of all sessions said to have ended of one, few would have ended at the same
 * time anyway: those that are surest first. The others keep their place, without a cause.
 *
 * `sure`: sessions whose fault is told otherwise; `isOfCluster`: those are told by their age.
 */
export const certainCuts = (cuts: readonly Cut[], ended: Ended, { sure, isOfCluster }: { sure: number; isOfCluster: (one: SampledHandshake) => boolean }): Cut[] => {
  const doubted = cuts.filter(({ cause, isConfirmed }) => cause !== undefined && !isConfirmed).map((cut) => doubt(cut, ended, isOfCluster)).sort((a, b) => a.byChance / a.sessions - b.byChance / b.sessions)
  const refused = new Set<Cut>()
  let said = sure
  let wrong = 0
  for (const { cut, sessions, byChance } of doubted) {
    if (byChance > sessions * MAX_WRONG_OF_CUT || wrong + byChance > (said + sessions) * MAX_WRONG) refused.add(cut)
    else {
      said += sessions
      wrong += byChance
    }
  }
  return cuts.map((cut) => (refused.has(cut) ? { ...cut, cause: undefined } : cut))
}

const doubt = (cut: Cut, ended: Ended, isOfCluster: (one: SampledHandshake) => boolean): Doubted => {
  const { fromMs, toMs, upstreams, minAgeMs } = cut
  const isOwn = (one: SampledHandshake): boolean => !one.isExplained && upstreams.has(one.upstream) && one.endedAtMs - one.startedAtMs >= minAgeMs && !isOfCluster(one)
  const before = ended.between(fromMs - BEFORE_MS, fromMs).filter(isOwn).length
  // They end by themselves up to the cut, which comes at any time of its window.
  return { cut, sessions: Math.max(1, ended.between(fromMs, toMs).filter(isOwn).length), byChance: ((before / BEFORE_MS) * (toMs - fromMs)) / 2 }
}
