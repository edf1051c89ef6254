import { bytesOf } from '../log-format/chars.ts'
import { CLOSE_PAREN, DIGIT_0, findIn, isAt, OPEN_PAREN, SPACE, wordOf } from './bytes.ts'
import { LEVELS } from './level.ts'
import { type Message, MESSAGES } from './messages.ts'

/** The same failure under the numbers of FreeBSD and macOS; on Linux no socket call fails with these. */
const OTHER_ERRNO: Readonly<Record<number, number>> = { 51: 101, 54: 104, 60: 110, 61: 111, 65: 113, 35: 11, 49: 99 }

/** A row of the table, ready to be compared with bytes. */
interface Row {
  readonly message: Message
  readonly levels: number
  readonly errno: number
  readonly action: Uint8Array | undefined
  readonly prefix: Uint8Array
  /** What has to follow, in this order, with anything between. */
  readonly inner: readonly Uint8Array[]
  /** What has to end the text; undefined: anything may. */
  readonly suffix: Uint8Array | undefined
}

const ERRNO = / \((\d+): [^)…]*\)$/

const compile = (message: Message): Row => {
  const errno = Number(ERRNO.exec(message.text)?.[1] ?? -1)
  // `failed (…)`: with an error number or with what OpenSSL says.
  const text = message.text.replace(ERRNO, '').replace(/ \(…\)$/, message.text.includes('resolved') ? '' : '…')
  const parts = text.split('…').map(bytesOf)
  const [prefix, ...others] = parts
  const last = others.pop()
  return {
    message, errno, prefix: prefix!, inner: others,
    levels: message.levels.reduce((mask, name) => mask | (1 << LEVELS.indexOf(name)), 0),
    action: message.action === undefined ? undefined : bytesOf(message.action),
    suffix: last === undefined ? new Uint8Array() : last.length === 0 ? undefined : last,
  }
}

/** Rows by the first four bytes of their text; those that begin with what varies are tried last. */
const BY_WORD = new Map<number, Row[]>()
const REST: Row[] = []
for (const row of MESSAGES.map(compile)) {
  const word = row.prefix.length < 4 ? undefined : wordOf(String.fromCharCode(...row.prefix.subarray(0, 4)))
  if (word === undefined) REST.push(row)
  else BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), row])
}

const WHILE = bytesOf(' while ')
const SHORTENED = bytesOf('...')

/**
 * Finds the message of a text. Between two calls nothing is kept but the places of the parts of the last text.
 * One instance a parser.
 */
export class Matcher {
  /** Of the text matched last: where the action begins, behind ` while `; its end when there is none. */
  actionFrom = 0

  /** The message whose text is `[from, to)`, ` while ACTION` included; undefined when the table has none. */
  match(bytes: Buffer, view: DataView, { from, to, level }: { from: number; to: number; level: number }): Message | undefined {
    const whileAt = lastWhile(bytes, from, to)
    this.actionFrom = whileAt < 0 ? to : whileAt + WHILE.length
    const rows = to - from < 4 ? undefined : BY_WORD.get(view.getInt32(from))
    const bodyTo = whileAt < 0 ? to : whileAt
    const message = this.#matchBody(rows, bytes, from, bodyTo, to, level)
    if (message !== undefined || whileAt < 0) return message
    // The ` while ` may have been a client's, inside quotes.
    const whole = this.#matchBody(rows, bytes, from, to, to, level)
    if (whole !== undefined) this.actionFrom = to
    return whole
  }

  #matchBody(rows: readonly Row[] | undefined, bytes: Buffer, from: number, end: number, to: number, level: number): Message | undefined {
    let errno = -1
    let bodyTo = end
    const openAt = bytes[end - 1] === CLOSE_PAREN ? openingParen(bytes, from, end) : -1
    if (openAt >= 0) {
      errno = numberBefore(bytes, openAt + 1, end)
      if (errno >= 0) bodyTo = openAt - 1
    }
    const known = OTHER_ERRNO[errno] ?? errno
    for (let pass = rows === undefined ? 1 : 0; pass < 2; pass++) {
      const list = pass === 0 ? rows! : REST
      for (let index = 0; index < list.length; index++) {
        const row = list[index]!
        if ((row.levels & (1 << level)) === 0 || (row.errno >= 0 && row.errno !== errno && row.errno !== known)) continue
        if (row.action !== undefined && (to - this.actionFrom !== row.action.length || !isAt(bytes, this.actionFrom, to, row.action))) continue
        if (fits(row, bytes, from, bodyTo)) return row.message
      }
    }
    return undefined
  }
}

const fits = (row: Row, bytes: Buffer, from: number, to: number): boolean => {
  if (!isAt(bytes, from, to, row.prefix)) return false
  let at = from + row.prefix.length
  for (const part of row.inner) {
    const found = findIn(bytes, at, to, part)
    if (found < 0) return false
    at = found + part.length
  }
  const { suffix } = row
  if (suffix === undefined) return true
  // No `…` at all: the text is the prefix and nothing else.
  if (suffix.length === 0) return at === to
  if (to - suffix.length >= at && isAt(bytes, to - suffix.length, to, suffix)) return true
  // A long text loses its end to `...` for the sake of the error number (ngx_log_errno).
  return row.errno >= 0 && to - at > 1500 && isAt(bytes, to - SHORTENED.length, to, SHORTENED)
}

/** Where the last ` while ` of `[from, to)` begins; -1 when nowhere. */
const lastWhile = (bytes: Buffer, from: number, to: number): number => {
  for (let at = to - WHILE.length; at >= from; at--) if (bytes[at] === SPACE && bytes[at + 1] === 119 && isAt(bytes, at, to, WHILE)) return at
  return -1
}

/** The parenthesis that opens what ends at `end`, with a space before it; -1 when there is none. */
const openingParen = (bytes: Buffer, from: number, end: number): number => {
  for (let at = end - 2; at > from; at--) if (bytes[at] === OPEN_PAREN && bytes[at - 1] === SPACE) return at
  return -1
}

/** The number at `at` that `: ` follows; -1 when there is none. */
const numberBefore = (bytes: Buffer, at: number, end: number): number => {
  let value = 0
  let index = at
  for (; index < end && index - at < 6; index++) {
    const digit = bytes[index]! - DIGIT_0
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  return index > at && bytes[index] === 58 && bytes[index + 1] === SPACE ? value : -1
}
