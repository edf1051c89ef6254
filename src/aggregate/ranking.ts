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

interface RankingHead {
  readonly capacity: number
  readonly error: number
  readonly threshold: number
}

/** A ranking's state in JSON: a list a field, rows by attempts, then label. An object a row would take six times the memory while it is written and read. */
export interface RankingJson extends RankingHead {
  readonly labels: readonly string[]
  readonly attempts: readonly number[]
  readonly sessions: readonly number[]
  readonly faults: readonly number[]
  /** Of the rows that have durations, ascending. */
  readonly durationsMs: readonly (readonly [row: number, LogHistogramJson])[]
}

/** What was written before there were lists: it is still read. */
export interface RankingRowsJson extends RankingHead {
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
    const limit = this.#limitWith(other)
    let { room } = limit ?? NO_LIMIT
    if (limit !== undefined) for (const { label, attempts } of this.#rows.values()) if (attempts + (other.#rows.get(label)?.attempts ?? 0) === limit.most) room--
    for (const theirs of other.#rows.values()) {
      let row = this.#rows.get(theirs.label)
      if (row === undefined) {
        const isTooMany = limit !== undefined && (theirs.attempts < limit.most || (theirs.attempts === limit.most && room-- <= 0))
        // It would be thrown out again below. Durations have to be counted first: which of them are kept hangs on all.
        if (isTooMany && theirs.durationsMs === undefined) continue
        row = new RankingRow(theirs.label)
        this.#rows.set(theirs.label, row)
      }
      row.attempts += theirs.attempts
      row.sessions += theirs.sessions
      row.faults += theirs.faults
      if (theirs.durationsMs === undefined) continue
      if (row.durationsMs === undefined) this.#open(row)
      row.durationsMs?.merge(theirs.durationsMs)
    }
    if (limit !== undefined) this.#throwOut(limit)
  }

  toJSON(): RankingJson {
    const rows = this.rows()
    return {
      capacity: this.capacity, error: this.error, threshold: this.#threshold,
      labels: rows.map(({ label }) => label),
      attempts: rows.map(({ attempts }) => attempts),
      sessions: rows.map(({ sessions }) => sessions),
      faults: rows.map(({ faults }) => faults),
      durationsMs: rows.flatMap(({ durationsMs }, row) => (durationsMs === undefined ? [] : [[row, durationsMs.toJSON()] as const])),
    }
  }

  static fromJSON(json: RankingJson | RankingRowsJson): Ranking {
    const { capacity, error, threshold, labels, attempts, sessions, faults, durationsMs } = 'rows' in json ? listsOf(json) : json
    const ranking = new Ranking(capacity)
    ranking.error = error
    ranking.#threshold = threshold
    for (const [index, label] of labels.entries()) {
      const row = ranking.row(label)
      row.attempts = attempts[index]!
      row.sessions = sessions[index]!
      row.faults = faults[index]!
    }
    for (const [index, durations] of durationsMs) {
      // Of more rows than there is room for, it may have been thrown out; a label may come twice.
      const row = ranking.#rows.get(labels[index]!)
      if (row === undefined || row.durationsMs !== undefined) continue
      row.durationsMs = LogHistogram.fromJSON(durations)
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
    this.#throwOut(limitOf(Float64Array.from(this.#rows.values(), ({ attempts }) => attempts), this.capacity))
  }

  #throwOut({ most, room }: Limit): void {
    this.prunes++
    this.error += most
    let left = room
    for (const [label, { attempts, durationsMs }] of this.#rows) {
      if (attempts > most || (attempts === most && left-- > 0)) continue
      if (durationsMs !== undefined) this.#histograms--
      this.#rows.delete(label)
    }
  }

  /** What rows need to stay once those of another are added; undefined: there is room for all. */
  #limitWith(other: Ranking): Limit | undefined {
    if (this.#rows.size + other.#rows.size <= this.capacity * 2) return undefined
    const counts = new Float64Array(this.#rows.size + other.#rows.size)
    let size = 0
    for (const { label, attempts } of this.#rows.values()) counts[size++] = attempts + (other.#rows.get(label)?.attempts ?? 0)
    for (const { label, attempts } of other.#rows.values()) if (!this.#rows.has(label)) counts[size++] = attempts
    return size <= this.capacity * 2 ? undefined : limitOf(counts.subarray(0, size), this.capacity)
  }
}

/** Rows of more than `most` attempts stay, and the first `room` of those that have as many. */
interface Limit {
  readonly most: number
  readonly room: number
}

const NO_LIMIT: Limit = { most: 0, room: 0 }

/** Of the attempts of all rows, which are sorted in place: sorting the rows by attempts and label would take longer than all that is counted in between, where every line has a new value. */
const limitOf = (counts: Float64Array, capacity: number): Limit => {
  counts.sort()
  const most = counts[counts.length - capacity - 1]!
  return { most, room: capacity - (counts.length - firstAbove(counts, most)) }
}

const listsOf = ({ rows, ...head }: RankingRowsJson): RankingJson => ({
  ...head,
  labels: rows.map(({ label }) => label),
  attempts: rows.map(({ attempts }) => attempts),
  sessions: rows.map(({ sessions }) => sessions),
  faults: rows.map(({ faults }) => faults),
  durationsMs: rows.flatMap(({ durationsMs }, row) => (durationsMs === null ? [] : [[row, durationsMs] as const])),
})

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
