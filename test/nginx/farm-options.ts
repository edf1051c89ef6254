import type { HandshakeCause, SessionCause } from '../../src/cause/cause.ts'

export type Cause = SessionCause | HandshakeCause

/** What one farm is like. Times are in seconds, from the start of the farm where they are moments. */
export interface FarmOptions {
  readonly seed: number
  /** How long the traffic lasts. */
  readonly seconds: number
  /** `proxy_read_timeout` of the location that has one. */
  readonly readTimeout: number
  /** The idle timer of the hop in front, whose address is 127.0.0.77, and how far off it is at most. */
  readonly edgeIdle: number
  readonly edgeJitter: number
  /** The idle timer of the second backend, which says Close. */
  readonly upstreamIdle: number
  /** The age at which the backend ends every session of one location. */
  readonly lifetime: number
  readonly shutdownTimeout: number
  readonly sendTimeout: number
  readonly handshakeTimeout: number
  /** When nginx is told to reload, and when the third backend is killed; it is back after `downFor`. */
  readonly reloads: readonly number[]
  readonly kills: readonly number[]
  readonly downFor: number
  /** One backend behind every location: the one that is killed. */
  readonly singleUpstream: boolean
  /** Every client comes from one address, as behind a container's gateway. */
  readonly oneAddress: boolean
  /** When the fourth backend vanishes without a word, where the farm has a network of its own; see farm-network.ts. */
  readonly vanishAt: number
  /** How many of each ending are wanted, and of each way in which a handshake fails. */
  readonly counts: Readonly<Partial<Record<SessionCause, number>>>
  readonly handshakesEach: number
}

export const DEFAULT_FARM: FarmOptions = {
  seed: 1,
  seconds: 58,
  readTimeout: 12,
  edgeIdle: 7,
  edgeJitter: 0.02,
  upstreamIdle: 9,
  lifetime: 16,
  shutdownTimeout: 2,
  sendTimeout: 2,
  handshakeTimeout: 2,
  reloads: [55],
  kills: [24],
  downFor: 4,
  singleUpstream: false,
  oneAddress: false,
  vanishAt: 30,
  counts: {
    closed: 180, 'idle-timeout': 70, 'edge-idle-timeout': 60, 'upstream-idle-timeout': 36, 'lifetime-limit': 36, 'client-reset': 24,
    'upstream-reset': 18, 'client-stalled': 8, 'upstream-restart': 70, 'worker-shutdown': 60, 'client-lost': 8,
    'upstream-lost': 8,
  },
  handshakesEach: 4,
}

/** The address of the backend that vanishes, for good. */
export const FAR = '127.8.8.8'

/** How long nginx takes on average to notice that a quiet peer is gone: keepalive probes after 1 s, two of them, 1 s apart. */
export const NOTICED_AFTER_MS = 2600

/** The address of the hop in front of nginx. */
export const EDGE = '127.0.0.77'
