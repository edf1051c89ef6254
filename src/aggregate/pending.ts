import { verdictByNumber } from '../cause/verdict.ts'
import { countedVerdict, type HandshakeRows, Kind } from '../session/handshake-rows.ts'
import type { NameTable } from '../session/names.ts'
import { EVENT_FIELD, type NameTables, RANKED_FIELDS, type RankedField } from '../session/session.ts'
import type { Ranking, RankingRow } from './ranking.ts'

const CAPACITY = 1 << 17
const FIRST_CAPACITY = 1 << 10
const FAILURE = Number.NEGATIVE_INFINITY
/** A session that was counted before, and now is a fault. */
const FAULT_ONLY = Number.POSITIVE_INFINITY
/** A session that was counted before, and is what it was. */
const NOTHING = Number.NaN
const UNKNOWN_DURATION = -1
/** What is taken off a duration, to mark a fault; durations are -1 or more. */
const FAULT = 2 ** 52

// Room to sort in, used by one settling after the other.
let sorted = new Float64Array(FIRST_CAPACITY)
let starts = new Int32Array(FIRST_CAPACITY)

/**
 * Handshakes on their way into the rankings, by the numbers of their names. They are put there a hundred thousand at
 * a time, sorted by name: going to the row of another client with every line would wait for memory each time.
 */
export class Pending {
  readonly #fields: readonly FieldPending[] = RANKED_FIELDS.map((field) => new FieldPending(field))
  #values = new Float64Array(FIRST_CAPACITY)
  #count = 0

  get isFull(): boolean {
    return this.#count === CAPACITY
  }

  /** Takes rows from the one given on, as far as there is room. @returns the first that had none. */
  add(rows: HandshakeRows, from: number): number {
    const to = Math.min(rows.count, from + CAPACITY - this.#count)
    this.#reserve(this.#count + to - from)
    const values = this.#values
    let at = this.#count
    for (const field of this.#fields) field.set(rows, from, to, at)
    for (let row = from; row < to; row++) {
      const value = valueOf(rows, row)
      if (Number.isNaN(value)) for (const field of this.#fields) field.leaveOut(at)
      values[at++] = value
    }
    this.#count = at
    return to
  }

  /** Puts all into the rankings; the empty name is none. */
  settle(rankings: Readonly<Record<RankedField, Ranking>>, names: NameTables): void {
    for (const field of this.#fields) field.settle(this.#values, this.#count, rankings[field.field], names[field.field])
    this.#count = 0
  }

  /** Most logs are small, and a tail keeps several summaries: room comes when it is needed. */
  #reserve(count: number): void {
    let capacity = this.#values.length
    if (count <= capacity) return
    while (capacity < count) capacity *= 2
    const values = new Float64Array(capacity)
    values.set(this.#values)
    this.#values = values
    for (const field of this.#fields) field.reserve(capacity)
  }
}

/** What a row adds to the rows of its names: one number. */
const valueOf = (rows: HandshakeRows, row: number): number => {
  const kind = rows.kind(row)
  if (kind === Kind.failure) return FAILURE
  const { isFault } = verdictByNumber(rows.verdict[row]!)
  if (kind === Kind.relabelled) return isFault && !countedVerdict(rows, row).isFault ? FAULT_ONLY : NOTHING
  const durationMs = rows.durationMs[row]!
  const duration = durationMs >= 0 ? durationMs : UNKNOWN_DURATION
  return isFault ? duration - FAULT : duration
}

/** The names of one field. */
class FieldPending {
  readonly field: RankedField
  #ids = new Int32Array(FIRST_CAPACITY)
  /** The rows of names by number, as long as the ranking and the names stay as they are: a search a settling would cost as much as the counting. */
  #rows: (RankingRow | undefined)[] = []
  #prunes = 0
  #names: NameTable | undefined
  #generation = 0

  constructor(field: RankedField) {
    this.field = field
  }

  reserve(capacity: number): void {
    const ids = new Int32Array(capacity)
    ids.set(this.#ids)
    this.#ids = ids
  }

  set(rows: HandshakeRows, from: number, to: number, at: number): void {
    this.#ids.set(rows[EVENT_FIELD[this.field]].subarray(from, to), at)
  }

  /** As if it had no name. */
  leaveOut(at: number): void {
    this.#ids[at] = 0
  }

  settle(values: Float64Array, count: number, ranking: Ranking, names: NameTable): void {
    this.#sortById(values, count, names.size)
    if (names !== this.#names || names.generation !== this.#generation) this.#rows = []
    this.#names = names
    this.#generation = names.generation
    while (this.#rows.length < names.size) this.#rows.push(undefined)
    for (let id = 1; id < names.size; id++) {
      const from = starts[id - 1]!
      const to = starts[id]!
      if (from === to) continue
      const row = this.#rowOf(id, ranking, names)
      for (let at = from; at < to; at++) {
        const value = sorted[at]!
        if (value === FAILURE) row.attempts++
        else if (value === FAULT_ONLY) row.faults++
        else if (value < UNKNOWN_DURATION) {
          row.faults++
          ranking.addSession(row, value + FAULT)
        } else ranking.addSession(row, value)
      }
    }
  }

  #rowOf(id: number, ranking: Ranking, names: NameTable): RankingRow {
    if (ranking.prunes !== this.#prunes) {
      this.#rows.fill(undefined)
      this.#prunes = ranking.prunes
    }
    return (this.#rows[id] ??= ranking.row(names.at(id).label))
  }

  /** A counting sort: `sorted` by name, in the order of the lines, those of a name up to `starts[id]`. */
  #sortById(values: Float64Array, count: number, size: number): void {
    const ids = this.#ids
    if (starts.length < size + 1) starts = new Int32Array((size + 1) * 2)
    if (sorted.length < count) sorted = new Float64Array(values.length)
    starts.fill(0, 0, size + 1)
    for (let at = 0; at < count; at++) starts[ids[at]! + 1]!++
    for (let id = 0; id < size; id++) starts[id + 1]! += starts[id]!
    // Each start moves on to the end of its name's values, which is the start of the next.
    for (let at = 0; at < count; at++) sorted[starts[ids[at]!]!++] = values[at]!
  }
}
