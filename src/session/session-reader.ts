import { COLON, SPACE } from '../log-format/chars.ts'
import { Field } from '../log-format/fields.ts'
import { type AccessRecord, UNSET } from '../log-format/record.ts'
import type { RecordSink, SkippedLine } from '../log-format/reader.ts'
import { anonymizeAddress } from './address.ts'
import { AddressIndex } from './address-index.ts'
import { ByteIndex } from './byte-index.ts'
import { anyTest, clientTest, type Filters, textTest, type TextTest } from './filter.ts'
import type { SessionCause } from '../cause/cause.ts'
import { endingVerdict, type Verdict } from '../cause/verdict.ts'
import type { Coverage } from './coverage.ts'
import { type EndingPatterns, verdictOfEnding, verdictOfFailure, verdictOfSilence } from './endings.ts'
import type { Explainer } from './error-index.ts'
import { causeOfFailure } from './handshake-cause.ts'
import { type HandshakeRule, isUnder, logFamily } from './handshake-rule.ts'
import { labelOf, MAX_LABEL, MAX_USER_AGENT } from './label.ts'
import { type Name, Names, type PathName } from './names.ts'
import type { OpenSessions } from './open-sessions.ts'
import { OpenLines } from './open-lines.ts'
import { Protocol, protocolOf } from './protocol.ts'
import type { FailureEvent, HandshakeConsumer, HandshakeEvent, SessionEvent } from './session.ts'
import { isFallbackPath, isSocketIo, socketWordOf } from './socket-path.ts'
import { SWITCHING_PROTOCOLS } from './status.ts'
import { RequestTarget } from './target.ts'

const FIRST_ERROR = 400
/** `webs` and `ocke` as four bytes: what nearly every browser writes. */
const WEBS = 0x7765_6273
const OCKE = 0x6f63_6b65

export interface SessionReaderOptions {
  readonly filters: Filters
  readonly rule: HandshakeRule
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** What error logs say, and when silence means something; undefined: there are none. */
  readonly errors?: { readonly index: Explainer; readonly coverage: Coverage } | undefined
  /** What all sessions together say; undefined: not known yet. */
  readonly patterns?: EndingPatterns | undefined
  /** Only sessions that may fit a pattern are told of, and nothing else: the log has been read before. */
  readonly isSecondLook?: boolean
  /** Takes the lines of beginnings and ends; undefined: those of beginnings say nothing. */
  readonly open: OpenSessions | undefined
  readonly consumer: HandshakeConsumer
  readonly onSkipped: (line: SkippedLine) => void
}

/** Records to sessions, failed handshakes and other requests. One for all files of a run. */
export class SessionReader implements RecordSink {
  readonly #options: SessionReaderOptions
  readonly #consumer: HandshakeConsumer
  readonly #hasFilters: boolean
  readonly #names: { readonly clients: Names<Name>; readonly hosts: Names<Name>; readonly upstreams: Names<Name>; readonly userAgents: Names<Name>; readonly paths: Names<PathName> }
  readonly #target = new RequestTarget()
  readonly #event: HandshakeEvent = {
    endedAtMs: 0, startedAtMs: 0, durationMs: 0, status: 0, bytesToClient: 0, client: 0, host: 0, path: 0, upstream: 0, userAgent: 0, isUpstreamKnown: false,
    tries: 1, isComplete: undefined, verdict: endingVerdict('closed', 'guess'), isExplained: false, protocol: Protocol.unknown, cluster: -1,
  }

  readonly #open: OpenLines | undefined

  constructor(options: SessionReaderOptions) {
    const { filters, rule, isAnonymized } = options
    this.#options = options
    this.#consumer = options.consumer
    this.#open = options.open === undefined ? undefined : new OpenLines(options.open)
    this.#hasFilters = [filters.clients, filters.hosts, filters.paths, filters.upstreams].some((patterns) => patterns.length > 0)
    const beforeClear = (): void => this.settle()
    const named = (keeps: TextTest) => ({ index: new ByteIndex(), create: (text: string): Name => ({ label: labelOf(text), isKept: keeps(text) }), beforeClear })
    const keepsClient = anyTest(filters.clients, clientTest)
    const keepsPath = anyTest(filters.paths, textTest)
    this.#names = {
      clients: new Names({ index: new AddressIndex(), create: (text) => ({ label: labelOf(isAnonymized ? anonymizeAddress(text) : text), isKept: keepsClient(text) }), beforeClear }),
      hosts: new Names(named(anyTest(filters.hosts, textTest))),
      upstreams: new Names(named(anyTest(filters.upstreams, textTest))),
      userAgents: new Names({ index: new ByteIndex(), create: (text) => ({ label: labelOf(text, MAX_USER_AGENT), isKept: true }), beforeClear }),
      paths: new Names({ index: new ByteIndex(), create: (text) => pathName(text, keepsPath, rule), beforeClear }),
    }
  }

  /** Lines so far whose format has no `$http_upgrade`, and those of them with status 101. */
  readonly undecided = { lines: 0, switched: 0 }
  #isOwnLog = false

  /** To be called before the first line of each log. */
  startLog(path: string): void {
    this.#isOwnLog = this.#options.rule.ownLogs.has(logFamily(path))
    this.undecided.lines = 0
    this.undecided.switched = 0
  }

  /** To be called after the last line. */
  settle(): void {
    this.#consumer.settle(this.#names)
  }

  skipped(line: SkippedLine): void {
    this.#options.onSkipped(line)
  }

  record(record: AccessRecord): boolean {
    if (record.isOpenMarker) return this.#begin(record)
    const { filters, isQueryKept } = this.#options
    const { from, to, number } = record
    const event = this.#event
    const target = this.#target
    const status = number[Field.status]!
    const endedAtMs = number[Field.time]!
    if (this.#options.isSecondLook === true && !(status === SWITCHING_PROTOCOLS && this.#options.patterns!.isOfInterest(endedAtMs, durationOf(record)))) return true
    target.read(record)
    const { clients, hosts, upstreams, paths } = this.#names
    const path = paths.idOf(record, target.pathFrom, isQueryKept ? target.queryTo(record.bytes) : target.pathTo)
    const isUndecided = !record.hasUpgrade
    if (isUndecided && this.#options.isSecondLook !== true) {
      this.undecided.lines++
      if (status === SWITCHING_PROTOCOLS) this.undecided.switched++
      this.#consumer.undecided(status, path)
    }
    // Before the filters: a marker may have passed them where its end does not.
    if (this.#open?.isOf(record, filters.untilMs) === true) this.#open.end(record, { durationMs: durationOf(record), isHandshake: this.#isHandshake(record, path, status) })
    if (!(endedAtMs >= filters.sinceMs && endedAtMs < filters.untilMs)) return false
    if (this.#options.isSecondLook !== true) this.#consumer.covered(endedAtMs)
    event.path = path
    event.client = clients.idOf(record, from[Field.client]!, to[Field.client]!)
    event.host = hosts.idOf(record, from[Field.host]!, to[Field.host]!)
    event.upstream = upstreams.idOf(record, record.hasUpstream ? number[Field.upstream]! : 0, to[Field.upstream]!)
    if (this.#hasFilters && !this.#isKept(event)) return false
    if (!this.#isHandshake(record, path, status)) {
      if (this.#options.isSecondLook === true) return true
      this.#consumer.other(isPolling(record, paths.at(path), target) ? 'polling' : 'plain')
      return true
    }
    const requestMs = number[Field.requestTime]!
    const durationMs = durationOf(record)
    event.userAgent = this.#names.userAgents.idOf(record, from[Field.userAgent]!, to[Field.userAgent]!)
    event.status = status
    event.isUpstreamKnown = record.hasUpstream
    event.endedAtMs = endedAtMs
    event.startedAtMs = requestMs === UNSET ? endedAtMs - (durationMs >= 0 ? durationMs : 0) : endedAtMs - requestMs
    event.durationMs = durationMs
    event.bytesToClient = number[Field.bodyBytes]!
    event.tries = record.hasUpstream ? triesOf(record) : 1
    event.isComplete = record.hasCompletion ? to[Field.completion]! > from[Field.completion]! : undefined
    event.cluster = -1
    const { errors } = this.#options
    const message = errors?.index.explain(record, event)
    event.isExplained = message !== undefined
    if (status === SWITCHING_PROTOCOLS) {
      event.verdict = message === undefined ? verdictOfSilence(endedAtMs, durationMs >= 0 && event.bytesToClient >= 0 ? errors?.coverage : undefined) : verdictOfEnding(message, errors!.index.isDoubtful)
      const counted = event.verdict as Verdict<SessionCause>
      this.#options.patterns?.label(event as SessionEvent, this.#names)
      if (this.#options.isSecondLook === true) {
        if (event.verdict !== counted) this.#consumer.relabelled?.(event as SessionEvent, counted, this.#names)
      } else this.#consumer.session(event as SessionEvent, this.#names, record)
    } else {
      event.protocol = protocolOf(record)
      event.verdict = message === undefined ? this.#verdictOfAnswer(record) : verdictOfFailure(message, errors!.index.isDoubtful)
      this.#consumer.failure(event as FailureEvent, this.#names, record)
    }
    return true
  }

  #verdictOfAnswer(record: AccessRecord): ReturnType<typeof causeOfFailure> {
    const { status, upstream, durationMs, isUpstreamKnown, endedAtMs } = this.#event
    const { errors } = this.#options
    return causeOfFailure({
      isLogged: errors?.coverage.errors(endedAtMs) === true,
      status,
      upstream: isUpstreamKnown ? this.#names.upstreams.at(upstream).label : undefined,
      durationMs,
      isConnected: record.hasConnectTime ? record.number[Field.connectTime] !== UNSET : undefined,
    })
  }

  #isKept({ client, host, path, upstream }: HandshakeEvent): boolean {
    const { clients, hosts, upstreams, paths } = this.#names
    return paths.at(path).isKept && clients.at(client).isKept && hosts.at(host).isKept && upstreams.at(upstream).isKept
  }

  #isHandshake(record: AccessRecord, path: number, status: number): boolean {
    return record.hasUpgrade ? isWebSocketUpgrade(record) : status === SWITCHING_PROTOCOLS || this.#isSocketRequest(record, path, status)
  }

  /** A marker: a handshake began, which is counted when it is over. What began before `--since` may still be open. */
  #begin(record: AccessRecord): boolean {
    const { filters, isQueryKept, isSecondLook } = this.#options
    if (isSecondLook === true) return true
    const { from, to } = record
    const atMs = record.number[Field.time]!
    if (!(atMs < filters.untilMs)) return false
    if (atMs >= filters.sinceMs) this.#consumer.covered(atMs)
    const target = this.#target
    target.read(record)
    const { clients, hosts, paths } = this.#names
    const path = paths.at(paths.idOf(record, target.pathFrom, isQueryKept ? target.queryTo(record.bytes) : target.pathTo))
    const client = clients.at(clients.idOf(record, from[Field.client]!, to[Field.client]!))
    const host = hosts.at(hosts.idOf(record, from[Field.host]!, to[Field.host]!))
    if (!path.isKept || !client.isKept || !host.isKept) return false
    this.#open?.begin(record, { client: client.label, host: host.label, path: path.label })
    return true
  }

  #isSocketRequest(record: AccessRecord, id: number, status: number): boolean {
    const path = this.#names.paths.at(id)
    if (isPolling(record, path, this.#target)) return false
    return this.#isOwnLog || (this.#target.isGet && (path.isSocketIo || path.isSocket || (path.isPossibleSocket && status >= FIRST_ERROR)))
  }
}

/** How long a session lived, ms; NaN where the format does not tell. Behind a lingering close the upstream's time is the session's. */
const durationOf = ({ number }: AccessRecord): number => {
  const requestMs = number[Field.requestTime]!
  const upstreamMs = number[Field.upstreamTime]!
  const durationMs = upstreamMs !== UNSET && (requestMs === UNSET || requestMs > upstreamMs) ? upstreamMs : requestMs
  return durationMs === UNSET ? Number.NaN : durationMs
}

const pathName = (text: string, keeps: TextTest, rule: HandshakeRule): PathName => {
  const path = text.split('?', 1)[0]!
  const word = socketWordOf(path)
  // A long path is cut by itself, never with its query: the census of paths, which makes the rule, knows it by that label.
  const known = labelOf(path)
  const isSocket = rule.isNamed || word === 'certain' || isUnder(path, rule.prefixes) || rule.prefixes.has(known)
  return { label: text.length <= MAX_LABEL ? text : known + labelOf(text.slice(path.length)), isKept: keeps(path), isSocketIo: isSocketIo(path), isFallback: isFallbackPath(path), isSocket, isPossibleSocket: word === 'possible' }
}

/** Items of `$upstream_addr`, apart by `, ` and ` : `; nearly always one. */
const triesOf = ({ bytes, from, to, number }: AccessRecord): number => {
  const last = number[Field.upstream]!
  let tries = 1
  for (let at = from[Field.upstream]!; at < last; at++) if (bytes[at] === SPACE && bytes[at + 1] !== COLON) tries++
  return Math.max(1, last < to[Field.upstream]! ? tries : tries - 1)
}

/** The fallback of a socket library to plain HTTP. */
const isPolling = (record: AccessRecord, path: PathName, target: RequestTarget): boolean => path.isFallback || (path.isSocketIo && !asksForWebSocket(record, target))

/** Whether the Upgrade header names websocket; it is a list of protocols in any case (RFC 9110, 7.8). */
const isWebSocketUpgrade = (record: AccessRecord): boolean => {
  const from = record.from[Field.upgrade]!
  const to = record.to[Field.upgrade]!
  if (to - from < 9) return false
  if (to - from === 9 && record.view.getInt32(from) === WEBS && record.view.getInt32(from + 4) === OCKE) return record.bytes[to - 1] === 116
  return /(?:^|[\s,])websocket(?:$|[\s,/])/i.test(record.bytes.toString('latin1', from, to))
}

const asksForWebSocket = (record: AccessRecord, target: RequestTarget): boolean => {
  const queryTo = target.queryTo(record.bytes)
  const query = queryTo > target.pathTo ? record.bytes.toString('latin1', target.pathTo, queryTo) : record.bytes.toString('latin1', record.from[Field.args]!, record.to[Field.args]!)
  return /(?:^|[?&])transport=websocket(?:&|$)/.test(query)
}
