import type { LogHistogram } from '../aggregate/log-histogram.ts'
import { Neighbourhood } from './neighbourhood.ts'

/** Sessions that end at one age, more of them than the ages beside it would let expect. */
export interface Cluster {
  /** The age in the middle of them, ms (the weighted median). */
  readonly centerMs: number
  /** `[fromMs, toMs)` holds them. */
  readonly fromMs: number
  readonly toMs: number
  /** Sessions in that range, those of them that were quiet, and how many the neighbouring ages predict there. */
  readonly sessions: number
  readonly quiet: number
  readonly expected: number
}

/** Below a second there are no timers, only handshakes that came to nothing. */
const MIN_AGE_MS = 1000
/** Windows are tried from one cell up to this share of the age: a sweeper's flat top is a few per cent wide. */
const MAX_WINDOW = 0.04
/** The neighbourhood reaches this far to both sides, as a share of the age. */
const REACH = 0.25
/** Some 10^5 windows are tried, so by chance alone one in 10^4 logs would show a peak of six sigma. */
const MIN_SIGMA = 6
const MIN_SESSIONS = 5
const MIN_SHARE = 0.005
/** A peak must rise this much above its neighbourhood to be worth a sentence. */
const MIN_RATIO = 3
const MAX_CLUSTERS = 12
/** Peaks closer than this share of their age are one. */
const SAME_TIMER = 0.005

/**
 * Finds the spikes of a duration histogram: windows whose count the neighbouring durations do not explain
 * ({@link significance}), the most significant first, each taken out before the next is looked for. The quiet
 * sessions are searched first, since an idle timer is sharp only there, then all.
 */
export const findClusters = (all: LogHistogram, quiet: LogHistogram): Cluster[] => {
  const everyCell = new Cells(all)
  const quietCells = quiet === all ? everyCell : new Cells(quiet)
  const minimum = Math.max(MIN_SESSIONS, all.count * MIN_SHARE)
  const clusters: Cluster[] = []
  for (const cells of new Set([quietCells, everyCell])) {
    while (clusters.length < MAX_CLUSTERS) {
      const peak = cells.bestPeak(minimum)
      if (peak === undefined) break
      for (const each of new Set([cells, everyCell])) each.remove(peak.fromMs, peak.toMs)
      const inside = everyCell.countBetween(peak.fromMs, peak.toMs)
      clusters.push({ ...peak, sessions: inside, quiet: quietCells.countBetween(peak.fromMs, peak.toMs), expected: Math.min(inside, peak.expected) })
    }
  }
  // Whichever cells showed it: `expected` stands beside all sessions, so it is told from all of them.
  const joined = joinNeighbours(clusters).map((cluster) => ({ ...cluster, expected: Math.min(cluster.sessions, everyCell.expectedIn(cluster.fromMs, cluster.toMs)) }))
  return joined.sort((a, b) => b.sessions - a.sessions || a.centerMs - b.centerMs)
}

/** A timer may leave two peaks a hair apart: nginx moves one by up to 0.3 s only (measured: cut at 2.002 s, 0.25 s early). */
const joinNeighbours = (clusters: readonly Cluster[]): Cluster[] => {
  const joined: Cluster[] = []
  for (const next of [...clusters].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1)
    if (last === undefined || next.fromMs - last.toMs > Math.max(last.toMs * SAME_TIMER, Math.min(last.toMs - last.fromMs, next.toMs - next.fromMs) / 2)) joined.push(next)
    else {
      const centerMs = (last.centerMs * last.sessions + next.centerMs * next.sessions) / (last.sessions + next.sessions)
      joined[joined.length - 1] = { centerMs, fromMs: last.fromMs, toMs: next.toMs, sessions: last.sessions + next.sessions, quiet: last.quiet + next.quiet, expected: last.expected + next.expected }
    }
  }
  return joined
}

interface Peak {
  readonly centerMs: number
  readonly fromMs: number
  readonly toMs: number
  readonly expected: number
}

/** The filled cells of a histogram, with running sums so that any range is counted at once. */
class Cells {
  readonly #from: Float64Array
  readonly #to: Float64Array
  readonly #counts: Float64Array
  #sums: Float64Array
  /** The sums before anything was taken out. */
  readonly #allSums: Float64Array
  #removed: { from: number; to: number }[] = []
  /** Cells in this range are to be judged again. */
  #changed = { from: 0, to: Number.POSITIVE_INFINITY }
  /** Of the best window that starts at each cell: its significance, 0 where there is none; its last cell; what is expected in it. */
  readonly #sigmas: Float64Array
  readonly #lasts: Int32Array
  readonly #expected: Float64Array

  constructor(histogram: LogHistogram) {
    const cells: number[] = []
    histogram.eachCell((from, to, count) => cells.push(from, to, count))
    const column = (at: number): Float64Array => Float64Array.from({ length: cells.length / 3 }, (_, index) => cells[index * 3 + at]!)
    this.#from = column(0)
    this.#to = column(1)
    this.#counts = column(2)
    this.#sigmas = new Float64Array(this.#from.length)
    this.#lasts = new Int32Array(this.#from.length)
    this.#expected = new Float64Array(this.#from.length)
    this.#sums = sumsOf(this.#counts)
    this.#allSums = this.#sums
  }

  /** All that starts in `[from, to)`, also what was taken out. */
  countBetween(from: number, to: number): number {
    return this.#allSums[this.#before(to)]! - this.#allSums[this.#before(from)]!
  }

  /** Takes out what is already explained; the range counts neither as a peak nor as neighbourhood from then on. */
  remove(from: number, to: number): void {
    this.#removed.push({ from, to })
    // A window and its neighbourhood reach from (1 - REACH) of its age to little more than (1 + REACH).
    this.#changed = { from: Math.min(this.#changed.from, from / (1 + 2 * REACH)), to: Math.max(this.#changed.to, to / (1 - REACH) + 1) }
    this.#counts.fill(0, this.#before(from), this.#before(to))
    this.#sums = sumsOf(this.#counts)
  }

  /** How many the neighbouring ages predict in `[from, to)`. */
  expectedIn(from: number, to: number): number {
    return this.#neighbourhood(from, to).expected
  }

  bestPeak(minimum: number): Peak | undefined {
    this.#judgeChanged(minimum)
    let first = -1
    let sigma = 0
    for (let cell = 0; cell < this.#sigmas.length; cell++) {
      if (this.#sigmas[cell]! <= sigma) continue
      sigma = this.#sigmas[cell]!
      first = cell
    }
    return first < 0 ? undefined : this.#peakOf(first, this.#lasts[first]!, this.#expected[first]!)
  }

  /** Finds the best window that starts at each cell, of those cells whose neighbourhood has changed since the last time. */
  #judgeChanged(minimum: number): void {
    const { from: fromMs, to: toMs } = this.#changed
    this.#changed = { from: Number.POSITIVE_INFINITY, to: 0 }
    /** Where windows of each width end: they only move on. */
    const ends: number[] = []
    for (let first = this.#before(fromMs); first < this.#from.length && this.#from[first]! < toMs; first++) {
      this.#sigmas[first] = 0
      const age = this.#from[first]!
      if (age < MIN_AGE_MS || this.#counts[first] === 0) continue
      const cellWidth = this.#to[first]! - age
      for (let width = cellWidth, step = 0; width <= Math.max(age * MAX_WINDOW, cellWidth); width *= 2, step++) {
        let end = ends[step] ?? this.#before(age)
        while (end < this.#from.length && this.#from[end]! < age + width) end++
        ends[step] = end
        const last = end - 1
        const inside = this.#sums[end]! - this.#sums[first]!
        if (inside < minimum) continue
        const around = this.#neighbourhood(age, Math.max(age + width, this.#to[last]!))
        const expected = around.expected
        if (inside < expected * MIN_RATIO) continue
        const sigma = around.sigmaOf(inside)
        if (sigma < MIN_SIGMA || sigma <= this.#sigmas[first]!) continue
        this.#sigmas[first] = sigma
        this.#lasts[first] = last
        this.#expected[first] = expected
      }
    }
  }

  #peakOf(first: number, last: number, expected: number): Peak {
    const half = (this.#sums[last + 1]! - this.#sums[first]!) / 2
    let middle = first
    while (middle < last && this.#sums[middle + 1]! - this.#sums[first]! < half) middle++
    let end = last
    while (end > middle && this.#counts[end] === 0) end--
    return { centerMs: (this.#from[middle]! + this.#to[middle]! - 1) / 2, fromMs: this.#from[first]!, toMs: this.#to[end]!, expected }
  }

  /** What lies to both sides of `[from, to)`, half a window away from it so that its own edges do not count. */
  #neighbourhood(from: number, to: number): Neighbourhood {
    const gap = (to - from) / 2
    const leftFrom = from * (1 - REACH)
    const leftTo = from - gap
    const rightFrom = to + gap
    const rightTo = to * (1 + REACH)
    return new Neighbourhood(to - from, this.#count(leftFrom, leftTo), this.#width(leftFrom, leftTo), this.#count(rightFrom, rightTo), this.#width(rightFrom, rightTo))
  }

  #count(from: number, to: number): number {
    return from >= to ? 0 : this.#sums[this.#before(to)]! - this.#sums[this.#before(from)]!
  }

  #width(from: number, to: number): number {
    const removed = this.#removed.reduce((sum, range) => sum + Math.max(0, Math.min(to, range.to) - Math.max(from, range.from)), 0)
    return Math.max(0, to - from - removed)
  }

  /** Number of cells that start before `value`. */
  #before(value: number): number {
    let low = 0
    let high = this.#from.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#from[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** What stands before each, and at last all together. */
const sumsOf = (counts: Float64Array): Float64Array => {
  const sums = new Float64Array(counts.length + 1)
  for (let index = 0; index < counts.length; index++) sums[index + 1] = sums[index]! + counts[index]!
  return sums
}
