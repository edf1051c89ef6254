/** What was made last, so that it is not made again: the last `most` of them. */
export class Recent<T> {
  readonly #held = new Map<string, Promise<T>>()
  readonly #most: number
  readonly #make: (name: string) => Promise<T>

  constructor(most: number, make: (name: string) => Promise<T>) {
    this.#most = most
    this.#make = make
  }

  get(name: string): Promise<T> {
    const held = this.#held.get(name) ?? this.#make(name)
    this.#held.delete(name)
    this.#held.set(name, held)
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.#most) break
      this.#held.delete(oldest)
    }
    return held
  }
}
