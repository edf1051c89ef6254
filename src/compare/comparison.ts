import type { SessionCause } from '../cause/cause.ts'
import type { Evidence, Finding, Health, Instant, Report } from '../report/report.ts'

export const DIFF_SCHEMA = 'wslog.diff/1'

/** What of a report is compared: any {@link Report}, also of a version that had less. */
export interface ComparableReport {
  readonly version: string
  readonly generatedAt: Instant
  readonly window: Pick<Report['window'], 'from' | 'to' | 'timeZone'>
  readonly health: Pick<Health, 'status'>
  readonly inputs: readonly Pick<Report['inputs'][number], 'path' | 'kind' | 'logFormat'>[]
  readonly errors: readonly Pick<Report['errors'][number], 'path'>[]
  readonly lines: Pick<Report['lines'], 'filtered'>
  readonly evidence: Pick<Evidence, 'errorLogLevel' | 'join' | 'missing'>
  readonly handshakes: Pick<Report['handshakes'], 'attempts' | 'succeeded'> & {
    readonly failures: readonly Pick<Report['handshakes']['failures'][number], 'cause' | 'count'>[]
    readonly rule: Pick<Report['handshakes']['rule'], 'kind'>
  }
  readonly sessions: Pick<Report['sessions'], 'count' | 'histogram'> & { readonly durationSeconds: Pick<Report['sessions']['durationSeconds'], 'p50' | 'p95' | 'mean'> }
  readonly active: Pick<Report['active'], 'peak'>
  readonly drops: Pick<Report['drops'], 'count' | 'faults'>
  readonly timeline: readonly ComparableMinute[]
  readonly clusters: readonly ComparableCluster[]
  readonly endings: readonly Pick<Report['endings'][number], 'cause' | 'sessions'>[]
  readonly hosts: readonly Pick<Report['hosts'][number], 'name'>[]
  readonly findings: readonly Pick<Finding, 'code' | 'severity' | 'title' | 'sessions' | 'share'>[]
}

/** Without `causes`, which older reports do not have, a cause is taken to vary by as much as all causes together do. */
export type ComparableMinute = Omit<Report['timeline'][number], 'causes'> & { readonly causes?: Readonly<Partial<Record<SessionCause, number>>> | undefined }

export type ComparableCluster = Pick<Report['clusters'][number], 'seconds' | 'from' | 'to' | 'sessions' | 'quiet' | 'expected' | 'cause'>

/**
 * `better`, `worse`: beyond chance, of a size that matters, and one way is good. `changed`: as sure, but neither good nor
 * bad. `same`: a change that matters can be excluded. `unclear`: too little to say either.
 */
export type ChangeVerdict = 'better' | 'worse' | 'changed' | 'same' | 'unclear'

/** What a number counts: a share 0..1, so many an hour of open sessions, a minute, seconds, or sessions. */
export type Unit = 'share' | 'per-session-hour' | 'per-minute' | 'seconds' | 'sessions'

/** One number before and after, and what chance has to do with it. */
export interface Measure {
  readonly unit: Unit
  /** Null: the report cannot tell. */
  readonly before: number | null
  readonly after: number | null
  /** `after − before`. */
  readonly difference: number | null
  /** `after / before`; null also where `before` is 0. */
  readonly ratio: number | null
  /** The difference with 95 % confidence, for this measure alone; null where it is not estimated. */
  readonly interval: { readonly low: number; readonly high: number } | null
  /** How often chance alone gives a difference like this one, or a larger one; null: not tested. */
  readonly p: number | null
  /** {@link p} corrected for all that is compared (Benjamini–Hochberg); what a verdict rests on. */
  readonly adjustedP: number | null
}

export type RowGroup = 'handshakes' | 'failures' | 'sessions' | 'endings' | 'clusters' | 'traffic'

/**
 * Why a row is not judged, or not in full. `evidence-differs`: one report saw what the other could not. `few`: fewer than
 * six events in both. `short`: too few minutes to see how much it varies. `measures-differ`: of its two measures, only one
 * changed, or each another way. `not-known`: one report has no such number.
 */
export type RowReason = 'evidence-differs' | 'rule-differs' | 'few' | 'short' | 'measures-differ' | 'not-known'

/** What got better or worse. A row of an ending has two measures: share of the sessions, and how often in an hour of open sessions. */
export interface ComparedRow extends Measure {
  /** Stable: `success-rate`, `faults`, `ending:idle-timeout`, `failure:refused`, `cluster:60s`, … */
  readonly id: string
  readonly group: RowGroup
  /** In plain words, short. */
  readonly label: string
  /** The way that is good. */
  readonly good: 'up' | 'down' | 'neither'
  /** Sessions or handshakes that the share counts; null where it counts none. */
  readonly counts: { readonly before: number; readonly after: number } | null
  readonly also: Measure | null
  /** Of an age: whether sessions end together at it in both. `moved`: at another age by the same cause, in the other report. */
  readonly presence: 'both' | 'appeared' | 'gone' | 'moved' | null
  readonly verdict: ChangeVerdict
  readonly reason: RowReason | null
}

export type CaveatCode = 'same-report' | 'empty' | 'length' | 'time-of-day' | 'weekend' | 'order' | 'overlap' | 'evidence' | 'rule' | 'inputs' | 'hosts' | 'log-format' | 'filtered' | 'incomplete'

/** What makes the two less comparable. The texts may come from logs: untrusted. */
export interface Caveat {
  readonly code: CaveatCode
  readonly before: string
  readonly after: string
}

/** A finding that both have, or that came or went. Not judged: what it counts is a row of its own. */
export interface ComparedFinding {
  readonly code: string
  readonly presence: 'both' | 'appeared' | 'gone'
  /** Null where it is not there. */
  readonly before: FindingSide | null
  readonly after: FindingSide | null
}

export type FindingSide = Pick<Finding, 'severity' | 'title' | 'sessions' | 'share'>

/** One of the two reports, in short. */
export interface ComparedSide {
  readonly version: string
  readonly generatedAt: Instant
  readonly window: { readonly from: Instant | null; readonly to: Instant | null; readonly timeZone: string; readonly minutes: number }
  readonly inputs: readonly string[]
  readonly attempts: number
  readonly sessions: number
  /** How long all sessions that ended were open, together; null when the format does not tell. */
  readonly sessionHours: number | null
  readonly errorLogLevel: Evidence['errorLogLevel']
  readonly health: Health['status']
}

/** What `wslog diff --json` prints: the contract `wslog.diff/1`. */
export interface Comparison {
  readonly schema: typeof DIFF_SCHEMA
  readonly before: ComparedSide
  readonly after: ComparedSide
  /** How chance was reckoned: over blocks of so many minutes. */
  readonly statistics: { readonly level: number; readonly correction: 'benjamini-hochberg'; readonly tests: number; readonly blockMinutes: number; readonly blocks: { readonly before: number; readonly after: number } }
  readonly caveats: readonly Caveat[]
  readonly rows: readonly ComparedRow[]
  readonly findings: readonly ComparedFinding[]
}
