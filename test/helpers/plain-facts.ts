import { findPatterns, Patterns } from '../../src/cluster/patterns.ts'
import type { Cut } from '../../src/cluster/cuts.ts'
import type { Facts } from '../../src/diagnose/rule.ts'
import type { EventReport, Evidence, Report } from '../../src/report/report.ts'
import type { PlainEvent } from './events.ts'
import { NO_EVIDENCE, reportOf, summaryOf } from './sample-report.ts'

export interface PlainFacts {
  readonly events?: readonly Partial<PlainEvent>[]
  /** Instead of what the handshakes show. */
  readonly cuts?: readonly Cut[]
  /** Instead of what the logs show. */
  readonly happened?: readonly Partial<EventReport>[]
  readonly messages?: Evidence['messages']
  readonly parts?: Partial<Report>
}

/** Facts for a rule, made of handshakes in plain values, without any log. */
export const plainFacts = ({ events = [], cuts, happened = [], messages = [], parts = {} }: PlainFacts): Facts => {
  const summary = summaryOf(events)
  const found = findPatterns(summary, { errors: undefined, readTimeoutMs: undefined })
  const report = reportOf(events, { summary, evidence: { ...NO_EVIDENCE, messages } })
  const all = happened.map((event): EventReport => ({ kind: 'reload', at: '2026-11-20T12:00:00.000Z', until: null, sessions: 0, upstream: null, detail: 'it was so', ...event }))
  return { report: { ...report, events: all, ...parts }, summary, patterns: cuts === undefined ? found : new Patterns(cuts, found.clusters), rewrites: undefined }
}

/** A cut that an upstream made. */
export const cutBy = (upstreams: readonly string[], parts: Partial<Cut> = {}): Cut => ({
  fromMs: 0, toMs: 1000, by: 'upstream', cause: 'upstream-restart', upstreams: new Set(upstreams), minAgeMs: 0, isConfirmed: false, sessions: 10, expected: 0, client: undefined, isBackedUp: true, isAlone: false, ...parts,
})
