import type { NameTable } from '../session/names.ts'
import type { Ranking, RankingRow } from './ranking.ts'

const CAPACITY = 1 << 17
const FIRST_CAPACITY = 1 << 10
const FAILURE = Number.NEGATIVE_INFINITY
/** A session that was counted before, and now is a fault. */
const FAULT_ONLY = Number.POSITIVE_INFINITY
const UNKNOWN_DURATION = -1
/** What is taken off a duration, to mark a fault; durations are -1 or more. */
const FAULT = 2 ** 52

// Room to sort in, used by one settling after the other.
const sorted = new Float64Array(CAPACITY)
let starts = new Int32Array(1 << 10)

/**
 * Handshakes on their way into a ranking, by the number of a name. They are put there a hundred thousand at
 * a time, sorted by name: going to the row of another client with every line would wait for memory each time.
 */
export class Pending {
  #ids = new Int32Array(FIRST_CAPACITY)
  #values = new Float64Array(FIRST_CAPACITY)
  #count = 0
  /** The rows of names by number, as long as the ranking and the names stay as they are: a search a settling would cost as much as the counting. */
  #rows: (RankingRow | undefined)[] = []
  #prunes = 0
  #names: NameTable | undefined
  #generation = 0

  get isFull(): boolean {
    return this.#count === CAPACITY
  }

  /** `durationMs` NaN when it is not known. */
  addSession(id: number, durationMs: number, isFault: boolean): void {
    const duration = durationMs >= 0 ? durationMs : UNKNOWN_DURATION
    this.#add(id, isFault ? duration - FAULT : duration)
  }

  addFailure(id: number): void {
    this.#add(id, FAILURE)
  }

  addFault(id: number): void {
    this.#add(id, FAULT_ONLY)
  }

  #add(id: number, value: number): void {
    if (this.#count === this.#ids.length) this.#grow()
    this.#ids[this.#count] = id
    this.#values[this.#count++] = value
  }

  /** Most logs are small, and a tail keeps several summaries: room comes when it is needed. */
  #grow(): void {
    const capacity = this.#ids.length * 2
    const ids = new Int32Array(capacity)
    const values = new Float64Array(capacity)
    ids.set(this.#ids)
    values.set(this.#values)
    this.#ids = ids
    this.#values = values
  }

  /** Puts all into the ranking; the empty name is none. */
  settle(ranking: Ranking, names: NameTable): void {
    this.#sortById(names.size)
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
    this.#count = 0
  }

  #rowOf(id: number, ranking: Ranking, names: NameTable): RankingRow {
    if (ranking.prunes !== this.#prunes) {
      this.#rows.fill(undefined)
      this.#prunes = ranking.prunes
    }
    return (this.#rows[id] ??= ranking.row(names.at(id).label))
  }

  /** A counting sort: `sorted` by name, in the order of the lines, those of a name up to `starts[id]`. */
  #sortById(size: number): void {
    const ids = this.#ids
    const count = this.#count
    if (starts.length < size + 1) starts = new Int32Array((size + 1) * 2)
    starts.fill(0, 0, size + 1)
    for (let at = 0; at < count; at++) starts[ids[at]! + 1]!++
    for (let id = 0; id < size; id++) starts[id + 1]! += starts[id]!
    // Each start moves on to the end of its name's values, which is the start of the next.
    for (let at = 0; at < count; at++) sorted[starts[ids[at]!]!++] = this.#values[at]!
  }
}
