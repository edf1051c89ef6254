import { Clock, milliseconds } from './clock.ts'
import type { Escape } from './directive.ts'
import { hasTooManyDivisions } from './divisions.ts'
import { type Field, variableOf } from './fields.ts'
import { type FastParse, generateParser, ambiguousEnds } from './generate.ts'
import { tokenPatterns } from './pattern.ts'
import { type AccessRecord, type LineParser, UNSET } from './record.ts'
import { lastItem } from './scan.ts'
import type { Token } from './tokens.ts'

/**
 * Reads the lines of one format with straight-line code made for it. Where a value may hold the very text
 * that ends it (an unquoted `$remote_user`), a line that failed is looked at again by the slow grammar.
 */
export class TextParser implements LineParser {
  readonly fields: ReadonlySet<Field>
  readonly #clock = new Clock()
  readonly #tokens: readonly Token[]
  readonly #fieldOf: ReadonlyMap<string, Field>
  readonly #fast: FastParse
  readonly #slow: RegExp | undefined
  readonly #ends: readonly string[]

  constructor({ tokens, escape, fieldOf }: { tokens: readonly Token[]; escape: Escape; fieldOf: ReadonlyMap<string, Field> }) {
    this.#tokens = tokens
    this.#fieldOf = fieldOf
    this.#fast = generateParser({ tokens, escape, fieldOf, clock: this.#clock })
    this.#ends = ambiguousEnds(tokens, escape)
    this.#slow = this.#ends.length > 0 ? new RegExp(`^${tokenPatterns(tokens, escape).join('')}$`, 'd') : undefined
    this.fields = new Set(fieldOf.values())
  }

  parse(bytes: Buffer, from: number, end: number, record: AccessRecord): boolean {
    record.setBytes(bytes)
    if (this.#fast(bytes, record.view, from, end, record)) return true
    return this.#slow !== undefined && this.#parseSlowly(this.#slow, bytes, from, end, record)
  }

  #parseSlowly(pattern: RegExp, bytes: Buffer, from: number, end: number, record: AccessRecord): boolean {
    const line = bytes.toString('latin1', from, end)
    if (hasTooManyDivisions(line, this.#ends)) return false
    const groups = pattern.exec(line)?.indices
    if (groups === undefined) return false
    let group = 0
    const seen = new Set<string>()
    for (const token of this.#tokens) {
      if (token.kind !== 'variable') continue
      const [start, stop] = groups[++group]!
      if (!this.#store(token.name, seen.has(token.name), bytes, from + start, from + stop, record)) return false
      seen.add(token.name)
    }
    return true
  }

  #store(name: string, isRepeated: boolean, bytes: Buffer, from: number, to: number, record: AccessRecord): boolean {
    const { shape } = variableOf(name)
    let number: number = UNSET
    if (shape === 'timeLocal') number = this.#clock.timeLocal(bytes, record.view, from)
    else if (shape === 'timeIso') number = this.#clock.timeIso(bytes, from)
    else if (shape === 'epoch' || shape === 'seconds') number = milliseconds(bytes, from, to)
    else if (shape === 'secondsList') number = milliseconds(bytes, lastItem(bytes, from, to), to)
    else if (shape === 'list') number = lastItem(bytes, from, to)
    else if (shape === 'integer' || shape === 'status') number = to - from > 0 && bytes[from] !== 45 ? Number(bytes.toString('latin1', from, to)) : UNSET
    if (Number.isNaN(number)) return false
    if (shape === 'timeLocal' || shape === 'timeIso') record.offsetMinutes = this.#clock.offsetMinutes
    const field = isRepeated ? undefined : this.#fieldOf.get(name)
    if (field === undefined) return true
    record.from[field] = from
    record.to[field] = to
    record.number[field] = number
    return true
  }
}
