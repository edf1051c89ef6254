/** A histogram's state in JSON: cells in ascending order, `[index, count, index, count, …]`. */
export interface LogHistogramJson {
  readonly bits: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly cells: readonly number[]
}

const FEW = 16

/**
 * Counts whole numbers >= 0 in cells whose width grows with the value: exact below 2^bits, then 2^bits
 * cells an octave, so that a quantile is at most 1 / 2^(bits+1) of its value off. Memory is fixed: an octave
 * is allocated when it is first hit, and the first few values are kept as they are, since most clients have
 * no more. A mergeable summary; the cells are those of HdrHistogram
 * (http://hdrhistogram.org), with the sub-bucket count a power of two.
 */
export class LogHistogram {
  readonly bits: number
  count = 0
  sum = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  /** Index 0: the exact cells; index n: the octave [2^(bits+n-1), 2^(bits+n)). */
  readonly #octaves: (Uint32Array | undefined)[] = []
  readonly #half: number
  /** The first values, until there are more than a few; then undefined, and they are in the cells. */
  #few: number[] | undefined = []

  /** `bits`: 1..20. */
  constructor(bits: number) {
    this.bits = bits
    this.#half = 2 ** bits
  }

  add(value: number): void {
    this.count++
    this.sum += value
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (this.#few !== undefined && this.#few.length < FEW) this.#few.push(value)
    else this.#count(value)
  }

  /** The value below or at which a share `q` of all lies (nearest rank), 0..1; NaN when empty. */
  quantile(q: number): number {
    if (this.count === 0) return Number.NaN
    const rank = Math.max(1, Math.ceil(q * this.count - 1e-9))
    if (rank >= this.count) return this.max
    this.#spill()
    let below = 0
    for (let octave = 0; octave < this.#octaves.length; octave++) {
      const cells = this.#octaves[octave]
      if (cells === undefined) continue
      for (let index = 0; index < cells.length; index++) {
        below += cells[index]!
        if (below < rank) continue
        // The middle of the cell's whole numbers, never outside of what was seen.
        return Math.min(this.max, Math.max(this.min, this.#floorOf(octave, index) + (widthOf(octave) - 1) / 2))
      }
    }
    return this.max
  }

  /** Gives the cells that hold something, ascending; `[from, to)`. */
  eachCell(take: (from: number, to: number, count: number) => void): void {
    this.#spill()
    for (const [octave, cells] of this.#octaves.entries()) {
      if (cells === undefined) continue
      for (let index = 0; index < cells.length; index++) {
        if (cells[index]! > 0) take(this.#floorOf(octave, index), this.#floorOf(octave, index + 1), cells[index]!)
      }
    }
  }

  /** The lower bound of the cell that `value` falls into. */
  cellFloor(value: number): number {
    if (value < this.#half) return Math.floor(value)
    const width = 2 ** (exponentOf(value) - this.bits)
    return Math.floor(value / width) * width
  }

  merge(other: LogHistogram): void {
    if (other.bits !== this.bits) throw new RangeError(`histograms of ${this.bits} and ${other.bits} bits cannot be merged`)
    this.count += other.count
    this.sum += other.sum
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
    this.#spill()
    other.#spill()
    for (const [octave, cells] of other.#octaves.entries()) {
      if (cells === undefined) continue
      const mine = this.#octave(octave)
      for (let index = 0; index < cells.length; index++) mine[index]! += cells[index]!
    }
  }

  toJSON(): LogHistogramJson {
    this.#spill()
    const cells: number[] = []
    for (const [octave, counts] of this.#octaves.entries()) {
      if (counts === undefined) continue
      for (let index = 0; index < counts.length; index++) if (counts[index]! > 0) cells.push(octave * this.#half + index, counts[index]!)
    }
    return { bits: this.bits, min: this.count > 0 ? this.min : 0, max: this.count > 0 ? this.max : 0, sum: this.sum, cells }
  }

  static fromJSON(json: LogHistogramJson): LogHistogram {
    const histogram = new LogHistogram(json.bits)
    histogram.#spill()
    for (let at = 0; at < json.cells.length; at += 2) {
      const index = json.cells[at]!
      histogram.#octave(Math.floor(index / histogram.#half))[index % histogram.#half]! += json.cells[at + 1]!
      histogram.count += json.cells[at + 1]!
    }
    histogram.sum = json.sum
    if (histogram.count > 0) {
      histogram.min = json.min
      histogram.max = json.max
    }
    return histogram
  }

  #floorOf(octave: number, index: number): number {
    return octave === 0 ? index : (this.#half + index) * widthOf(octave)
  }

  #count(value: number): void {
    this.#spill()
    if (value < this.#half) this.#octave(0)[value]!++
    else if (value < 0x8000_0000) {
      const octave = 32 - Math.clz32(value) - this.bits
      this.#octave(octave)[(value >>> (octave - 1)) - this.#half]!++
    } else {
      const octave = exponentOf(value) + 1 - this.bits
      this.#octave(octave)[Math.floor(value / 2 ** (octave - 1)) - this.#half]!++
    }
  }

  /** Puts the few first values where the others are. */
  #spill(): void {
    const few = this.#few
    if (few === undefined) return
    this.#few = undefined
    for (const value of few) this.#count(value)
  }

  #octave(index: number): Uint32Array {
    return (this.#octaves[index] ??= new Uint32Array(this.#half))
  }
}

const widthOf = (octave: number): number => (octave === 0 ? 1 : 2 ** (octave - 1))

/** The exponent of the highest bit of a whole number; Math.log2 rounds 2^49 - 1 up to 49. */
const exponentOf = (value: number): number => (value < 0x1_0000_0000 ? 31 - Math.clz32(value) : 63 - Math.clz32(value / 0x1_0000_0000))
