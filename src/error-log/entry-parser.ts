import { bytesOf } from '../log-format/chars.ts'
import { COLON, COMMA, DIGIT_0, findIn, HASH, isAt, QUOTE, SPACE, STAR, wordOf } from './bytes.ts'
import { levelAt, levelLength } from './level.ts'
import { Matcher } from './matcher.ts'
import { MESSAGES } from './messages.ts'
import type { ErrorRecord } from './record.ts'
import { STAMP_LENGTH, StampClock } from './stamp.ts'

// What may be believed of a line in which nothing is escaped
// ---------------------------------------------------------
// YYYY/MM/DD HH:MM:SS [level] PID#TID: *N MESSAGE[ (ERRNO: text)][ while ACTION], client: C, server: S[, request: "R"]
// [, subrequest: "U"][, upstream: "…"][, host: "H"][, referrer: "F"]
//
// 1. Time, level, pid and *N stand before any byte of a client's: they are always nginx's own.
// 2. `, client: C, server: ` counts only where C has the shape of an address. Texts without a quote hold no client
//    bytes (a host that is being resolved has no spaces), so there the first one is nginx's. A text that quotes a client
//    (`open() "PATH"`, `user "U"`, `broken header: "…"`) may hold a forged one, and a referrer behind it another: of
//    those places that leave a whole known message before them there must be exactly one, else all fields stay absent.
// 3. The request stands at once behind the server. A request line that nginx accepted has ` HTTP/d.d` in it once, at its
//    end (ngx_http_parse_request_line), whatever quotes its URI holds; a URI with spaces is refused since 1.21.1 and could
//    not hold ` HTTP/` before. So the request ends at the first ` HTTP/d.d"`.
// 4. A line that was refused (`while reading client request line`) may say anything: it runs up to the last quote of the
//    entry, for nothing that nginx writes can follow it: no header has been read and no upstream was asked.
// 5. Upstream and host are read only in nginx's order, each at once behind the one before. Neither holds a space, in
//    a request that was accepted, so each ends at the first `"` that the entry's end or `, ` follows. (A `proxy_pass`
//    with a decoded `$uri` may put spaces into the upstream; then the host can be forged, and nothing before it.)
// 6. A subrequest's URI is decoded, spaces and quotes and all: what stands behind it is believed only when nothing in
//    the rest of the entry looks like a second one of it.

const CLIENT = bytesOf(', client: ')
const SERVER = bytesOf(', server: ')
const REQUEST = bytesOf(', request: "')
const SUBREQUEST = bytesOf(', subrequest: "')
const UPSTREAM = bytesOf(', upstream: "')
const HOST = bytesOf(', host: "')
const HTTP = bytesOf(' HTTP/')
const UNIX = bytesOf('unix:')
const READING_LINE = bytesOf('reading client request line')
const COMMA_CLI = wordOf(', cl')

/** Process lines whose first number is a pid or a signal's. */
const NUMBERED = new Set(MESSAGES.filter(({ phase, text }) => phase === 'process' && (text.startsWith('signal ') || text.includes('process …'))))

/** The longest address is that of an IPv6 that ends in an IPv4. */
const MAX_ADDRESS = 45

/** Entries end here, the line feed not counted: NGX_MAX_ERROR_STR is 2048; OpenResty's patch makes it 4096. */
const CUT_LENGTHS = [2047, 4095] as const
/** No entry is longer, over however many lines. */
export const MAX_ENTRY = CUT_LENGTHS[1]

/** Reads entries, each at its place in a buffer. Remembers the last minute; one instance a reader. */
export class EntryParser {
  readonly #clock = new StampClock()
  readonly #matcher = new Matcher()
  #textAt = 0
  #hasFields = false

  /** Whether an entry begins at `from`: fills what stands before the text. @returns false: this is no entry. */
  begin(bytes: Buffer, from: number, end: number, record: ErrorRecord): boolean {
    // ` [info] ` is the shortest level.
    if (end - from < STAMP_LENGTH + 7) return false
    record.setBytes(bytes)
    const level = levelAt(bytes, from + STAMP_LENGTH)
    if (level < 0) return false
    const stampMs = this.#clock.read(bytes, record.view, from)
    if (Number.isNaN(stampMs)) return false
    record.stampMs = stampMs
    record.level = level
    let at = Math.min(end, from + STAMP_LENGTH + levelLength(level))
    let pid = 0
    let index = at
    for (let digit = bytes[index]! - DIGIT_0; index < end && digit >= 0 && digit <= 9; digit = bytes[++index]! - DIGIT_0) pid = pid * 10 + digit
    record.pid = 0
    if (index > at && index - at < 16 && bytes[index] === HASH) {
      do index++
      while (index < end && bytes[index]! >= DIGIT_0 && bytes[index]! <= 57)
      if (index + 1 < end && bytes[index] === COLON && bytes[index + 1] === SPACE) {
        record.pid = pid
        at = index + 2
      }
    }
    record.connection = -1
    if (at < end && bytes[at] === STAR) {
      let connection = 0
      index = at + 1
      for (let digit = bytes[index]! - DIGIT_0; index < end && digit >= 0 && digit <= 9; digit = bytes[++index]! - DIGIT_0) connection = connection * 10 + digit
      if (index > at + 1 && index - at < 17 && index < end && bytes[index] === SPACE) {
        record.connection = connection
        at = index + 1
      }
    }
    this.#textAt = at
    return true
  }

  /**
   * Fills the rest of what {@link begin} began; `from` is where the entry does.
   * @returns false when the entry may go on in the next line.
   */
  finish(bytes: Buffer, from: number, end: number, record: ErrorRecord): boolean {
    const textFrom = this.#textAt
    record.clearFields()
    record.textFrom = textFrom
    record.isCut = end - from === CUT_LENGTHS[0] || end - from === CUT_LENGTHS[1]
    this.#hasFields = false
    let fieldsAt = record.connection < 0 ? -1 : this.#nextFields(bytes, record, textFrom, end)
    record.textTo = fieldsAt < 0 ? end : fieldsAt
    record.message = this.#matcher.match(bytes, record.view, { from: textFrom, to: record.textTo, level: record.level })
    if (fieldsAt >= 0 && (record.message === undefined || record.message.quotesClient) && bytes.subarray(textFrom, fieldsAt).includes(QUOTE)) fieldsAt = this.#onlyFields(bytes, textFrom, end, record)
    if (fieldsAt >= 0) this.#readFields(bytes, fieldsAt, end, record)
    const { message } = record
    record.detail = message !== undefined && NUMBERED.has(message) ? firstNumber(bytes, textFrom, record.textTo) : -1
    if (record.isCut || record.connection < 0) return true
    if (!this.#hasFields) return message !== undefined && !message.quotesClient
    return record.requestFrom === record.requestTo || bytes[end - 1] === QUOTE
  }

  /** Where the next `, client: ` stands that an address and `, server: ` follow, or the cut; -1 when nowhere. */
  #nextFields(bytes: Buffer, record: ErrorRecord, from: number, end: number): number {
    const { view } = record
    for (let at = from; at <= end - CLIENT.length; at++) {
      if (bytes[at] !== COMMA || view.getInt32(at) !== COMMA_CLI || !isAt(bytes, at, end, CLIENT)) continue
      const addressTo = addressEnd(bytes, at + CLIENT.length, end)
      if (addressTo > at + CLIENT.length && (isAt(bytes, addressTo, end, SERVER) || (record.isCut && end - addressTo < SERVER.length))) return at
    }
    return -1
  }

  /** The one place at which fields can begin in a text that quotes a client (rule 2); -1 when there is none, or more. */
  #onlyFields(bytes: Buffer, textFrom: number, end: number, record: ErrorRecord): number {
    let places = 0
    let only = -1
    let known = 0
    let onlyKnown = -1
    for (let at = record.textTo; at >= 0; at = this.#nextFields(bytes, record, at + 1, end)) {
      if (places++ === 0) only = at
      if (this.#matcher.match(bytes, record.view, { from: textFrom, to: at, level: record.level }) !== undefined && known++ === 0) onlyKnown = at
    }
    this.#hasFields = true
    const at = known > 0 ? onlyKnown : only
    record.textTo = at
    record.message = this.#matcher.match(bytes, record.view, { from: textFrom, to: at, level: record.level })
    return (known > 0 ? known : places) === 1 ? at : -1
  }

  #readFields(bytes: Buffer, fieldsAt: number, end: number, record: ErrorRecord): void {
    this.#hasFields = true
    record.clientFrom = fieldsAt + CLIENT.length
    record.clientTo = addressEnd(bytes, record.clientFrom, end)
    if (!isAt(bytes, record.clientTo, end, SERVER)) return
    record.serverFrom = record.clientTo + SERVER.length
    let at = record.serverFrom
    while (at < end && bytes[at] !== COMMA) at++
    record.serverTo = at
    if (isAt(bytes, at, end, REQUEST)) {
      record.requestFrom = at + REQUEST.length
      at = this.#requestEnd(bytes, end, record)
      record.requestTo = at < 0 ? end : at
      if (at < 0) return
      at++
    }
    if (isAt(bytes, at, end, SUBREQUEST)) {
      const from = at + SUBREQUEST.length
      at = fieldEnd(bytes, from, end) + 1
      if (at === 0 || findIn(bytes, at + 1, end, UPSTREAM) >= 0 || findIn(bytes, findIn(bytes, at, end, HOST) + 1 || end, end, HOST) >= 0) return
    }
    if (isAt(bytes, at, end, UPSTREAM)) {
      record.upstreamFrom = at + UPSTREAM.length
      at = fieldEnd(bytes, record.upstreamFrom, end)
      record.upstreamTo = at < 0 ? (record.isCut ? end : record.upstreamFrom) : at
      if (at < 0) return
      at++
    }
    if (isAt(bytes, at, end, HOST)) {
      at += HOST.length
      const hostTo = fieldEnd(bytes, at, end)
      if (hostTo < 0) return
      record.hostFrom = at
      record.hostTo = hostTo
    }
  }

  /** The quote behind the request (rules 3 and 4); -1 when the entry ends before it. */
  #requestEnd(bytes: Buffer, end: number, record: ErrorRecord): number {
    const from = record.requestFrom
    const { actionFrom } = this.#matcher
    if (record.textTo - actionFrom === READING_LINE.length && isAt(bytes, actionFrom, record.textTo, READING_LINE)) {
      if (bytes[end - 1] === QUOTE && end > from) return end - 1
      record.isRequestCut = record.isCut
      return -1
    }
    const versionAt = findIn(bytes, from, end, HTTP)
    if (versionAt >= 0) {
      let at = versionAt + HTTP.length
      // `1.1`, and spaces that a client may put behind it.
      while (at < end && ((bytes[at]! >= DIGIT_0 && bytes[at]! <= 57) || bytes[at] === 46)) at++
      while (at < end && bytes[at] === SPACE) at++
      if (at < end && bytes[at] === QUOTE) return at
    }
    if (record.isCut) {
      record.isRequestCut = true
      return -1
    }
    // HTTP/0.9 has no version, and no header either: it never is a WebSocket's. Up to the first quote is certain.
    for (let at = from; at < end; at++) if (bytes[at] === QUOTE) return at
    return -1
  }
}

/** The end of the address at `from`; `from` itself when there is none. */
const addressEnd = (bytes: Buffer, from: number, end: number): number => {
  if (isAt(bytes, from, end, UNIX)) return from + UNIX.length
  const limit = Math.min(end, from + MAX_ADDRESS)
  let at = from
  for (; at < limit; at++) {
    const char = bytes[at]!
    // Digits and the colon; the point; a-f and A-F.
    if (!((char >= DIGIT_0 && char <= COLON) || char === 46 || (char >= 97 && char <= 102) || (char >= 65 && char <= 70))) break
  }
  return at
}

/** The quote that ends the field at `from`: one that the end of the entry or `, ` follows; -1 when there is none. */
const fieldEnd = (bytes: Buffer, from: number, end: number): number => {
  for (let at = from; at < end; at++) {
    if (bytes[at] === QUOTE && (at + 1 === end || (bytes[at + 1] === COMMA && (at + 2 === end || bytes[at + 2] === SPACE)))) return at
  }
  return -1
}

/** The first run of digits in `[from, to)`; -1 when there is none. */
const firstNumber = (bytes: Buffer, from: number, to: number): number => {
  let at = from
  while (at < to && (bytes[at]! < DIGIT_0 || bytes[at]! > 57)) at++
  if (at === to) return -1
  let value = 0
  for (; at < to && bytes[at]! >= DIGIT_0 && bytes[at]! <= 57; at++) value = value * 10 + bytes[at]! - DIGIT_0
  return value
}
