import { WslogError } from '../errors.ts'

/** A JSON document from a file, which anybody may have written: each field is looked at before it is used. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>
  /** Where it stands, for messages: `report.json: sessions`. */
  readonly #at: string

  constructor(value: unknown, at: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, 'an object', value)
    this.#value = value as Record<string, unknown>
    this.#at = at
  }

  object(name: string): Fields {
    return new Fields(this.#own(name), this.#path(name))
  }

  /** A list that may be missing: a version that did not have it yet. */
  list<T>(name: string, each: (item: Fields) => T): T[] {
    const value = this.#own(name) ?? []
    if (!Array.isArray(value)) throw wrong(this.#path(name), 'a list', value)
    return value.map((item, index) => each(new Fields(item, `${this.#path(name)}[${index}]`)))
  }

  texts(name: string): string[] {
    const value = this.#own(name) ?? []
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw wrong(this.#path(name), 'a list of texts', value)
    return value
  }

  text(name: string): string {
    const value = this.#own(name)
    if (typeof value !== 'string') throw wrong(this.#path(name), 'a text', value)
    return value
  }

  /** One of these words. */
  word<T extends string>(name: string, words: readonly T[]): T {
    const value = this.#own(name)
    const word = words.find((one) => one === value)
    if (word === undefined) throw wrong(this.#path(name), `one of ${words.join(', ')}`, value)
    return word
  }

  wordOrNull<T extends string>(name: string, words: readonly T[]): T | null {
    return this.isNull(name) ? null : this.word(name, words)
  }

  /** Also what is not there. */
  isNull(name: string): boolean {
    return (this.#own(name) ?? null) === null
  }

  flag(name: string): boolean {
    const value = this.#own(name)
    if (typeof value !== 'boolean') throw wrong(this.#path(name), 'true or false', value)
    return value
  }

  /** A number that is not negative. */
  number(name: string): number {
    const value = this.#own(name)
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw wrong(this.#path(name), 'a number of 0 or more', value)
    return value
  }

  numberOrNull(name: string): number | null {
    return this.isNull(name) ? null : this.number(name)
  }

  count(name: string): number {
    const value = this.number(name)
    if (!Number.isSafeInteger(value)) throw wrong(this.#path(name), 'a whole number', value)
    return value
  }

  countOrNull(name: string): number | null {
    return this.isNull(name) ? null : this.count(name)
  }

  /** A count for each of these words; others are left out; undefined: there is no such field. */
  counts<T extends string>(name: string, words: readonly T[]): Partial<Record<T, number>> | undefined {
    if (this.#own(name) === undefined) return undefined
    const fields = this.object(name)
    const counts: Partial<Record<T, number>> = {}
    for (const word of words) if (fields.#own(word) !== undefined) counts[word] = fields.count(word)
    return counts
  }

  instant(name: string): string {
    const value = this.text(name)
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value) || Number.isNaN(Date.parse(value))) throw wrong(this.#path(name), 'a time such as 2026-11-20T08:30:00.000Z', value)
    return value
  }

  instantOrNull(name: string): string | null {
    return this.isNull(name) ? null : this.instant(name)
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? this.#value[name] : undefined
  }

  #path(name: string): string {
    return this.#at.endsWith(':') ? `${this.#at} ${name}` : `${this.#at}.${name}`
  }
}

const MAX_SHOWN = 60

const wrong = (at: string, expected: string, value: unknown): WslogError => {
  const found = value === undefined ? 'nothing' : typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : JSON.stringify(value)
  return new WslogError('input', `${at} should be ${expected}, and is ${found.length > MAX_SHOWN ? `${found.slice(0, MAX_SHOWN)}…` : found}: not a report as wslog writes it; make it anew with wslog analyze -o`)
}
