import type { Patterns } from '../cluster/patterns.ts'
import { buildReport, type ReportParts } from '../report/build.ts'
import { findEvents } from '../report/events.ts'
import type { Report } from '../report/report.ts'
import type { Loss } from '../session/losses.ts'
import type { ProcessLog } from '../session/process-log.ts'
import type { Rewrites } from '../session/rewrites.ts'
import { diagnose } from './diagnose.ts'

/** What a report says beyond what was counted. */
export interface Insight {
  readonly patterns: Patterns
  /** Undefined: there was no error log. */
  readonly errors: { readonly process: ProcessLog; readonly rewrites: Rewrites } | undefined
  /** Sessions that ended without a line; undefined: no marker told of their beginning. */
  readonly losses: readonly Loss[] | undefined
}

/** The whole report: what was counted, what happened at one time to many sessions, and what to change. */
export const composeReport = (parts: Omit<ReportParts, 'clusters' | 'events'>, { patterns, errors, losses }: Insight): Report => {
  const draft = buildReport({ ...parts, clusters: patterns.clusters, events: findEvents(parts.summary, patterns, errors, losses) })
  return { ...draft, findings: diagnose({ report: draft, summary: parts.summary, patterns, rewrites: errors?.rewrites }) }
}
