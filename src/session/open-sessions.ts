/** An open session, as its OPEN line told of it. */
export interface OpenSession {
  /** ms since the epoch. */
  readonly startedAtMs: number
  readonly client: string
  readonly host: string
  readonly path: string
  /** As the OPEN line names it; empty where it does not: no upstream has been asked by then. */
  readonly upstream: string
}

/** What OPEN lines without their CLOSE say. Times are ISO 8601 in UTC. */
export interface OpenState {
  /** Handshakes that began and have no line of their end yet. */
  readonly count: number
  /** Of them, those so young that they may still wait for their 101: an upper bound. */
  readonly waitingAtMost: number
  /** Younger than this counts as `waitingAtMost`, seconds: what handshakes took of late. */
  readonly waitingSeconds: number
  readonly oldest: { readonly startedAt: string; readonly client: string; readonly host: string; readonly path: string; readonly upstream: string } | null
  /** The most frequent first. */
  readonly byUpstream: readonly { readonly name: string; readonly open: number }[]
  readonly byPath: readonly { readonly name: string; readonly open: number }[]
  /** Sessions that a stop or a crash of nginx ended without a line, since the beginning. */
  readonly lost: number
  /** Sessions beyond what is kept: they are counted nowhere else. */
  readonly untracked: number
}
