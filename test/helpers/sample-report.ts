import { Summary } from '../../src/aggregate/summary.ts'
import { findPatterns } from '../../src/cluster/patterns.ts'
import { buildReport, type ReportParts } from '../../src/report/build.ts'
import type { Report } from '../../src/report/report.ts'
import { EventMaker, type PlainEvent } from './events.ts'

export const NOON = Date.UTC(2026, 10, 20, 12)

const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80' }

/** A summary of handshakes, each told by what is unlike {@link SESSION}. */
export const summaryOf = (events: readonly Partial<PlainEvent>[]): Summary => {
  const summary = new Summary()
  const maker = new EventMaker()
  for (const event of events) {
    const plain = { ...SESSION, ...event }
    summary.covered(plain.endedAtMs)
    maker.tell(summary, plain)
  }
  summary.settle(maker.names)
  return summary
}

/** Of access logs alone, which lack nothing. */
export const NO_EVIDENCE: ReportParts['evidence'] = { errorLogLevel: 'none', join: 'none', joined: null, errorLogZone: null, messages: [], missing: [] }

/** A report of them. */
export const reportOf = (events: readonly Partial<PlainEvent>[], parts: Partial<ReportParts> = {}): Report => {
  const summary = parts.summary ?? summaryOf(events)
  return buildReport({
    open: null,
    version: '1.2.3',
    generatedAtMs: NOON,
    timeZone: 'UTC',
    inputs: [],
    errors: [],
    lines: { read: events.length, parsed: events.length, skipped: 0, filtered: 0, overlong: 0, glued: 0, examples: [] },
    evidence: NO_EVIDENCE,
    events: [],
    rule: { kind: 'http-upgrade', prefixes: [] },
    clusters: findPatterns(summary, { errors: undefined, readTimeoutMs: undefined }).clusters,
    top: 10,
    ...parts,
    summary,
  })
}
