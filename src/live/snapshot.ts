import type { Confidence, HandshakeCause, Layer, SessionCause } from '../cause/cause.ts'
import type { EventKind, Finding, Instant, Seconds, Share } from '../report/report.ts'
import type { OpenState } from '../session/open-sessions.ts'
import type { RankedField } from '../session/session.ts'

export const TAIL_SCHEMA = 'wslog.tail/1'

/**
 * What a tail knows at one moment: the document that the dashboard, the plain line, `--json` and the metrics take.
 * A number that the logs cannot tell is null, never 0. Texts from the log are untrusted.
 */
export interface Snapshot {
  readonly schema: typeof TAIL_SCHEMA
  readonly kind: 'interval'
  readonly version: string
  readonly at: Instant
  /** When the tail began. */
  readonly startedAt: Instant
  /** Since the snapshot before: all intervals of a run add up to its totals. */
  readonly interval: LiveFigures
  /** The last 10, 60, 300 and 3600 seconds, up to `at`. */
  readonly windows: readonly LiveFigures[]
  /** The last 60 minutes, the oldest first, zeros too; the last one is still going on. */
  readonly minutes: readonly LiveMinute[]
  readonly active: Active
  /** The latest drops and failed handshakes, the newest first. */
  readonly latest: readonly LiveEnding[]
  /** What happened, the newest first. */
  readonly events: readonly LiveEvent[]
  /** True over the last hour, the most harmful first, with the time from which on. */
  readonly findings: readonly { readonly finding: Finding; readonly since: Instant }[]
  /** Findings that went away, the latest first. */
  readonly gone: readonly { readonly code: string; readonly title: string; readonly at: Instant }[]
  readonly logs: readonly FollowedLog[]
}

/**
 * What came in a stretch of time. A handshake counts as an attempt when its outcome is known: its line is that of its end. With
 * OPEN markers `begun` tells of those that began, and `perSecond` is theirs.
 */
export interface LiveFigures {
  /** The stretch. */
  readonly seconds: Seconds
  /** As much of it as the tail has watched. */
  readonly watchedSeconds: Seconds
  readonly handshakes: { readonly begun: number | null; readonly attempts: number; readonly succeeded: number; readonly failed: number; readonly perSecond: number; readonly successRate: Share | null }
  readonly drops: { readonly count: number; readonly faults: number; readonly perMinute: number }
  /** How sessions ended, faults first, then the most frequent. */
  readonly endings: readonly { readonly cause: SessionCause; readonly layer: Layer; readonly confidence: Confidence; readonly sessions: number }[]
  /** Why handshakes failed, the most frequent first. */
  readonly failures: readonly { readonly cause: HandshakeCause; readonly layer: Layer; readonly confidence: Confidence; readonly count: number }[]
}

export interface LiveMinute {
  readonly minute: Instant
  /** By OPEN markers; null without any. */
  readonly begun: number | null
  readonly attempts: number
  readonly succeeded: number
  readonly drops: number
  readonly faults: number
}

/** How many sessions are open. The access log alone cannot know: nginx writes a session's line when it ends. */
export interface Active {
  /** From OPEN lines (`formats/ws_open.conf`); null without any. */
  readonly open: OpenState | null
  /** The most sessions known to have been open at one second of the last hour, since they have ended by now. */
  readonly atLeast: { readonly count: number; readonly at: Instant } | null
  /** `$connections_active` of the latest line that has it: all connections of nginx, idle ones and other sites included. */
  readonly nginxConnections: { readonly count: number; readonly at: Instant } | null
}

/** A session that ended, or a handshake that failed. */
export interface LiveEnding {
  readonly kind: 'session' | 'handshake'
  readonly at: Instant
  /** Null where the format does not tell. */
  readonly durationSeconds: Seconds | null
  readonly status: number
  readonly client: string
  readonly host: string
  readonly path: string
  readonly upstream: string
  readonly cause: SessionCause | HandshakeCause
  readonly layer: Layer
  readonly confidence: Confidence
  /** Nobody asked for it; of a failed handshake always true. */
  readonly isFault: boolean
}

export type LiveEventKind = EventKind | 'sessions-lost' | 'threshold-crossed' | 'threshold-cleared' | 'finding' | 'finding-gone' | 'log-missing' | 'log-back' | 'log-unknown'

/** Something that happened, told once, as soon as it is known. */
export interface LiveEvent {
  readonly schema: typeof TAIL_SCHEMA
  readonly kind: 'event'
  readonly event: LiveEventKind
  readonly at: Instant
  /** Sessions that it cost, about; null: not known, or none. */
  readonly sessions: number | null
  readonly upstream: string | null
  readonly detail: string
}

export interface FollowedLog {
  readonly path: string
  readonly kind: 'access' | 'error'
  /** `waiting`: it does not exist yet, or no more, or cannot be read. */
  readonly state: 'following' | 'waiting'
  /** Null until lines have come. */
  readonly logFormat: string | null
  readonly lines: { readonly read: number; readonly parsed: number; readonly skipped: number; readonly filtered: number }
  /** Bytes that nginx has written and that are not read yet. */
  readonly unreadBytes: number
  /** Age of the latest line that was read while lines are unread, seconds; 0 when all are read. */
  readonly lagSeconds: Seconds
}

/** What the metrics are made of: counted since the tail began, and only ever growing; but for `active` and the logs' lag. */
export interface RunTotals {
  readonly succeeded: number
  readonly failures: readonly { readonly cause: HandshakeCause; readonly layer: Layer; readonly count: number }[]
  /** By what was known of each some seconds after its end: nothing is taken back later, so that rates stay true. */
  readonly drops: readonly { readonly cause: SessionCause; readonly layer: Layer; readonly isFault: boolean; readonly count: number }[]
  /** How long sessions lived, seconds: `counts[i]` of those up to `edges[i]` and above the edge before it; one more for those above all. */
  readonly durations: { readonly edges: readonly Seconds[]; readonly counts: readonly number[]; readonly sum: Seconds }
  /** Sessions that a stop or a crash ended, as they were told of; null without OPEN lines. One whose line comes after all is not taken back here. */
  readonly lost: number | null
  readonly active: Active
  readonly logs: readonly FollowedLog[]
  /** Only of the fields that were asked for: the first values that came, then all others as `other`. */
  readonly by: readonly { readonly field: RankedField; readonly rows: readonly { readonly name: string; readonly succeeded: number; readonly failed: number; readonly faults: number }[] }[]
}
