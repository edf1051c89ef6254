import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Cut } from '../cluster/cuts.ts'
import { scaled } from './endings.ts'
import type { Facts } from './rule.ts'

/** Resets of one restart come within this time of it. */
const AROUND_MS = 1000
/** Refused connects follow a restart within this time. */
const REFUSALS_MS = 30_000

/** Moments in which all sessions of an upstream ended. */
export const upstreamCuts = ({ patterns }: Pick<Facts, 'patterns'>): Cut[] => patterns.cuts.filter(({ by }) => by === 'upstream')

/** Sessions that an upstream reset in such a moment: a process that is killed resets those whose data it had not read. */
export const resetsInCuts = ({ summary: { sessionSample } }: Pick<Facts, 'summary'>, cuts: readonly Cut[]): number =>
  scaled(sessionSample.rows.filter(({ verdict, endedAtMs, upstream }) => verdict.cause === 'upstream-reset' && cuts.some((cut) => cut.upstreams.has(upstream) && endedAtMs >= cut.fromMs - AROUND_MS && endedAtMs < cut.toMs + AROUND_MS)).length, sessionSample)

/** So many resets of one upstream within a second are no coincidence. */
const MIN_BURST = 5
const BURST_MS = 1000

/** Sessions that an upstream reset together with others of its own. */
export const resetsInBursts = ({ summary: { sessionSample } }: Pick<Facts, 'summary'>): { sessions: number; upstreams: string[] } => {
  const resets = sessionSample.rows.filter(({ verdict }) => verdict.cause === 'upstream-reset').toSorted((a, b) => (a.upstream < b.upstream ? -1 : a.upstream > b.upstream ? 1 : a.endedAtMs - b.endedAtMs))
  const isTogether = new Set<SampledHandshake>()
  for (const [index, first] of resets.entries()) {
    const last = resets[index + MIN_BURST - 1]
    if (last?.upstream === first.upstream && last.endedAtMs - first.endedAtMs <= BURST_MS) for (const one of resets.slice(index, index + MIN_BURST)) isTogether.add(one)
  }
  const together = [...isTogether]
  return { sessions: scaled(together.length, sessionSample), upstreams: [...new Set(together.map(({ upstream }) => upstream))] }
}

/** Handshakes that were refused by an upstream soon after such a moment. */
export const refusedAfterCuts = ({ summary: { failureSample } }: Pick<Facts, 'summary'>, cuts: readonly Cut[]): number =>
  scaled(failureSample.rows.filter(({ verdict, startedAtMs, upstream }) => verdict.cause === 'refused' && cuts.some((cut) => cut.upstreams.has(upstream) && startedAtMs >= cut.fromMs - AROUND_MS && startedAtMs < cut.toMs + REFUSALS_MS)).length, failureSample)
