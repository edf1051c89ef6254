import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import type { AccessRecord } from '../log-format/record.ts'
import type { NameTable } from './names.ts'
import type { Protocol } from './protocol.ts'

/** The fields by which sessions are ranked. */
export const RANKED_FIELDS = ['upstreams', 'hosts', 'paths', 'clients', 'userAgents'] as const
export type RankedField = (typeof RANKED_FIELDS)[number]

/** The field of an event that each ranking goes by. */
export const EVENT_FIELD = { upstreams: 'upstream', hosts: 'host', paths: 'path', clients: 'client', userAgents: 'userAgent' } as const satisfies Readonly<Record<RankedField, string>>
export type EventField = (typeof EVENT_FIELD)[RankedField]

/**
 * One handshake as the log shows it: a session when its status is 101, a failure otherwise. One object is
 * filled again for every line; a consumer keeps what it needs, never the object.
 */
export interface HandshakeEvent {
  /** When nginx wrote the line: the end of the session. ms since the epoch. */
  endedAtMs: number
  /** `endedAtMs` less `$request_time`; `endedAtMs` where the format has none. */
  startedAtMs: number
  /**
   * How long the session lived, ms; NaN where the format does not tell. Where nginx lingered after the end
   * (`$request_time` above `$upstream_response_time`), the upstream's time is the session's.
   */
  durationMs: number
  status: number
  /** `$body_bytes_sent`; -1 where the format does not tell. */
  bytesToClient: number
  /** Numbers of names; 0 where the log has none. The upstream is the last one tried. */
  client: number
  host: number
  path: number
  upstream: number
  userAgent: number
  /** False where the format has no `$upstream_addr`: then an empty upstream proves nothing. */
  isUpstreamKnown: boolean
  /** Upstreams that were tried, as the log lists them; 1 where it does not. */
  tries: number
  /** Whether `$request_completion` was `OK`; undefined where the format does not tell. */
  isComplete: boolean | undefined
  /** How the session ended, or why the handshake failed; `cause` of a session when its status is 101. */
  verdict: Verdict<SessionCause | HandshakeCause>
  /** An error line says so. */
  isExplained: boolean
  /** Of a failed handshake; of a session it is not looked at, and unknown. */
  protocol: Protocol
  /** Number of the cluster of ages that a session belongs to; -1: none. */
  cluster: number
}

/** An event whose status is 101. */
export type SessionEvent = HandshakeEvent & { readonly verdict: Verdict<SessionCause> }
export type FailureEvent = HandshakeEvent & { readonly verdict: Verdict<HandshakeCause> }

/** One of each of the fields. */
export const byField = <T>(of: (field: RankedField) => T): Readonly<Record<RankedField, T>> => Object.fromEntries(RANKED_FIELDS.map((field) => [field, of(field)])) as Record<RankedField, T>

/** The names behind the numbers of events. */
export type NameTables = Readonly<Record<RankedField, NameTable>>

/** What a log consists of, one call a line. */
export interface HandshakeConsumer {
  /** A line within `--since` and `--until`, whatever it is: the log covers this moment. */
  covered(atMs: number): void
  session(event: SessionEvent, names: NameTables, record: AccessRecord): void
  failure(event: FailureEvent, names: NameTables, record: AccessRecord): void
  /** On a second look a session that was told of before turns out to have ended of something else than `counted`. */
  relabelled?(event: SessionEvent, counted: Verdict<SessionCause>, names: NameTables): void
  /** A request that asks for no WebSocket; `polling`: the fallback of a socket library. */
  other(kind: 'plain' | 'polling'): void
  /** A line of a format without `$http_upgrade`, kept or not: what the handshake rule is decided by. */
  undecided(status: number, path: number): void
  /** The numbers of names are about to change, or the log is over: what is still known by number must be settled. */
  settle(names: NameTables): void
}
