import type { Summary } from '../aggregate/summary.ts'
import { ErrorEvidence } from '../cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../cluster/patterns.ts'
import { composeReport } from '../diagnose/compose.ts'
import type { ReportParts } from '../report/build.ts'
import type { Report } from '../report/report.ts'
import type { Loss } from '../session/losses.ts'
import type { Coverage } from '../session/coverage.ts'
import type { ProcessLog } from '../session/process-log.ts'
import type { Rewrites } from '../session/rewrites.ts'
import type { LiveSessions } from './live-sessions.ts'

/** What the error logs hold for a stretch of time; undefined: there are none. */
export interface LiveErrors {
  readonly coverage: Coverage
  readonly process: ProcessLog
  readonly rewrites: Rewrites
}

export interface LookOptions {
  /** The stretch that is looked at. */
  readonly of: 'hour' | 'run'
  /** Sums up the stretch that is looked at; called again where verdicts changed. All must be settled. */
  readonly sum: () => Summary
  readonly errors: LiveErrors | undefined
  readonly readTimeoutMs: number | undefined
  /** Sessions that ended without a line; undefined: not to be told of. */
  readonly losses: readonly Loss[] | undefined
  /** The rest of a report. */
  readonly partsOf: (summary: Summary) => Omit<ReportParts, 'clusters' | 'events' | 'summary'>
}

/**
 * Looks at a stretch of a run as `analyze` looks at a log: what its sessions have in common, which is said of them from
 * then on, what happened, and what to change.
 */
export const look = (live: LiveSessions, { of, sum, errors, readTimeoutMs, losses, partsOf }: LookOptions): { readonly report: Report; readonly patterns: Patterns } => {
  const first = sum()
  const patterns = findPatterns(first, { errors: errors === undefined ? undefined : new ErrorEvidence(errors), readTimeoutMs })
  const summary = live.learn(patterns, { of }) ? sum() : first
  summary.sessionSample.relabel((one) => (one.isExplained ? undefined : patterns.judge(one, one).verdict))
  return { report: composeReport({ ...partsOf(summary), summary }, { patterns, errors, losses }), patterns }
}
