import type { Confidence, HandshakeCause, Layer, SessionCause } from '../cause/cause.ts'
import type { OpenState } from '../session/open-sessions.ts'
import type { RankedField } from '../session/session.ts'

export const REPORT_SCHEMA = 'wslog.report/1'

/** ISO 8601 in UTC with milliseconds. */
export type Instant = string
/** A share, 0..1. */
export type Share = number
/** A duration in seconds, to the millisecond. */
export type Seconds = number

/**
 * The one document that every renderer takes, and what `--json` prints: the contract `wslog.report/1`.
 * A number that the logs cannot tell is null, never 0. Texts from the log are untrusted.
 */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA
  readonly version: string
  readonly generatedAt: Instant
  readonly window: ReportWindow
  readonly health: Health
  readonly inputs: readonly InputReport[]
  /** Logs that could not be read, in whole or to their end. */
  readonly errors: readonly { readonly path: string; readonly message: string }[]
  readonly lines: LinesReport
  readonly evidence: Evidence
  readonly handshakes: HandshakesReport
  /** Requests in the log that ask for no WebSocket; `polling`: the fallback of Socket.IO or SockJS. */
  readonly otherRequests: { readonly plain: number; readonly polling: number }
  readonly sessions: SessionsReport
  readonly active: { readonly peak: number | null; readonly peakAt: Instant | null; readonly isLowerBound: true }
  /** From lines that tell of beginnings (`formats/ws_open.conf`), at the time of the last line; null without any. */
  readonly open: OpenState | null
  readonly drops: DropsReport
  /** Every minute of the window, zeros too. */
  readonly timeline: readonly MinuteReport[]
  readonly clusters: readonly ClusterReport[]
  /** Adds up to `sessions.count`. */
  readonly endings: readonly EndingReport[]
  readonly events: readonly EventReport[]
  readonly upstreams: readonly RankedReport[]
  readonly hosts: readonly RankedReport[]
  readonly paths: readonly RankedReport[]
  readonly clients: readonly RankedReport[]
  readonly userAgents: readonly RankedReport[]
  /** How many attempts a row of each ranking may miss; 0: exact. `values`: distinct ones, at least. */
  readonly rankings: Readonly<Record<RankedField, { readonly values: number; readonly error: number }>>
  readonly findings: readonly Finding[]
}

export interface ReportWindow {
  /** First and last line within the chosen time; null when there was none. */
  readonly from: Instant | null
  readonly to: Instant | null
  readonly timeZone: string
  /** Sessions in the report that began before the minute of `from`: how many others did cannot be seen. */
  readonly startedBefore: number
  /** Sessions and failed handshakes more than a year away from most others: no minute holds them. */
  readonly unplaced: number
}

/** The first answer: is it healthy, since when not. `unknown`: too little in the log to say. */
export interface Health {
  readonly status: 'ok' | 'degraded' | 'failing' | 'unknown'
  /** First and last minute that was bad; null when none was. */
  readonly badFrom: Instant | null
  readonly badTo: Instant | null
  readonly badMinutes: number
  /** Whether the last minute of the window that can be judged is bad. */
  readonly isOngoing: boolean
  readonly reasons: readonly ('success-rate' | 'drop-spikes' | 'idle-timer' | 'faults')[]
}

export interface InputReport {
  readonly path: string
  readonly kind: 'access' | 'error'
  /** Names of the formats that its lines were read with. */
  readonly logFormat: string
  /** What a container runtime or syslog wrapped around each line; null: nothing. */
  readonly envelope: string | null
  readonly bytes: number
  readonly lines: number
  readonly parsed: number
  readonly skipped: number
  readonly filtered: number
  readonly from: Instant | null
  readonly to: Instant | null
}

/** `read = parsed + skipped + filtered`, always. */
export interface LinesReport {
  readonly read: number
  readonly parsed: number
  readonly skipped: number
  readonly filtered: number
  /** Of the skipped: over 1 MiB. */
  readonly overlong: number
  /** Of the parsed: a whole line glued to a torn one. */
  readonly glued: number
  readonly examples: readonly { readonly path: string; readonly line: number; readonly column: number; readonly reason: string }[]
}

/** How sessions ended. */
export interface EndingReport {
  readonly cause: SessionCause
  readonly layer: Layer
  readonly confidence: Confidence
  readonly sessions: number
  readonly share: Share
}

export type EventKind = 'reload' | 'upstream-restart' | 'edge-restart' | 'ends-together' | 'nginx-stop' | 'nginx-start' | 'worker-crash' | 'blackout' | 'reconnect-storm'

/** Something that happened at one time to many sessions. */
export interface EventReport {
  readonly kind: EventKind
  readonly at: Instant
  readonly until: Instant | null
  /** Sessions that it ended, about; null: not known, since nginx writes no line for them, and no marker told of their beginning. */
  readonly sessions: number | null
  /** The upstream, or several apart by `, `; null: none in particular. */
  readonly upstream: string | null
  readonly detail: string
}

export interface Evidence {
  /** The finest level that the error logs really hold. */
  readonly errorLogLevel: 'none' | 'error' | 'warn' | 'notice' | 'info'
  /** `exact`: by connection number; `approximate`: by client, request and time. */
  readonly join: 'exact' | 'approximate' | 'none'
  /** Error lines that tell how a session ended; those that found it; handshakes for which several lines fit. */
  readonly joined: { readonly endings: number; readonly found: number; readonly ambiguous: number } | null
  /** The zone of the error logs' stamps, which carry none, and where it is taken from; null without error logs. */
  readonly errorLogZone: { readonly zone: string; readonly from: 'access-log' | 'option' | 'system' } | null
  /** Entries of the error logs by what they say, the most frequent first; `message` null: not known to wslog. */
  readonly messages: readonly { readonly message: string | null; readonly text: string; readonly level: string; readonly count: number }[]
  /** What would prove more. */
  readonly missing: readonly MissingEvidence[]
}

export type MissingEvidence = 'error-log' | 'info-level' | 'connection' | 'request-completion' | 'request-time' | 'body-bytes' | 'http-upgrade' | 'upstream-addr' | 'host'

export interface HandshakesReport {
  readonly attempts: number
  readonly succeeded: number
  readonly successRate: Share | null
  readonly byStatus: Readonly<Record<string, number>>
  readonly failures: readonly { readonly cause: HandshakeCause; readonly layer: Layer; readonly confidence: Confidence; readonly status: number; readonly count: number; readonly share: Share }[]
  /** How it was decided which lines are handshakes; `prefixes` for the rule `paths`. */
  readonly rule: { readonly kind: 'http-upgrade' | 'own-log' | 'named' | 'paths' | 'mixed'; readonly prefixes: readonly string[] }
}

export interface SessionsReport {
  readonly count: number
  /** Sessions that carried at most a Close frame to the client; null when the format has no `$body_bytes_sent`. */
  readonly quiet: number | null
  readonly durationSeconds: {
    readonly min: Seconds | null
    readonly p50: Seconds | null
    readonly p90: Seconds | null
    readonly p95: Seconds | null
    readonly p99: Seconds | null
    readonly max: Seconds | null
    readonly mean: Seconds | null
  }
  readonly bytesToClient: { readonly total: number | null; readonly p50: number | null; readonly p95: number | null; readonly max: number | null }
  /** Sessions by duration in seconds, `[from, to)`; only bins that hold some. */
  readonly histogram: readonly { readonly from: Seconds; readonly to: Seconds; readonly count: number }[]
}

export interface DropsReport {
  readonly count: number
  readonly faults: number
  readonly perMinute: { readonly mean: number | null; readonly p50: number | null; readonly p95: number | null; readonly max: number | null; readonly maxAt: Instant | null }
}

export interface MinuteReport {
  readonly minute: Instant
  readonly attempts: number
  readonly succeeded: number
  readonly drops: number
  readonly faults: number
  /** The drops by cause; only causes that there are. */
  readonly causes: Readonly<Partial<Record<SessionCause, number>>>
  /** Most sessions open at any second of the minute, of those in the log; null when the format does not tell. */
  readonly active: number | null
}

export interface ClusterReport {
  readonly id: string
  /** The age in the middle, and the range `[from, to)` around it. */
  readonly seconds: Seconds
  readonly from: Seconds
  readonly to: Seconds
  readonly sessions: number
  readonly quiet: number | null
  readonly share: Share
  /** Sessions that the neighbouring ages predict in this range. */
  readonly expected: number
  /** Null: several causes fit. */
  readonly cause: SessionCause | null
  readonly layer: Layer
  readonly confidence: Confidence
  readonly evidence: readonly string[]
  /** Products whose timeouts fit, from the catalogue, each with its source. */
  readonly candidates: readonly { readonly product: string; readonly setting: string; readonly seconds: number; readonly layer: Layer; readonly source: string }[]
  /** Ages at which sessions that were busy before end by the same timer. */
  readonly echoes: readonly Seconds[]
}

export interface RankedReport {
  readonly name: string
  readonly attempts: number
  readonly successRate: Share | null
  readonly sessions: number
  readonly drops: number
  readonly faults: number
  readonly p50: Seconds | null
  readonly p95: Seconds | null
}

/** Something to know or to change, with the figures it rests on. Texts from the log in it are untrusted. */
export interface Finding {
  /** Stable, in kebab case. */
  readonly code: string
  readonly severity: 'critical' | 'warning' | 'info'
  readonly layer: Layer
  readonly title: string
  readonly detail: string
  /** Sessions, or failed handshakes, that it is about, and their share of all sessions, or of all handshakes. */
  readonly sessions: number
  readonly share: Share
  /** What mending it would save, at the rate of this log. */
  readonly sessionsPerDay: number
  /** The figures. */
  readonly evidence: Readonly<Record<string, unknown>>
  /** What to do, and the lines to paste into nginx.conf; empty where nothing in nginx would help. */
  readonly fix: { readonly text: string; readonly nginx: string }
  /** Where this is documented or known from. */
  readonly source: string
}
