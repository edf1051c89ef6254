const FIRST_DELAY_MS = 1000
const MAX_DELAY_MS = 300_000
/** A receiver cannot ask for more patience than that. */
const MAX_RETRY_AFTER_MS = 3_600_000

/** What became of one try. */
export type Outcome =
  | { readonly isTaken: true }
  | {
    readonly isTaken: false
    readonly isWorthRetrying: boolean
    /** What went wrong, without the URL. */
    readonly problem: string
    /** How long the receiver asks to be left alone; 0: it says nothing. */
    readonly retryAfterMs: number
  }

/** The wait after so many tries (1, 2, …), ms: doubled each time up to five minutes, and of that a random part between half and all. */
export const backoffMs = (tries: number, random: number): number => Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1)) * (0.5 + random / 2)

/** Worth another try: 429, any 5xx, a connection that failed, no answer in time. A redirect is not followed; any other answer means that the request itself is wrong. */
export const outcomeOf = (result: { response: Response } | { error: unknown; isTooLate: boolean }): Outcome => {
  if ('error' in result) {
    return { isTaken: false, isWorthRetrying: true, problem: result.isTooLate ? 'no answer in time' : `no connection (${codeOf(result.error)})`, retryAfterMs: 0 }
  }
  const { status, headers, ok } = result.response
  if (ok) return { isTaken: true }
  const isRedirect = status >= 300 && status < 400
  return {
    isTaken: false,
    isWorthRetrying: status === 429 || status >= 500,
    problem: isRedirect ? `it answers ${status}, and redirects are not followed: give the address that it leads to` : `it answers ${status}`,
    retryAfterMs: retryAfterMs(headers),
  }
}

/** `Retry-After`: seconds, or a date, which is taken by the receiver's own clock (RFC 9110, 10.2.3). */
const retryAfterMs = (headers: Headers): number => {
  const value = headers.get('retry-after')?.trim() ?? ''
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(ms) ? 0 : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms))
}

/** fetch says `fetch failed` and keeps the reason in the cause; its message could hold the URL, its code does not. */
const codeOf = (error: unknown): string => {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: unknown }
  return String(cause?.code ?? name ?? 'unknown')
}
