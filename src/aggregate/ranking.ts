import { LogHistogram, type LogHistogramJson } from './log-histogram.ts'

/** 64 cells an octave: quantiles within 0.8 %. */
const DURATION_BITS = 6
/** Rows whose durations are kept; a histogram costs some kilobytes, a row a tenth of one. */
const MAX_HISTOGRAMS = 1024
const FIRST_THRESHOLD = 16

/** What is counted for one host, path, client or upstream. */
export class RankingRow {
  readonly label: string
  attempts = 0
  sessions = 0
  /** Of the sessions: those that ended in a fault. */
  faults = 0
  /** Durations of its sessions; undefined while others have more to say, see {@link Ranking}. */
  durationsMs: LogHistogram | undefined = undefined

  constructor(label: string) {
    this.label = label
  }
}

/** A ranking's state in JSON; rows by attempts, then label. */
export interface RankingJson {
  readonly capacity: number
  readonly error: number
  readonly threshold: number
  readonly rows: readonly { readonly label: string; readonly attempts: number; readonly sessions: number; readonly faults: number; readonly durationsMs: LogHistogramJson | null }[]
}

/**
 * The most frequent values of a field in fixed memory: anyone on the internet can send a new path. At most
 * twice `capacity` rows are kept; when there are more, the smaller half goes, of equal ones those that came last (Misra and Gries
 * 1982, in the mergeable form of Agarwal et al., "Mergeable summaries", 2012). Until then everything is exact; after it
 * a row may miss up to `error` attempts, and a value that is not listed had no more than that.
 *
 * Durations are kept for every row until 1024 have some. From then on a row needs a number of attempts, which
 * doubles whenever too many reach it; the quantiles of a row are then those of its sessions since it did.
 */
export class Ranking {
  readonly capacity: number
  /** The most attempts that any row can miss. 0: exact. */
  error = 0
  /** How often rows were thrown out: those from before may be gone. */
  prunes = 0
  readonly #maxHistograms: number
  #threshold = 0
  #histograms = 0
  #rows = new Map<string, RankingRow>()

  /** `maxHistograms`: rows whose durations are kept. */
  constructor(capacity: number, maxHistograms = MAX_HISTOGRAMS) {
    this.capacity = capacity
    this.#maxHistograms = maxHistograms
  }

  /** The row of a value, made when it is new. To be held until {@link prunes} changes: the next new one may throw it out. */
  row(label: string): RankingRow {
    let row = this.#rows.get(label)
    if (row === undefined) {
      if (this.#rows.size >= this.capacity * 2) this.#prune()
      row = new RankingRow(label)
      this.#rows.set(label, row)
    }
    return row
  }

  /** The row of a value that was counted before; undefined: it was thrown out. */
  find(label: string): RankingRow | undefined {
    return this.#rows.get(label)
  }

  /** Counts a session; `durationMs` negative when it is not known. */
  addSession(row: RankingRow, durationMs: number): void {
    row.attempts++
    row.sessions++
    if (!(durationMs >= 0)) return
    if (row.durationsMs === undefined) {
      if (row.attempts < this.#threshold) return
      this.#open(row)
    }
    row.durationsMs?.add(durationMs)
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
    this.#threshold = Math.max(this.#threshold, other.#threshold)
    for (const theirs of other.#rows.values()) {
      const row = this.#rows.get(theirs.label) ?? new RankingRow(theirs.label)
      this.#rows.set(theirs.label, row)
      row.attempts += theirs.attempts
      row.sessions += theirs.sessions
      row.faults += theirs.faults
      if (theirs.durationsMs === undefined) continue
      if (row.durationsMs === undefined) this.#open(row)
      row.durationsMs?.merge(theirs.durationsMs)
    }
    if (this.#rows.size > this.capacity * 2) this.#prune()
  }

  toJSON(): RankingJson {
    const rows = this.rows().map(({ label, attempts, sessions, faults, durationsMs }) => ({ label, attempts, sessions, faults, durationsMs: durationsMs?.toJSON() ?? null }))
    return { capacity: this.capacity, error: this.error, threshold: this.#threshold, rows }
  }

  static fromJSON(json: RankingJson): Ranking {
    const ranking = new Ranking(json.capacity)
    ranking.error = json.error
    ranking.#threshold = json.threshold
    for (const { label, attempts, sessions, faults, durationsMs } of json.rows) {
      const row = ranking.row(label)
      row.attempts = attempts
      row.sessions = sessions
      row.faults = faults
      if (durationsMs === null) continue
      row.durationsMs = LogHistogram.fromJSON(durationsMs)
      ranking.#histograms++
    }
    return ranking
  }

  /** Gives the row a histogram, and takes those of the smallest rows when there are too many. */
  #open(row: RankingRow): void {
    row.durationsMs = new LogHistogram(DURATION_BITS)
    this.#histograms++
    while (this.#histograms > this.#maxHistograms) {
      this.#threshold = Math.max(FIRST_THRESHOLD, this.#threshold * 2)
      for (const one of this.#rows.values()) {
        if (one.durationsMs === undefined || one.attempts >= this.#threshold) continue
        one.durationsMs = undefined
        this.#histograms--
      }
    }
  }

  #prune(): void {
    this.prunes++
    const counts = Float64Array.from(this.#rows.values(), ({ attempts }) => attempts).sort()
    const most = counts[counts.length - this.capacity - 1]!
    // Sorting them all by attempts and label would take longer than all that is counted in between, where every line has a new value.
    let room = this.capacity - (counts.length - firstAbove(counts, most))
    this.error += most
    for (const [label, { attempts, durationsMs }] of this.#rows) {
      if (attempts > most || (attempts === most && room-- > 0)) continue
      if (durationsMs !== undefined) this.#histograms--
      this.#rows.delete(label)
    }
  }
}

/** Index of the first of the ascending values above another. */
const firstAbove = (ascending: Float64Array, value: number): number => {
  let from = 0
  let to = ascending.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (ascending[middle]! > value) to = middle
    else from = middle + 1
  }
  return from
}

const byAttempts = (a: RankingRow, b: RankingRow): number => b.attempts - a.attempts || (a.label < b.label ? -1 : 1)
