/** The label value of all names that came too late. */
export const OTHER = 'other'

/** Names that get a series of their own: the first `limit` that come, for good. A name never changes its series. */
export class FirstNames {
  readonly #limit: number
  readonly #names = new Set<string>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The name, or {@link OTHER}. */
  place(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= this.#limit) return OTHER
    this.#names.add(name)
    return name
  }

  /** All that were placed. */
  [Symbol.iterator](): Iterator<string> {
    return this.#names.values()
  }
}
