import { Field } from '../log-format/fields.ts'
import { type AccessRecord, UNSET } from '../log-format/record.ts'
import type { RecordSink, SkippedLine } from '../log-format/reader.ts'
import { anonymizeAddress } from './address.ts'
import { type Filters, isKept } from './filter.ts'
import { type HandshakeRule, isUnder } from './handshake-rule.ts'
import { type Name, Names, type PathName } from './names.ts'
import type { HandshakeConsumer, HandshakeEvent } from './session.ts'
import { hasSocketWord, isFallbackPath, isSocketIo } from './socket-path.ts'
import { RequestTarget } from './target.ts'

const SWITCHING_PROTOCOLS = 101
/** `webs` and `ocke` as four bytes: what nearly every browser writes. */
const WEBS = 0x7765_6273
const OCKE = 0x6f63_6b65

export interface SessionReaderOptions {
  readonly filters: Filters
  readonly rule: HandshakeRule
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  readonly consumer: HandshakeConsumer
  readonly onSkipped: (line: SkippedLine) => void
}

/** Records to sessions, failed handshakes and other requests. One for all files of a run. */
export class SessionReader implements RecordSink {
  readonly #options: SessionReaderOptions
  readonly #consumer: HandshakeConsumer
  readonly #hasFilters: boolean
  readonly #clients: Names<Name>
  readonly #hosts: Names<Name>
  readonly #upstreams: Names<Name>
  readonly #paths: Names<PathName>
  readonly #target = new RequestTarget()
  readonly #event: HandshakeEvent

  constructor(options: SessionReaderOptions) {
    const { filters, rule, isAnonymized } = options
    this.#options = options
    this.#consumer = options.consumer
    this.#hasFilters = [filters.clients, filters.hosts, filters.paths, filters.upstreams].some((tests) => tests.length > 0)
    const named = (tests: Filters['hosts']) => (text: string): Name => ({ label: text, isKept: isKept(tests, text), note: undefined })
    this.#clients = new Names((text) => ({ ...named(filters.clients)(text), label: isAnonymized ? anonymizeAddress(text) : text }))
    this.#hosts = new Names(named(filters.hosts))
    this.#upstreams = new Names(named(filters.upstreams))
    this.#paths = new Names((text) => {
      const path = text.split('?', 1)[0]!
      const isSocket = rule.kind === 'own-log' || hasSocketWord(path) || isUnder(path, rule.prefixes)
      return { label: text, isKept: isKept(filters.paths, path), note: undefined, isSocketIo: isSocketIo(path), isFallback: isFallbackPath(path), isSocket, switched: undefined }
    })
    const none = named([])('')
    this.#event = {
      endedAtMs: 0, startedAtMs: 0, durationMs: 0, status: 0, bytesToClient: 0,
      client: none, host: none, upstream: none, isUpstreamKnown: false, path: { ...none, isSocketIo: false, isFallback: false, isSocket: false, switched: undefined },
    }
  }

  skipped(line: SkippedLine): void {
    this.#options.onSkipped(line)
  }

  record(record: AccessRecord): boolean {
    const { filters, isQueryKept } = this.#options
    const { from, to, number } = record
    const event = this.#event
    const target = this.#target
    const status = number[Field.status]!
    const endedAtMs = number[Field.time]!
    target.read(record)
    const path = this.#paths.of(record, target.pathFrom, isQueryKept ? target.queryTo : target.pathTo)
    const isUndecided = !record.fields.has(Field.upgrade)
    if (isUndecided) this.#consumer.undecided(status, path)
    if (!(endedAtMs >= filters.sinceMs && endedAtMs < filters.untilMs)) return false
    this.#consumer.covered(endedAtMs)
    event.path = path
    event.client = this.#clients.of(record, from[Field.client]!, to[Field.client]!)
    event.host = this.#hosts.of(record, from[Field.host]!, to[Field.host]!)
    event.upstream = this.#upstreams.of(record, lastTry(record, from[Field.upstream]!, to[Field.upstream]!), to[Field.upstream]!)
    if (this.#hasFilters && !(path.isKept && event.client.isKept && event.host.isKept && event.upstream.isKept)) return false
    const isPolling = path.isFallback || (path.isSocketIo && status !== SWITCHING_PROTOCOLS && !asksForWebSocket(record, target))
    const isHandshake = isUndecided ? status === SWITCHING_PROTOCOLS || (!isPolling && this.#isSocketRequest(path, target)) : isWebSocketUpgrade(record)
    if (!isHandshake) {
      this.#consumer.other(isPolling ? 'polling' : 'plain')
      return true
    }
    const requestMs = number[Field.requestTime]!
    const upstreamMs = number[Field.upstreamTime]!
    const durationMs = upstreamMs !== UNSET && (requestMs === UNSET || requestMs > upstreamMs) ? upstreamMs : requestMs
    event.status = status
    event.isUpstreamKnown = record.fields.has(Field.upstream)
    event.endedAtMs = endedAtMs
    event.startedAtMs = requestMs === UNSET ? endedAtMs - Math.max(0, durationMs) : endedAtMs - requestMs
    event.durationMs = durationMs === UNSET ? Number.NaN : durationMs
    event.bytesToClient = number[Field.bodyBytes]!
    if (status === SWITCHING_PROTOCOLS) this.#consumer.session(event)
    else this.#consumer.failure(event)
    return true
  }

  #isSocketRequest(path: PathName, target: RequestTarget): boolean {
    return this.#options.rule.kind === 'own-log' || path.isSocketIo || (path.isSocket && target.isGet)
  }
}

/** Where the last of the tries starts, apart by `, ` and ` : `. */
const lastTry = ({ bytes }: AccessRecord, from: number, to: number): number => {
  let at = to
  while (at > from && bytes[at - 1] !== 32) at--
  return at
}

/** Whether the Upgrade header names websocket; it is a list of protocols in any case (RFC 9110, 7.8). */
const isWebSocketUpgrade = (record: AccessRecord): boolean => {
  const from = record.from[Field.upgrade]!
  const to = record.to[Field.upgrade]!
  if (to - from < 9) return false
  if (to - from === 9 && record.view.getInt32(from) === WEBS && record.view.getInt32(from + 4) === OCKE) return record.bytes[to - 1] === 116
  return /(?:^|[\s,])websocket(?:$|[\s,/])/i.test(record.bytes.toString('latin1', from, to))
}

const asksForWebSocket = (record: AccessRecord, target: RequestTarget): boolean => {
  const query = target.queryTo > target.pathTo ? record.bytes.toString('latin1', target.pathTo, target.queryTo) : record.bytes.toString('latin1', record.from[Field.args]!, record.to[Field.args]!)
  return /(?:^|[?&])transport=websocket(?:&|$)/.test(query)
}
