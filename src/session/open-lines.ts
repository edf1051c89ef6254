import { DASH } from '../log-format/chars.ts'
import { Field } from '../log-format/fields.ts'
import { type AccessRecord, UNSET } from '../log-format/record.ts'
import { unescapeText } from '../log-format/unescape.ts'
import type { EndMark, OpenMark, RequestKey } from './open-marks.ts'
import type { OpenSessions } from './open-sessions.ts'
import { SWITCHING_PROTOCOLS } from './status.ts'

/** Records to what is said of open sessions. */
export class OpenLines {
  readonly #sessions: OpenSessions
  readonly #mark: OpenMark = { atMs: 0, clockStepMs: 1, hasId: false, idHigh: 0, idLow: 0, connection: UNSET, requests: UNSET, pid: UNSET, client: '', host: '', path: '', upstream: '' }
  readonly #end: EndMark = { startedAtMs: 0, endedAtMs: 0, clockStepMs: 1, answerMs: Number.NaN, isHandshake: false, hasId: false, idHigh: 0, idLow: 0, connection: UNSET, requests: UNSET, pid: UNSET }
  /** Names of upstreams, which are few: those of the configuration. */
  #upstream = { bytes: '', text: '' }

  constructor(sessions: OpenSessions) {
    this.#sessions = sessions
  }

  begin(record: AccessRecord, { client, host, path }: { readonly client: string; readonly host: string; readonly path: string }): void {
    const mark = this.#mark
    setKey(mark, record)
    mark.atMs = record.number[Field.time]!
    mark.clockStepMs = record.clockStepMs
    mark.client = client
    mark.host = host
    mark.path = path
    mark.upstream = this.#upstreamOf(record)
    this.#sessions.opened(mark)
  }

  /** Whether the line of an end has a say: none before the first marker. */
  isOf(record: AccessRecord, untilMs: number): boolean {
    return this.#sessions.hasMarkers && record.number[Field.time]! < untilMs
  }

  /** `durationMs`: how long the session lived; NaN: not told. */
  end(record: AccessRecord, { durationMs, isHandshake }: { readonly durationMs: number; readonly isHandshake: boolean }): void {
    const { number } = record
    const end = this.#end
    setKey(end, record)
    end.endedAtMs = number[Field.time]!
    const requestMs = number[Field.requestTime]!
    end.startedAtMs = requestMs === UNSET ? end.endedAtMs - durationMs : end.endedAtMs - requestMs
    end.clockStepMs = record.clockStepMs
    end.isHandshake = isHandshake
    end.answerMs = answerMsOf(record)
    this.#sessions.closed(end)
  }

  #upstreamOf({ bytes, from, to, escape }: AccessRecord): string {
    const [start, end] = [from[Field.upstreamName]!, to[Field.upstreamName]!]
    if (end <= start || (end - start === 1 && bytes[start] === DASH)) return ''
    const raw = bytes.toString('latin1', start, end)
    if (raw !== this.#upstream.bytes) this.#upstream = { bytes: raw, text: unescapeText(bytes, start, end, escape) }
    return this.#upstream.text
  }
}

/** From the request to its answer: of a session to its 101, the tries before the last and what came before them included. */
const answerMsOf = ({ number, from }: AccessRecord): number => {
  const requestMs = number[Field.requestTime]!
  if (number[Field.status] !== SWITCHING_PROTOCOLS) return requestMs === UNSET ? Number.NaN : requestMs
  const headerMs = number[Field.headerTime]!
  if (headerMs === UNSET) return Number.NaN
  const upstreamMs = number[Field.upstreamTime]!
  const isOneTry = number[Field.upstream]! <= from[Field.upstream]!
  // With one try what is beside the upstream's time is a lingering close, behind the session.
  return isOneTry || requestMs === UNSET || upstreamMs === UNSET ? headerMs : headerMs + Math.max(0, requestMs - upstreamMs)
}

const setKey = (key: RequestKey, { bytes, from, to, number }: AccessRecord): void => {
  const [start, end] = [from[Field.requestId]!, to[Field.requestId]!]
  key.hasId = end - start > 1
  // FNV-1a, and the same over the bytes turned round: an id is random, so 64 bits of it are enough.
  let high = 0x811c_9dc5 | 0
  let low = 0x811c_9dc5 | 0
  for (let at = start, back = end - 1; at < end; at++, back--) {
    high = Math.imul(high ^ bytes[at]!, 0x0100_0193)
    low = Math.imul(low ^ bytes[back]!, 0x0100_0193)
  }
  key.idHigh = high
  key.idLow = low
  key.connection = number[Field.connection]!
  key.requests = number[Field.connectionRequests]!
  key.pid = number[Field.pid]!
}
