import type { HandshakeCause, Layer } from '../cause/cause.ts'

export interface CauseAndLayer {
  readonly cause: HandshakeCause
  readonly layer: Layer
}

/** A refused connect is known at once; what takes longer was something else. */
const AT_ONCE_MS = 100

/**
 * The cause as far as the access line alone tells it. `upstream`: the last one tried, empty when none was,
 * undefined where the format has no `$upstream_addr`; `durationMs`: NaN when the format does not tell. What
 * only the error log, or a better format, could prove stays `other`.
 */
export const causeOfFailure = ({ status, upstream, durationMs }: { status: number; upstream: string | undefined; durationMs: number }): CauseAndLayer => {
  const answeredBy: Layer = upstream === undefined ? 'unknown' : upstream === '' ? 'nginx' : 'upstream'
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
    case 408:
    case 499:
      return { cause: 'client-gone', layer: 'client' }
    case 504:
      return { cause: 'handshake-timeout', layer: 'upstream' }
    default:
      if (answeredBy === 'upstream') return causeOfAnswer(status, upstream!, durationMs)
      return (answeredBy === 'nginx' && BY_NGINX[status]) || OTHER
  }
}

const OTHER: CauseAndLayer = { cause: 'other', layer: 'unknown' }

/** What nginx answers by itself, without asking an upstream. */
const BY_NGINX: Readonly<Record<number, CauseAndLayer>> = {
  400: { cause: 'client-gone', layer: 'client' },
  404: { cause: 'not-found', layer: 'nginx' },
  429: { cause: 'rate-limited', layer: 'nginx' },
  503: { cause: 'rate-limited', layer: 'nginx' },
}

/** What was answered once an upstream had been asked. */
const causeOfAnswer = (status: number, upstream: string, durationMs: number): CauseAndLayer => {
  if (status === 200 || status === 400 || status === 404 || status === 426) return { cause: 'upgrade-missing', layer: 'nginx' }
  if (status !== 502) return status >= 500 ? { cause: 'server-error', layer: 'upstream' } : OTHER
  if (!isPeer(upstream)) return { cause: 'no-live-upstream', layer: 'upstream' }
  return { cause: durationMs <= AT_ONCE_MS ? 'refused' : 'other', layer: 'upstream' }
}

/** An address of a peer; with none left alive nginx logs the name of the upstream group instead. */
const isPeer = (upstream: string): boolean => upstream.startsWith('unix:') || /:\d+$/.test(upstream)
