/** What tells which request a line is about. */
export interface RequestKey {
  /** Both lines of a request have it: 64 bits of `$request_id`; `hasId` false where the line has none. */
  hasId: boolean
  idHigh: number
  idLow: number
  /** `$connection`, -1 unknown; its number counts from 1 again when nginx starts. */
  connection: number
  /** `$connection_requests`, -1 unknown. */
  requests: number
  /** `$pid`, -1 unknown. */
  pid: number
}

/** The line of a handshake that begins. */
export interface OpenMark extends RequestKey {
  /** ms since the epoch. */
  atMs: number
  /** What the line's clock shows: 1 or 1000 ms. */
  clockStepMs: number
  client: string
  host: string
  path: string
  /** Empty: not told. */
  upstream: string
}

/** The line of a request that is over, whatever it was. */
export interface EndMark extends RequestKey {
  /** ms since the epoch; NaN: not told. */
  startedAtMs: number
  endedAtMs: number
  clockStepMs: number
  /** How long it took until the answer was there, ms; NaN: not told. */
  answerMs: number
  /** It asked for a WebSocket, as far as is known. */
  isHandshake: boolean
}

/** Both lines take nginx's cached clock, but one may be written an event loop later. */
const SLACK_MS = 5

/** Whether an end may be that of a request that had begun by then; the request's number decides, where both have it. */
export const isSameRequest = (open: RequestKey & { readonly atMs: number; readonly clockStepMs: number }, end: EndMark): boolean => {
  if (open.hasId && end.hasId) return open.idHigh === end.idHigh && open.idLow === end.idLow
  if (open.connection < 0 || open.connection !== end.connection) return false
  if (open.requests >= 0 && end.requests >= 0 && open.requests !== end.requests) return false
  if (open.pid >= 0 && end.pid >= 0 && open.pid !== end.pid) return false
  return isWithin(open, end)
}

/** The beginning lies between the start and the end of the request, as exactly as the clocks show it. */
const isWithin = (open: { readonly atMs: number; readonly clockStepMs: number }, { startedAtMs, endedAtMs, clockStepMs }: EndMark): boolean => {
  const slackMs = open.clockStepMs > 1 || clockStepMs > 1 ? 1000 + SLACK_MS : SLACK_MS
  return !(open.atMs < startedAtMs - slackMs) && open.atMs <= endedAtMs + slackMs
}
