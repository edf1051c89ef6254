import type { HandshakeCause, Layer } from '../cause/cause.ts'
import { failureVerdict, type Verdict } from '../cause/verdict.ts'
import type { Coverage } from './coverage.ts'

/** A refused connect is known at once; what takes longer was something else. */
const AT_ONCE_MS = 100

export interface FailedHandshake {
  readonly status: number
  /** The last one tried, empty when none was, undefined where the format has no `$upstream_addr`. */
  readonly upstream: string | undefined
  /** NaN when the format does not tell. */
  readonly durationMs: number
  /** Whether the last upstream was reached; undefined where the format has no `$upstream_connect_time`. */
  readonly isConnected: boolean | undefined
  /** An error log covers its time, of whatever level, and has no line for it: nginx itself failed at nothing. */
  readonly isLogged: boolean
}

/**
 * The cause as far as the access line alone tells it. What only the error log, or a better format, could
 * prove stays `other`.
 */
export const causeOfFailure = ({ status, upstream, durationMs, isConnected, isLogged }: FailedHandshake): Verdict<HandshakeCause> => {
  const answeredBy: Layer = upstream === undefined ? 'unknown' : upstream === '' ? 'nginx' : 'upstream'
  switch (status) {
    case 9:
      return failureVerdict('bad-reply', 'upstream', 'likely')
    case 301:
    case 302:
    case 307:
    case 308:
      return failureVerdict('redirected', 'nginx', 'likely')
    case 401:
      return failureVerdict('unauthorized', answeredBy, 'likely')
    case 403:
      return failureVerdict('forbidden', answeredBy, 'likely')
    case 408:
    case 499:
      return failureVerdict('client-gone', 'client', 'likely')
    case 502:
    case 504:
      if (isLogged && upstream !== undefined && isAnswerOfPeer({ status, upstream })) return ANSWERED
      if (status === 502) return answeredBy === 'upstream' ? causeOf502(upstream!, durationMs) : OTHER
      return isConnected === false ? failureVerdict('connect-timeout', 'upstream', 'likely') : failureVerdict('handshake-timeout', 'upstream', isConnected === true ? 'likely' : 'guess')
    default:
      if (answeredBy === 'upstream') return causeOfAnswer(status)
      return (answeredBy === 'nginx' && BY_NGINX[status]) || OTHER
  }
}

const ANSWERED = failureVerdict('server-error', 'upstream', 'likely')

/** Failures of its own nginx writes at level error, which no error_log leaves out: this was the upstream's answer. The name of a group answers nothing. */
const isAnswerOfPeer = ({ status, upstream }: { readonly status: number; readonly upstream: string }): boolean => (status === 502 || status === 504) && isPeer(upstream)

/** What it says of a failed handshake that an error log has no line for it; undefined: nothing. `upstream` as in {@link FailedHandshake}, empty where it is not known. */
export const verdictOfSilentFailure = (failed: { readonly endedAtMs: number; readonly status: number; readonly upstream: string }, coverage: Coverage): Verdict<HandshakeCause> | undefined =>
  isAnswerOfPeer(failed) && coverage.errors(failed.endedAtMs) ? ANSWERED : undefined

const OTHER = failureVerdict('other', 'unknown', 'guess')

/** What nginx answers by itself, without asking an upstream. */
const BY_NGINX: Readonly<Record<number, Verdict<HandshakeCause>>> = {
  400: failureVerdict('client-gone', 'client', 'likely'),
  404: failureVerdict('not-found', 'nginx', 'likely'),
  429: failureVerdict('rate-limited', 'nginx', 'likely'),
  503: failureVerdict('rate-limited', 'nginx', 'likely'),
}

/** What was answered once an upstream had been asked. */
const causeOfAnswer = (status: number): Verdict<HandshakeCause> => {
  if (status === 200 || status === 400 || status === 404 || status === 426) return failureVerdict('upgrade-missing', 'nginx', 'likely')
  return status >= 500 ? failureVerdict('server-error', 'upstream', 'likely') : OTHER
}

const causeOf502 = (upstream: string, durationMs: number): Verdict<HandshakeCause> => {
  if (!isPeer(upstream)) return failureVerdict('no-live-upstream', 'upstream', 'likely')
  return durationMs <= AT_ONCE_MS ? failureVerdict('refused', 'upstream', 'guess') : failureVerdict('other', 'upstream', 'guess')
}

/** An address of a peer; with none left alive nginx logs the name of the upstream group instead. */
const isPeer = (upstream: string): boolean => upstream.startsWith('unix:') || /:\d+$/.test(upstream)
