import { Field } from '../log-format/fields.ts'
import { type AccessRecord, UNSET } from '../log-format/record.ts'
import { unescapeText } from '../log-format/unescape.ts'
import { mayBeCut } from '../session/label.ts'
import type { HandshakeEvent, NameTables } from '../session/session.ts'
import { SWITCHING_PROTOCOLS } from '../session/status.ts'
import { RequestTarget } from '../session/target.ts'
import { jsonOf } from './json.ts'

/** Records come out once the log is so far ahead of them: buffered logs are out of order by seconds. */
const WINDOW_MS = 15_000
const MAX_HELD = 1 << 14

/** Writes `wslog.session/1` records, one JSON object a line, in the order in which the sessions ended. */
export class SessionRecords {
  readonly #write: (text: string) => void
  #path = ''
  #held: { readonly endedAtMs: number; readonly line: string }[] = []
  #newestMs = Number.NEGATIVE_INFINITY

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  startLog(path: string): void {
    this.#path = path
  }

  handshake(event: HandshakeEvent, names: NameTables, record: AccessRecord): void {
    this.#held.push({ endedAtMs: event.endedAtMs, line: `${jsonOf(recordOf(event, names, record, this.#path))}\n` })
    if (event.endedAtMs > this.#newestMs) this.#newestMs = event.endedAtMs
    if (this.#held.length >= MAX_HELD) this.#flush(this.#newestMs - WINDOW_MS)
  }

  /** Writes what is held: to be called after the last one. */
  end(): void {
    this.#flush(Number.POSITIVE_INFINITY)
  }

  #flush(beforeMs: number): void {
    this.#held.sort((a, b) => a.endedAtMs - b.endedAtMs)
    let count = this.#held.findIndex(({ endedAtMs }) => endedAtMs >= beforeMs)
    // More in one window than are held: half of them go out of order rather than all stay.
    if (count < 0) count = this.#held.length
    count = Math.max(count, this.#held.length - (MAX_HELD >> 1))
    this.#write(this.#held.slice(0, count).map(({ line }) => line).join(''))
    this.#held = this.#held.slice(count)
  }
}

const recordOf = (event: HandshakeEvent, names: NameTables, record: AccessRecord, file: string) => {
  const target = targetOf(names.paths.at(event.path).label, record)
  const question = target.indexOf('?')
  const isSession = event.status === SWITCHING_PROTOCOLS
  return {
    kind: isSession ? 'session' : 'handshake',
    startedAt: new Date(event.startedAtMs).toISOString(),
    endedAt: new Date(event.endedAtMs).toISOString(),
    durationSeconds: Number.isNaN(event.durationMs) ? null : event.durationMs / 1000,
    client: names.clients.at(event.client).label,
    host: text(hostOf(names.hosts.at(event.host).label, record)),
    method: methodOf(record),
    path: question < 0 ? target : target.slice(0, question),
    ...(question < 0 ? {} : { query: target.slice(question + 1) }),
    status: event.status,
    bytesToClient: event.bytesToClient === UNSET ? null : event.bytesToClient,
    upstream: text(names.upstreams.at(event.upstream).label),
    upstreamTries: record.hasUpstream && event.upstream !== 0 ? event.tries : 0,
    userAgent: text(textOf(record, Field.userAgent)),
    cause: event.verdict.cause,
    layer: event.verdict.layer,
    confidence: event.verdict.confidence,
    cluster: event.cluster < 0 ? null : `c${event.cluster + 1}`,
    file,
    line: record.line,
  }
}

const requestTarget = new RequestTarget()

/** The path, with its query where that is kept: a record has all of it, a label the beginning. */
const targetOf = (label: string, record: AccessRecord): string => {
  if (!mayBeCut(label)) return label
  requestTarget.read(record)
  return unescapeText(record.bytes, requestTarget.pathFrom, label.includes('?') ? requestTarget.queryTo(record.bytes) : requestTarget.pathTo, record.escape)
}

const hostOf = (label: string, record: AccessRecord): string => (mayBeCut(label) ? textOf(record, Field.host) : label)

const text = (value: string): string | null => (value === '' ? null : value)

const textOf = ({ bytes, from, to, escape }: AccessRecord, field: Field): string => {
  const value = to[field]! > from[field]! ? unescapeText(bytes, from[field]!, to[field]!, escape) : ''
  return value === '-' ? '' : value
}

const methodOf = (record: AccessRecord): string | null => {
  const method = textOf(record, Field.method)
  if (method !== '') return method
  const request = textOf(record, Field.request)
  return text(request.split(' ', 1)[0]!)
}
