import { QUESTION, SLASH, SPACE } from '../log-format/chars.ts'
import { Field } from '../log-format/fields.ts'
import type { AccessRecord } from '../log-format/record.ts'

/** `GET ` as four bytes. */
const GET_SPACE = 0x4745_5420
const H = 104

/** What a request asks for, as byte ranges of its record: filled again for every line. */
export class RequestTarget {
  pathFrom = 0
  pathTo = 0
  /** A WebSocket handshake is always a GET (RFC 6455, 4.1). */
  isGet = false
  /** Where the request ends, and with it the query. */
  #end = 0

  /** Reads `$request`, or `$request_method`, `$request_uri`, `$uri` and `$args` where the format has those instead. */
  read(record: AccessRecord): void {
    const { bytes, from, to } = record
    const end = to[Field.request]!
    let at = from[Field.request]!
    if (end > at) {
      this.isGet = end - at > 4 && record.view.getInt32(at) === GET_SPACE
      if (this.isGet) at += 4
      else {
        while (at < end && bytes[at] !== SPACE) at++
        at++
      }
      this.#readPath(bytes, at, end)
    } else {
      const methodFrom = from[Field.method]!
      const methodLength = to[Field.method]! - methodFrom
      this.isGet = methodLength <= 0 || (methodLength === 3 && bytes.toString('latin1', methodFrom, methodFrom + 3) === 'GET')
      this.#readPath(bytes, from[Field.uri]!, to[Field.uri]!)
    }
  }

  /** The end of the query, `pathTo` when there is none. */
  queryTo(bytes: Buffer): number {
    let at = this.pathTo
    while (at < this.#end && bytes[at] !== SPACE) at++
    return at
  }

  #readPath(bytes: Buffer, from: number, end: number): void {
    // The absolute form, `http://host/path`, is what clients send to a proxy.
    let at = bytes[from] === H ? Math.min(end, behindAuthority(bytes, from, end)) : Math.min(from, end)
    this.#end = end
    this.pathFrom = at
    for (; at < end; at++) {
      const char = bytes[at]
      if (char === QUESTION || char === SPACE) break
    }
    this.pathTo = at
  }
}

const behindAuthority = (bytes: Buffer, from: number, end: number): number => {
  const scheme = /^https?:\/\//.exec(bytes.toString('latin1', from, Math.min(end, from + 8)))
  if (scheme === null) return from
  let at = from + scheme[0].length
  while (at < end && bytes[at] !== SLASH && bytes[at] !== SPACE) at++
  return at
}
