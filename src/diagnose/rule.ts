import type { Summary } from '../aggregate/summary.ts'
import type { Patterns } from '../cluster/patterns.ts'
import type { Finding, Report } from '../report/report.ts'
import type { Rewrites } from '../session/rewrites.ts'

/** What a rule may look at: all of it facts, nothing of it to be changed. */
export interface Facts {
  /** The report so far, without findings. */
  readonly report: Report
  readonly summary: Summary
  readonly patterns: Patterns
  /** Of the error logs; undefined: there are none. */
  readonly rewrites: Rewrites | undefined
}

/** Turns facts into a finding, or several; undefined: nothing to say. */
export type Rule = (facts: Facts) => Finding | readonly Finding[] | undefined

const DAY_MS = 86_400_000
/** A shorter log is not stretched to a day by more than it can bear. */
const MIN_WINDOW_MS = 60_000

/** So many in the log's time, as a number a day, whole. */
export const perDay = ({ summary: { fromMs, toMs } }: Facts, count: number): number =>
  fromMs > toMs ? 0 : Math.round((count * DAY_MS) / Math.max(MIN_WINDOW_MS, toMs - fromMs))
