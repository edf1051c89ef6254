import type { Name, PathName } from './names.ts'

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
  /** The log's name for each; the empty label when it has none. The upstream is the last one tried. */
  client: Name
  host: Name
  path: PathName
  upstream: Name
  /** False where the format has no `$upstream_addr`: then an empty upstream proves nothing. */
  isUpstreamKnown: boolean
}

/** What a log consists of, one call a line. */
export interface HandshakeConsumer {
  /** A line within `--since` and `--until`, whatever it is: the log covers this moment. */
  covered(atMs: number): void
  session(event: HandshakeEvent): void
  failure(event: HandshakeEvent): void
  /** A request that asks for no WebSocket; `polling`: the fallback of a socket library. */
  other(kind: 'plain' | 'polling'): void
  /** A line of a format without `$http_upgrade`, kept or not: what the handshake rule is decided by. */
  undecided(status: number, path: PathName): void
}
