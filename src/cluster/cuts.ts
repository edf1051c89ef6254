import type { EndMoment } from '../aggregate/moments.ts'
import type { Summary } from '../aggregate/summary.ts'
import { type Cut, CutJudge, type Group } from './cut-judge.ts'
import type { Ended } from './ended.ts'
import type { ErrorEvidence } from './error-evidence.ts'

export type { Cut } from './cut-judge.ts'

/** A log of a year has 3·10^7 seconds: by chance one of them shows this much. Below it something else must speak for a cut. */
const SURE_SIGMA = 5.5
/** Moments at most this far apart, in seconds, are one. */
const JOIN_S = 2

/** Says of the moments in which sessions ended together who cut them. */
export const findCuts = (summary: Summary, ended: Ended, errors: ErrorEvidence | undefined): Cut[] => {
  const groups = joinMoments(summary.moments.found())
  if (groups.length === 0) return []
  const judge = new CutJudge(summary, ended, errors)
  return groups.flatMap((group) => {
    const cut = judge.judge(group)
    return cut === undefined || (group.sigma < SURE_SIGMA && !cut.isBackedUp) ? [] : [cut]
  })
}

const joinMoments = (moments: readonly EndMoment[]): Group[] => {
  const groups: (Group & { ends: number; toMs: number; sigma: number; expected: number })[] = []
  for (const { second, ends, sigma, endsAround, secondsAround } of moments) {
    const expected = secondsAround === 0 ? 0 : endsAround / secondsAround
    const last = groups.at(-1)
    // A weak second beside a strong one is mostly others that happened to end.
    if (last !== undefined && second * 1000 - last.toMs < JOIN_S * 1000 && Math.min(sigma, last.sigma) >= SURE_SIGMA) {
      last.ends += ends
      last.sigma = Math.max(last.sigma, sigma)
      last.expected += expected
      last.toMs = (second + 1) * 1000
    } else groups.push({ fromMs: second * 1000, toMs: (second + 1) * 1000, ends, sigma, expected })
  }
  return groups
}

/** The cut that holds a moment; the cuts stand one behind the other. */
export const cutAt = (atMs: number, cuts: readonly Cut[]): Cut | undefined => {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (cuts[middle]!.toMs <= atMs) low = middle + 1
    else high = middle
  }
  const cut = cuts[low]
  return cut !== undefined && atMs >= cut.fromMs ? cut : undefined
}
