import { LogHistogram, type LogHistogramJson } from './log-histogram.ts'

/** 64 cells an octave: quantiles within 0.8 %. */
const DURATION_BITS = 6

/** What is counted for one host, path, client or upstream. */
export class RankingRow {
  readonly label: string
  attempts = 0
  sessions = 0
  readonly durationsMs = new LogHistogram(DURATION_BITS)

  constructor(label: string) {
    this.label = label
  }
}

/** A ranking's state in JSON; rows by attempts, then label. */
export interface RankingJson {
  readonly capacity: number
  readonly error: number
  readonly rows: readonly { readonly label: string; readonly attempts: number; readonly sessions: number; readonly durationsMs: LogHistogramJson }[]
}

/**
 * The most frequent values of a field in fixed memory: anyone on the internet can send a new path. At most
 * twice `capacity` rows are kept; when there are more, the smaller half goes (Misra and Gries 1982, in the
 * mergeable form of Agarwal et al., "Mergeable summaries", 2012). Until then everything is exact; after it
 * a row may miss up to `error` attempts, and a value that is not listed had no more than that.
 */
export class Ranking {
  readonly capacity: number
  /** The most attempts that any row can miss. 0: exact. */
  error = 0
  /** Counts up whenever rows were thrown out, so that whoever keeps a row knows that it may be gone. */
  generation = 0
  #rows = new Map<string, RankingRow>()

  constructor(capacity: number) {
    this.capacity = capacity
  }

  /** The row of a value, made when it is new. Hold it no longer than {@link generation} stays the same. */
  row(label: string): RankingRow {
    let row = this.#rows.get(label)
    if (row === undefined) {
      if (this.#rows.size >= this.capacity * 2) this.#prune()
      row = new RankingRow(label)
      this.#rows.set(label, row)
    }
    return row
  }

  get size(): number {
    return this.#rows.size
  }

  /** All rows that are kept, most attempts first, equal ones by label. */
  rows(): RankingRow[] {
    return [...this.#rows.values()].sort(byAttempts)
  }

  merge(other: Ranking): void {
    this.error += other.error
    for (const theirs of other.#rows.values()) {
      const row = this.#rows.get(theirs.label) ?? new RankingRow(theirs.label)
      this.#rows.set(theirs.label, row)
      row.attempts += theirs.attempts
      row.sessions += theirs.sessions
      row.durationsMs.merge(theirs.durationsMs)
    }
    if (this.#rows.size > this.capacity * 2) this.#prune()
  }

  toJSON(): RankingJson {
    const rows = this.rows().map(({ label, attempts, sessions, durationsMs }) => ({ label, attempts, sessions, durationsMs: durationsMs.toJSON() }))
    return { capacity: this.capacity, error: this.error, rows }
  }

  static fromJSON(json: RankingJson): Ranking {
    const ranking = new Ranking(json.capacity)
    ranking.error = json.error
    for (const { label, attempts, sessions, durationsMs } of json.rows) {
      const row = ranking.row(label)
      row.attempts = attempts
      row.sessions = sessions
      row.durationsMs.merge(LogHistogram.fromJSON(durationsMs))
    }
    return ranking
  }

  #prune(): void {
    const rows = this.rows()
    this.error += rows[this.capacity]?.attempts ?? 0
    this.#rows = new Map(rows.slice(0, this.capacity).map((row) => [row.label, row]))
    this.generation++
  }
}

const byAttempts = (a: RankingRow, b: RankingRow): number => b.attempts - a.attempts || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0)
