import { CLOSE_BRACE, COLON, COMMA, DIGIT_0, DOT, OPEN_BRACE, QUOTE, bytesOf } from './chars.ts'
import { Clock, milliseconds } from './clock.ts'
import { Field, variableOf } from './fields.ts'
import { type FastParse, generateParser } from './generate.ts'
import { type AccessRecord, type LineParser, UNSET } from './record.ts'
import { jsonQuoteAt, lastItem } from './scan.ts'
import type { Token } from './tokens.ts'

const MARK = '\u{E000}'

/**
 * The keys of a format that is one flat JSON object of single variables, with the variable of each;
 * undefined for any other text (nested, or several variables in one value), which is read in its written order.
 */
export const jsonTemplate = (tokens: readonly Token[]): Map<string, string> | undefined => {
  let text = ''
  tokens.forEach((token, index) => {
    if (token.kind === 'literal') text += token.text
    else {
      const next = tokens[index + 1]
      const isQuoted = text.endsWith('"') && next?.kind === 'literal' && next.text.startsWith('"')
      text += isQuoted ? `${MARK}${token.name}${MARK}` : `"${MARK}${token.name}${MARK}"`
    }
  })
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined // not JSON as a whole, so it is read as plain text
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
  const template = new Map<string, string>()
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'object' && value !== null) return undefined
    const pieces = String(value).split(MARK)
    if (pieces.length === 3 && pieces[0] === '' && pieces[2] === '') template.set(key, pieces[1]!)
    else if (pieces.length !== 1) return undefined
  }
  return template
}

/** What is one number, also without quotes. */
const NUMBERS: ReadonlySet<string> = new Set(['integer', 'status', 'seconds', 'epoch'])

/** Whether straight-line code reads what reading by key does: every variable stands once, and all but numbers are between quotes. */
const isStraight = (tokens: readonly Token[], template: ReadonlyMap<string, string>): boolean => {
  const variables = tokens.filter(({ kind }) => kind === 'variable').length
  if (new Set(template.values()).size !== variables) return false
  return tokens.every((token, index) => {
    if (token.kind === 'literal' || NUMBERS.has(variableOf(token.name).shape)) return true
    const [before, behind] = [tokens[index - 1], tokens[index + 1]]
    return before?.kind === 'literal' && before.text.endsWith('"') && behind?.kind === 'literal' && behind.text.startsWith('"')
  })
}

/** Lines with which straight-line code is tried. */
const MAX_TRIES = 64

interface Key {
  readonly bytes: Uint8Array
  readonly field: Field | undefined
  readonly shape: number
}

const SHAPE_TEXT = 0
const SHAPE_NUMBER = 1
const SHAPE_MILLISECONDS = 2
const SHAPE_MILLISECONDS_LIST = 3
const SHAPE_STATUS = 4
const SHAPE_LIST = 5
const SHAPE_TIME_LOCAL = 6
const SHAPE_TIME_ISO = 7
const SHAPE_EPOCH = 8
const SHAPES: Readonly<Record<string, number>> = {
  list: SHAPE_LIST, integer: SHAPE_NUMBER, status: SHAPE_STATUS, seconds: SHAPE_MILLISECONDS, secondsList: SHAPE_MILLISECONDS_LIST,
  timeLocal: SHAPE_TIME_LOCAL, timeIso: SHAPE_TIME_ISO, epoch: SHAPE_EPOCH,
}

/**
 * Reads one flat JSON object a line by its keys: a shipper that wrote the line again may have changed
 * their order, added some, and turned `"101"` into `101`. Lines that are as nginx writes them are read by straight-line code, in a
 * third of the time.
 */
export class JsonParser implements LineParser {
  readonly fields: ReadonlySet<Field>
  readonly #clock = new Clock()
  readonly #keys: Key[]
  readonly #byName: ReadonlyMap<string, number>
  readonly #required: readonly Field[]
  readonly #seen = new Uint8Array(32)
  readonly #tokens: readonly Token[]
  readonly #fieldOf: ReadonlyMap<string, Field>
  /** For lines that are as nginx wrote them; undefined until it has read one. */
  #straight: FastParse | undefined
  #candidate: FastParse | undefined
  #tries = 0

  constructor({ template, tokens, fieldOf }: { template: ReadonlyMap<string, string>; tokens: readonly Token[]; fieldOf: ReadonlyMap<string, Field> }) {
    this.#keys = [...template].map(([key, variable]) => ({
      bytes: bytesOf(JSON.stringify(key).slice(1, -1)),
      field: fieldOf.get(variable),
      shape: SHAPES[variableOf(variable).shape] ?? SHAPE_TEXT,
    }))
    this.#byName = new Map(this.#keys.map((key, index) => [Buffer.from(key.bytes).toString('latin1'), index]))
    this.fields = new Set(this.#keys.flatMap((key) => key.field ?? []))
    this.#required = [Field.status, Field.time].filter((field) => this.fields.has(field))
    // Straight-line code sets the fields of the format and no other: without a clock of its own the record has the time that its reader gave the line before.
    this.#tokens = this.fields.has(Field.time) && isStraight(tokens, template) ? tokens : []
    this.#fieldOf = fieldOf
    if (this.#tokens.length > 0) this.#tries = MAX_TRIES
  }

  parse(bytes: Buffer, from: number, end: number, record: AccessRecord): boolean {
    record.setBytes(bytes)
    if (this.#straight?.(bytes, record.view, from, end, record) === true) return true
    if (!this.#parseByKey(bytes, from, end, record)) return false
    return this.#tries === 0 || this.#straight !== undefined || this.#tryStraight(bytes, from, end, record)
  }

  /** Straight-line code is believed once it has read a line that was read by key. What is not as nginx wrote it shows within a few lines. */
  #tryStraight(bytes: Buffer, from: number, end: number, record: AccessRecord): boolean {
    this.#candidate ??= generateParser({ tokens: this.#tokens, escape: 'json', fieldOf: this.#fieldOf, clock: this.#clock, isObject: true })
    this.#tries--
    if (this.#candidate(bytes, record.view, from, end, record)) {
      this.#straight = this.#candidate
      return true
    }
    // It may have got half of the way, and left values of its own.
    return this.#parseByKey(bytes, from, end, record)
  }

  #parseByKey(bytes: Buffer, from: number, end: number, record: AccessRecord): boolean {
    record.clear()
    this.#seen.fill(0)
    let at = skipSpace(bytes, from, end)
    if (bytes[at] !== OPEN_BRACE || at >= end) return false
    at = skipSpace(bytes, at + 1, end)
    let expected = 0
    while (at < end && bytes[at] === QUOTE) {
      const next = this.#keys[expected]
      let index = expected
      // Nearly always it is the key that the format has here: its end need not be looked for.
      let keyEnd = next !== undefined && isKeyAt(bytes, at + 1, next.bytes) ? at + 1 + next.bytes.length : -1
      if (keyEnd < 0) {
        keyEnd = jsonQuoteAt(bytes, at + 1, end)
        if (keyEnd < 0) return false
        index = this.#byName.get(bytes.toString('latin1', at + 1, keyEnd)) ?? -1
      }
      if (index >= 0) expected = index + 1
      at = skipSpace(bytes, keyEnd + 1, end)
      if (bytes[at] !== COLON || at >= end) return false
      at = skipSpace(bytes, at + 1, end)
      const isString = bytes[at] === QUOTE
      const valueFrom = isString ? at + 1 : at
      const valueEnd = isString ? jsonQuoteAt(bytes, valueFrom, end) : bareEnd(bytes, at, end)
      if (valueEnd < 0) return false
      if (index >= 0 && !this.#store(this.#keys[index]!, bytes, valueFrom, isNull(bytes, valueFrom, valueEnd, isString) ? valueFrom : valueEnd, record)) return false
      at = skipSpace(bytes, isString ? valueEnd + 1 : valueEnd, end)
      if (bytes[at] !== COMMA) break
      at = skipSpace(bytes, at + 1, end)
    }
    if (at >= end || bytes[at] !== CLOSE_BRACE || skipSpace(bytes, at + 1, end) !== end) return false
    return this.#required.every((field) => this.#seen[field] === 1)
  }

  /** False when the value is not of its variable's shape: then the line is not of this format. */
  #store({ field, shape }: Key, bytes: Buffer, from: number, to: number, record: AccessRecord): boolean {
    if (field === undefined && shape !== SHAPE_TIME_LOCAL && shape !== SHAPE_TIME_ISO) return true
    let number: number = UNSET
    if (shape === SHAPE_NUMBER) number = wholePart(bytes, from, to)
    else if (shape === SHAPE_STATUS) number = to - from === 3 && bytes[from + 1] !== DOT ? milliseconds(bytes, from, to) / 1000 : Number.NaN
    else if (shape === SHAPE_MILLISECONDS) number = milliseconds(bytes, from, to)
    else if (shape === SHAPE_MILLISECONDS_LIST) number = lastMilliseconds(bytes, from, to)
    else if (shape === SHAPE_LIST) number = lastItem(bytes, from, to)
    else if (shape >= SHAPE_TIME_LOCAL) number = this.#time(shape, record, from, to)
    if ((shape === SHAPE_TIME_LOCAL || shape === SHAPE_TIME_ISO) && !Number.isNaN(number)) record.offsetMinutes = this.#clock.offsetMinutes
    // A clock that is not the finest one: of it only the zone is of use.
    if (field === undefined) return true
    if (Number.isNaN(number)) return false
    record.from[field] = from
    record.to[field] = to
    record.number[field] = number
    this.#seen[field] = 1
    return true
  }

  #time(shape: number, { bytes, view }: AccessRecord, from: number, to: number): number {
    if (shape === SHAPE_TIME_LOCAL) return to - from === 26 ? this.#clock.timeLocal(bytes, view, from) : Number.NaN
    if (shape === SHAPE_TIME_ISO) return this.#clock.timeStamp(bytes, from, to)
    const epoch = milliseconds(bytes, from, to)
    return epoch < 0 ? Number.NaN : epoch
  }
}

/** Of a number that a shipper may have given decimals; NaN when it is none. */
const wholePart = (bytes: Uint8Array, from: number, to: number): number => {
  const thousandfold = milliseconds(bytes, from, to)
  if (!(thousandfold > Number.MAX_SAFE_INTEGER)) return Math.floor(thousandfold / 1000)
  let value = 0
  for (let at = from; at < to && bytes[at] !== DOT; at++) value = value * 10 + bytes[at]! - DIGIT_0
  return value
}

const lastMilliseconds = (bytes: Uint8Array, from: number, to: number): number => milliseconds(bytes, lastItem(bytes, from, to), to)

const skipSpace = (bytes: Uint8Array, at: number, end: number): number => {
  let next = at
  while (next < end && (bytes[next] === 32 || bytes[next] === 9)) next++
  return next
}

/** The end of a number, a word or a nested value at `at`, which may be empty (an unset variable without quotes around it); -1 when it is cut off. */
const bareEnd = (bytes: Uint8Array, at: number, end: number): number => {
  let depth = 0
  for (let next = at; next < end; next++) {
    const char = bytes[next]!
    if (char === QUOTE) {
      next = jsonQuoteAt(bytes, next + 1, end)
      if (next < 0) return -1
    } else if (char === OPEN_BRACE || char === 91) depth++
    else if (depth === 0 && (char === COMMA || char === CLOSE_BRACE || char === 32 || char === 9)) return next
    else if ((char === CLOSE_BRACE || char === 93) && depth-- === 0) return -1
  }
  return -1
}

const isNull = (bytes: Uint8Array, from: number, to: number, isString: boolean): boolean => !isString && to - from === 4 && bytes[from] === 110

/** Whether a key stands at `at`, and its closing quote behind it. No key holds a line end, so nothing behind the line is taken for one. */
const isKeyAt = (bytes: Uint8Array, at: number, key: Uint8Array): boolean => {
  for (let index = 0; index < key.length; index++) if (bytes[at + index] !== key[index]) return false
  return bytes[at + key.length] === QUOTE
}
