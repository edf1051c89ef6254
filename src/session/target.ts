import { QUESTION, SLASH, SPACE } from '../log-format/chars.ts'
import { Field } from '../log-format/fields.ts'
import type { AccessRecord } from '../log-format/record.ts'

const G = 71
const E = 69
const T = 84

/** What a request asks for, as byte ranges of its record: filled again for every line. */
export class RequestTarget {
  pathFrom = 0
  pathTo = 0
  queryTo = 0
  /** A WebSocket handshake is always a GET (RFC 6455, 4.1). */
  isGet = false

  /** Reads `$request`, or `$request_method`, `$request_uri`, `$uri` and `$args` where the format has those instead. */
  read(record: AccessRecord): void {
    const { bytes, from, to } = record
    const requestTo = to[Field.request]!
    let at = from[Field.request]!
    if (requestTo > at) {
      this.isGet = bytes[at] === G && bytes[at + 1] === E && bytes[at + 2] === T && bytes[at + 3] === SPACE
      while (at < requestTo && bytes[at] !== SPACE) at++
      this.#readPath(bytes, at + 1, requestTo)
    } else {
      const methodFrom = from[Field.method]!
      const hasMethod = to[Field.method]! > methodFrom
      this.isGet = !hasMethod || (to[Field.method]! - methodFrom === 3 && bytes[methodFrom] === G && bytes[methodFrom + 1] === E && bytes[methodFrom + 2] === T)
      this.#readPath(bytes, from[Field.uri]!, to[Field.uri]!)
    }
  }

  #readPath(bytes: Buffer, from: number, end: number): void {
    let at = from
    // The absolute form, `http://host/path`, is what clients send to a proxy.
    if (bytes[at] === 104 && end - at > 8 && bytes[at + 5] === SLASH && bytes[at + 6] === SLASH) at = afterAuthority(bytes, at + 7, end)
    else if (bytes[at] === 104 && end - at > 9 && bytes[at + 6] === SLASH && bytes[at + 7] === SLASH) at = afterAuthority(bytes, at + 8, end)
    this.pathFrom = Math.min(at, end)
    while (at < end && bytes[at] !== QUESTION && bytes[at] !== SPACE) at++
    this.pathTo = Math.min(at, end)
    while (at < end && bytes[at] !== SPACE) at++
    this.queryTo = Math.min(at, end)
  }
}

const afterAuthority = (bytes: Buffer, from: number, end: number): number => {
  let at = from
  while (at < end && bytes[at] !== SLASH && bytes[at] !== SPACE) at++
  return at
}
