import type { ErrorRecord } from '../error-log/record.ts'
import type { Message } from '../error-log/messages.ts'
import { Field } from '../log-format/fields.ts'
import { type AccessRecord, UNSET } from '../log-format/record.ts'
import { unescapeBytes } from '../log-format/unescape.ts'
import { type ErrorRow, ErrorTable } from './error-table.ts'
import { SWITCHING_PROTOCOLS } from './status.ts'

/** nginx lingers up to `lingering_time` (30 s) between the end of a connection and its access line. */
const MAX_LINGER_S = 30
/** Both logs take the same cached clock, but a worker that was blocked may write one of the two lines later. */
const SLACK_S = 1
const SHORTEST_TIMEOUT_MS = 1000
/** Lines alike in everything: more of them than this say no more. */
const MAX_FITS = 64
/** A connection number comes again after each restart; no log has so many of these. */
const MAX_WALK = 1024

/** What of a handshake the error lines are looked for by. Times in ms since the epoch. */
export interface Explicable {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly status: number
  /** Upstreams that were tried. */
  readonly tries: number
}

/** How well error lines found their handshakes. */
export interface JoinCounts {
  /** Error lines that tell of the end of a session. */
  readonly endings: number
  /** Those of them that found it. */
  readonly joined: number
  /** Handshakes that more than one line fits, or that another handshake's line fits as well. */
  readonly ambiguous: number
}

/** Finds the error line that explains a handshake. */
export interface Explainer {
  /** The message that explains how this session ended, or why this handshake failed; it is used up by that. */
  explain(record: AccessRecord, event: Explicable): Message | undefined
  /** Whether more than one line fitted what was explained last, or another handshake fits its line as well. */
  readonly isDoubtful: boolean
}

/**
 * The lines of error logs that say how a session ended or why a handshake failed, to be found by the access
 * line of the same request:
 *
 * - exactly, by `$connection` (and `$pid`) and time, where the format has it. The number starts again when
 *   nginx does, and with keepalive many requests share one, so the time decides.
 * - else by client, target and time. The clock of both lines is the same cached one, so they stand in one
 *   second, but for lingering close: the access line then comes up to 30 s late, by `$request_time` less
 *   `$upstream_response_time`. A request that nginx cut off at 2047 bytes is compared as far as it goes.
 *
 * One line explains at most one handshake. The order of the access lines does not matter, so buffered logs may
 * be out of order by any time.
 */
export class ErrorIndex implements Explainer {
  #table = new ErrorTable()
  #endings = 0
  #joined = 0
  #ambiguous = 0
  /** Of the handshake that is being explained: another line or another handshake fits as well. */
  #isDoubtful = false

  get counts(): JoinCounts {
    return { endings: this.#endings, joined: this.#joined, ambiguous: this.#ambiguous }
  }

  get size(): number {
    return this.#table.size
  }

  /** Counts a line that tells how a session ended. */
  count(record: ErrorRecord): void {
    if (tellsOfEnding(record)) this.#endings++
  }

  /** Takes a line in. `atMs`: its time, ms since the epoch. */
  add(record: ErrorRecord, atMs: number): void {
    const { message, connection } = record
    if (message === undefined) return
    const { bytes } = record
    const request = bytes.toString('latin1', record.requestFrom, record.requestTo)
    this.#table.add({
      second: Math.floor(atMs / 1000),
      pid: record.pid,
      connection,
      client: hashBytes(bytes, record.clientFrom, record.clientTo),
      target: record.isRequestCut ? request : targetOf(request),
      isTargetCut: record.isRequestCut,
      upstream: hashText(peerOf(bytes.toString('latin1', record.upstreamFrom, record.upstreamTo))),
      message,
    })
  }

  /** The lines of this time or later, ms since the epoch, that explain nothing yet: their access lines may be still to come. */
  unusedSince(fromMs: number): ErrorRow[] {
    return this.#table.unusedSince(Math.floor(fromMs / 1000))
  }

  /** Takes in a line that an earlier reading left unused. */
  restore(row: ErrorRow): void {
    this.#table.restore(row)
  }

  /** Forgets all lines, to take in others. */
  clear(): void {
    this.#table = new ErrorTable()
  }

  /** Forgets which lines were used: the access logs are about to be read again. */
  reset(): void {
    this.#table.release()
    this.#joined = 0
    this.#ambiguous = 0
  }

  get isDoubtful(): boolean {
    return this.#isDoubtful
  }

  explain(record: AccessRecord, event: Explicable): Message | undefined {
    if (this.#table.size === 0) return undefined
    this.#isDoubtful = false
    const found = record.number[Field.connection]! >= 0 ? this.#exact(record, event) : this.#approximate(record, event)
    if (this.#isDoubtful) this.#ambiguous++
    if (found < 0) return undefined
    const message = this.#table.take(found)
    if (message.phase === 'tunnel') this.#joined++
    return message
  }

  /** Of one connection and request there is one line in the time of the request; of several tries, the last. */
  #exact(record: AccessRecord, event: Explicable): number {
    const table = this.#table
    const pid = record.number[Field.pid]!
    const second = Math.floor(event.endedAtMs / 1000)
    const earliest = Math.floor(event.startedAtMs / 1000) - SLACK_S
    const connection = record.number[Field.connection]!
    // With keepalive, requests of one connection fail in one second: what each asked for tells them apart.
    const target = record.to[Field.request]! > record.from[Field.request]! ? targetOfRecord(record) : undefined
    let best = -1
    let isBestLate = false
    let isBestOfTarget = false
    for (let at = table.firstOf(connection), walked = 0; at >= 0 && walked < MAX_WALK; at = table.nextOf(at), walked++) {
      if (!table.isOf(at, connection)) continue
      const age = second - table.second(at)
      if (age < -SLACK_S || table.second(at) < earliest || (pid !== UNSET && table.pid(at) !== pid) || !this.#isFit(at, event) || table.isUsed(at)) continue
      // A session's end is told at its end; a failed try, at any time since its start.
      if (event.status === SWITCHING_PROTOCOLS && age > MAX_LINGER_S + SLACK_S) continue
      // A line of the second behind is the next request's on this connection, when there is one of the time itself.
      const isLate = age < 0
      const isOfTarget = target === undefined || table.isTarget(at, target)
      const isBetter = isOfTarget !== isBestOfTarget ? isOfTarget : isLate !== isBestLate ? isBestLate : best >= 0 && table.second(at) > table.second(best)
      if (best < 0 || isBetter) {
        best = at
        isBestLate = isLate
        isBestOfTarget = isOfTarget
      }
    }
    return best
  }

  #approximate(record: AccessRecord, event: Explicable): number {
    const client = hashBytes(record.bytes, record.from[Field.client]!, record.to[Field.client]!)
    const second = Math.floor(event.endedAtMs / 1000)
    let found = -1
    if (this.#table.mayHaveAround(client, second)) {
      found = this.#inSecond(record, event, client, second)
      if (found < 0) found = this.#inSecond(record, event, client, second - 1)
      if (found < 0) found = this.#inSecond(record, event, client, second + 1)
      if (found >= 0) return found
    }
    const requestMs = record.number[Field.requestTime]!
    const upstreamMs = record.number[Field.upstreamTime]!
    if (requestMs < 1000) return -1
    if (upstreamMs === UNSET) {
      for (let back = 2; back <= Math.min(MAX_LINGER_S + SLACK_S, Math.ceil(requestMs / 1000)) && found < 0; back++) found = this.#inSecond(record, event, client, second - back)
      return found
    }
    const linger = requestMs - upstreamMs
    if (linger < 1000) return -1
    const end = Math.floor((event.endedAtMs - linger) / 1000)
    for (let near = end - SLACK_S; near <= end + SLACK_S && found < 0; near++) if (near < second - 1) found = this.#inSecond(record, event, client, near)
    return found
  }

  #inSecond(record: AccessRecord, event: Explicable, client: number, second: number): number {
    const table = this.#table
    if (!table.mayHave(client, second)) return -1
    const target = targetOfRecord(record)
    const isSession = event.status === SWITCHING_PROTOCOLS
    let best = -1
    let fits = 0
    let usedUp = 0
    let upstream = 0
    for (const isCut of [false, true]) {
      for (let at = table.firstAt(client, second, target, isCut); at >= 0 && fits < MAX_FITS; at = table.nextAt(at)) {
        if (!table.isAt(at, client, second) || table.isCut(at) !== isCut || !this.#isFit(at, event) || !table.isTarget(at, target)) continue
        if (table.isUsed(at)) {
          usedUp++
          continue
        }
        upstream = upstream === 0 ? hashText(upstreamOfRecord(record)) : upstream
        fits++
        // Of several, one of the same upstream: of a session the first, of a handshake the last try.
        const isSameUpstream = table.upstream(at) === upstream
        if (best < 0 || (isSameUpstream && (!isSession || table.upstream(best) !== upstream))) best = at
      }
    }
    const isManyTries = !isSession && event.tries > 1
    if ((fits > 1 && !isManyTries) || (fits === 0 && usedUp > 0)) this.#isDoubtful = true
    return best
  }

  #isFit(at: number, { status, tries, startedAtMs, endedAtMs }: Explicable): boolean {
    const { phase, handshakeCause, sessionCause } = this.#table.message(at)
    // No timeout is so short that a session of less than a second ended by it.
    if (status === SWITCHING_PROTOCOLS) return phase === 'tunnel' && !(sessionCause === 'idle-timeout' && endedAtMs > startedAtMs && endedAtMs - startedAtMs < SHORTEST_TIMEOUT_MS)
    // After a failed try another upstream may have answered: then the line is not about the answer.
    return phase === 'handshake' && (tries <= 1 || handshakeCause === undefined || (STATUSES[handshakeCause]?.includes(status) ?? true))
  }
}

/** Whether a line tells how a session ended. */
export const tellsOfEnding = ({ message }: ErrorRecord): boolean => message?.phase === 'tunnel' && !message.isAside

/** Whether a line can explain how a session ended, or why a handshake failed. */
export const canExplain = ({ message, connection }: ErrorRecord): boolean => message !== undefined && !message.isAside && connection >= 0 && (message.phase === 'tunnel' || message.phase === 'handshake')

/** What nginx answers by itself for failures of an upstream, unless an error_page says otherwise. */
const STATUSES: Readonly<Record<string, readonly number[]>> = {
  refused: [502], 'upstream-closed': [502], 'no-live-upstream': [502], 'tls-upstream': [502, 504], dns: [502], 'bad-reply': [502, 9],
  'connect-timeout': [502, 504], 'handshake-timeout': [504],
}

/** `GET /ws?a=1 HTTP/1.1`: the part between the spaces. */
const targetOf = (request: string): string => {
  const from = request.indexOf(' ') + 1
  const to = request.lastIndexOf(' ')
  return to > from ? request.slice(from, to) : request.slice(from)
}

const targetOfRecord = ({ bytes, from, to, escape }: AccessRecord): string => {
  if (to[Field.request]! > from[Field.request]!) return targetOf(unescapeBytes(bytes, from[Field.request]!, to[Field.request]!, escape))
  return unescapeBytes(bytes, from[Field.uri]!, to[Field.uri]!, escape)
}

const upstreamOfRecord = ({ bytes, to, number, hasUpstream }: AccessRecord): string => (hasUpstream ? bytes.toString('latin1', number[Field.upstream]!, to[Field.upstream]!) : '')

/** `http://10.0.0.1:80/ws` is the peer `10.0.0.1:80`, `http://unix:/p.sock:/ws` is `unix:/p.sock`. */
const peerOf = (upstream: string): string => {
  const text = upstream.slice(upstream.indexOf('://') + 3)
  if (text.startsWith('unix:')) return text.slice(0, text.indexOf(':', 5))
  const slash = text.indexOf('/')
  return slash < 0 ? text : text.slice(0, slash)
}

/** FNV-1a. */
const hashBytes = (bytes: Buffer, from: number, to: number): number => {
  let hash = 0x811c_9dc5 | 0
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193)
  return hash
}

const hashText = (text: string): number => {
  let hash = 0x811c_9dc5 | 0
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash
}
