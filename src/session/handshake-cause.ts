/** Where something broke, as seen from nginx; `edge` is any hop in front of it. */
export type Layer = 'client' | 'edge' | 'nginx' | 'upstream' | 'unknown'

/** Why a handshake failed: the codes of the report's contract. */
export type HandshakeCause =
  | 'upgrade-missing' | 'not-found' | 'redirected' | 'forbidden' | 'unauthorized' | 'rate-limited' | 'refused' | 'connect-timeout'
  | 'handshake-timeout' | 'upstream-closed' | 'no-live-upstream' | 'bad-reply' | 'tls-upstream' | 'dns' | 'client-gone' | 'capacity'
  | 'server-error' | 'other'

export interface CauseAndLayer {
  readonly cause: HandshakeCause
  readonly layer: Layer
}

/** A refused connect is known at once; what takes longer was something else. */
const AT_ONCE_MS = 100

/**
 * The cause as far as the access line alone tells it. `upstream`: the last one tried, empty when none was;
 * `durationMs`: NaN when the format does not tell. What only the error log could prove stays `other`.
 */
export const causeOfFailure = ({ status, upstream, durationMs }: { status: number; upstream: string; durationMs: number }): CauseAndLayer => {
  const wasAsked = upstream !== ''
  const answeredBy: Layer = wasAsked ? 'upstream' : 'nginx'
  switch (status) {
    case 9:
      return { cause: 'bad-reply', layer: 'upstream' }
    case 301:
    case 302:
    case 307:
    case 308:
      return { cause: 'redirected', layer: 'nginx' }
    case 401:
      return { cause: 'unauthorized', layer: answeredBy }
    case 403:
      return { cause: 'forbidden', layer: answeredBy }
    case 404:
      return wasAsked ? { cause: 'upgrade-missing', layer: 'nginx' } : { cause: 'not-found', layer: 'nginx' }
    case 400:
      return wasAsked ? { cause: 'upgrade-missing', layer: 'nginx' } : { cause: 'client-gone', layer: 'client' }
    case 408:
    case 499:
      return { cause: 'client-gone', layer: 'client' }
    case 200:
    case 426:
      return wasAsked ? { cause: 'upgrade-missing', layer: 'nginx' } : { cause: 'other', layer: 'unknown' }
    case 429:
      return wasAsked ? { cause: 'other', layer: 'unknown' } : { cause: 'rate-limited', layer: 'nginx' }
    case 503:
      return wasAsked ? { cause: 'server-error', layer: 'upstream' } : { cause: 'rate-limited', layer: 'nginx' }
    case 502:
      if (wasAsked && !isPeer(upstream)) return { cause: 'no-live-upstream', layer: 'upstream' }
      return wasAsked && !(durationMs > AT_ONCE_MS) ? { cause: 'refused', layer: 'upstream' } : { cause: 'other', layer: wasAsked ? 'upstream' : 'unknown' }
    case 504:
      return { cause: 'handshake-timeout', layer: 'upstream' }
    default:
      return status >= 500 && wasAsked ? { cause: 'server-error', layer: 'upstream' } : { cause: 'other', layer: 'unknown' }
  }
}

/** An address of a peer; with none left alive nginx logs the name of the upstream group instead. */
const isPeer = (upstream: string): boolean => upstream.startsWith('unix:') || /:\d+$/.test(upstream)
