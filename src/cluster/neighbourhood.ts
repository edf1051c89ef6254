import { significance } from '../aggregate/significance.ts'

/** What lies on both sides of a window: counts, and how much of the time scale they are spread over, ms. */
export class Neighbourhood {
  readonly #window: number
  readonly #left: number
  readonly #leftWidth: number
  readonly #right: number
  readonly #rightWidth: number

  constructor(window: number, left: number, leftWidth: number, right: number, rightWidth: number) {
    this.#window = window
    this.#left = left
    this.#leftWidth = leftWidth
    this.#right = right
    this.#rightWidth = rightWidth
  }

  get #exposure(): number {
    return this.#window / Math.max(this.#leftWidth + this.#rightWidth, this.#window)
  }

  /** What both sides predict in the window. */
  get expected(): number {
    return (this.#left + this.#right) * this.#exposure
  }

  /** How far so many are above that, standard deviations. The edge of a plateau is no peak: they must rise above either side alone. */
  sigmaOf(inside: number): number {
    const both = significance({ inside, outside: this.#left + this.#right, exposure: this.#exposure })
    return Math.min(both, this.#sigmaBeside(inside, this.#left, this.#leftWidth), this.#sigmaBeside(inside, this.#right, this.#rightWidth))
  }

  #sigmaBeside(inside: number, outside: number, width: number): number {
    return this.#window <= width ? significance({ inside, outside, exposure: this.#window / width }) : Number.POSITIVE_INFINITY
  }
}
