/** Where something broke, as seen from nginx; `edge` is any hop in front of it: load balancer, CDN, NAT. */
export type Layer = 'client' | 'edge' | 'nginx' | 'upstream' | 'unknown'

/** `confirmed`: a log line says so; `likely`: the pattern fits one cause; `guess`: it fits several. */
export type Confidence = 'confirmed' | 'likely' | 'guess'

/** How a session ended: the codes of the report's contract. */
export const SESSION_CAUSES = [
  'closed', 'idle-timeout', 'client-stalled', 'client-reset', 'client-lost', 'upstream-reset', 'upstream-lost', 'upstream-restart',
  'worker-shutdown', 'edge-idle-timeout', 'upstream-idle-timeout', 'lifetime-limit',
] as const
export type SessionCause = (typeof SESSION_CAUSES)[number]

/** Why a handshake failed: the codes of the report's contract. */
export const HANDSHAKE_CAUSES = [
  'upgrade-missing', 'not-found', 'redirected', 'forbidden', 'unauthorized', 'rate-limited', 'refused', 'connect-timeout',
  'handshake-timeout', 'upstream-closed', 'no-live-upstream', 'bad-reply', 'tls-upstream', 'dns', 'client-gone', 'capacity',
  'server-error', 'other',
] as const
export type HandshakeCause = (typeof HANDSHAKE_CAUSES)[number]

/** The layer that each ending stands for. */
export const LAYER_OF: Readonly<Record<SessionCause, Layer>> = {
  closed: 'unknown',
  'idle-timeout': 'nginx',
  'client-stalled': 'client',
  'client-reset': 'client',
  'client-lost': 'client',
  'upstream-reset': 'upstream',
  'upstream-lost': 'upstream',
  'upstream-restart': 'upstream',
  'worker-shutdown': 'nginx',
  'edge-idle-timeout': 'edge',
  'upstream-idle-timeout': 'upstream',
  'lifetime-limit': 'unknown',
}

/** A fault is an ending that nobody asked for: all but an orderly one, and a planned maximum. */
export const isFault = (cause: SessionCause): boolean => cause !== 'closed' && cause !== 'lifetime-limit'

/** The layer of a failed handshake of which nginx itself wrote a line; `forbidden` and `unauthorized` are then its own refusals. */
export const LAYER_OF_FAILURE: Readonly<Record<HandshakeCause, Layer>> = {
  'upgrade-missing': 'nginx',
  'not-found': 'nginx',
  redirected: 'nginx',
  forbidden: 'nginx',
  unauthorized: 'nginx',
  'rate-limited': 'nginx',
  refused: 'upstream',
  'connect-timeout': 'upstream',
  'handshake-timeout': 'upstream',
  'upstream-closed': 'upstream',
  'no-live-upstream': 'upstream',
  'bad-reply': 'upstream',
  'tls-upstream': 'nginx',
  dns: 'nginx',
  'client-gone': 'client',
  capacity: 'nginx',
  'server-error': 'upstream',
  other: 'unknown',
}
