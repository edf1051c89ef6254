/** Counts by small numbers, which grow as they come. */
export class Tally {
  #counts = new Uint32Array(1 << 10)
  #end = 0

  add(id: number): void {
    if (id >= this.#counts.length) {
      const larger = new Uint32Array(Math.max(id + 1, this.#counts.length * 2))
      larger.set(this.#counts)
      this.#counts = larger
    }
    this.#counts[id]!++
    if (id >= this.#end) this.#end = id + 1
  }

  /** Gives every number with its count, and starts anew. */
  drain(take: (id: number, times: number) => void): void {
    for (let id = 0; id < this.#end; id++) if (this.#counts[id]! > 0) take(id, this.#counts[id]!)
    this.#counts.fill(0)
    this.#end = 0
  }
}
