const FIRST_SIZE = 64
/** Longer texts are cut: whoever opens sockets chooses the path. */
const MAX_LENGTH = 100

/** How many have a name now. A name is kept as long as somebody has it, so memory is bounded by what is open. */
export class NameCounts {
  readonly #ids = new Map<string, number>()
  readonly #names: (string | undefined)[] = []
  readonly #free: number[] = []
  #counted = new Int32Array(FIRST_SIZE)
  #held = new Int32Array(FIRST_SIZE)

  /** One more has this name, and counts. @returns its number, valid until it has been dropped as often as taken. */
  take(text: string): number {
    const name = shortName(text)
    let id = this.#ids.get(name)
    if (id === undefined) {
      id = this.#free.pop() ?? this.#names.length
      if (id >= this.#held.length) {
        this.#counted = enlarged(this.#counted)
        this.#held = enlarged(this.#held)
      }
      this.#ids.set(name, id)
      this.#names[id] = name
    }
    this.#held[id]!++
    this.#counted[id]!++
    return id
  }

  /** One who has the name counts no more, or again. */
  count(id: number, by: 1 | -1): void {
    this.#counted[id]! += by
  }

  /** One has the name no more, who had stopped to count before. */
  drop(id: number): void {
    if (--this.#held[id]! > 0) return
    this.#ids.delete(this.#names[id]!)
    this.#names[id] = undefined
    this.#free.push(id)
  }

  nameOf(id: number): string {
    return this.#names[id]!
  }

  /** The most frequent first, the empty name not among them; of equal ones in the order of the alphabet. */
  top(size: number): { name: string; open: number }[] {
    const best: { name: string; open: number }[] = []
    if (size <= 0) return best
    for (const [name, id] of this.#ids) {
      const row = { name, open: this.#counted[id]! }
      const last = best[size - 1]
      if (name === '' || row.open === 0 || (last !== undefined && isBefore(last, row))) continue
      const at = best.findIndex((other) => isBefore(row, other))
      best.splice(at < 0 ? best.length : at, 0, row)
      if (best.length > size) best.pop()
    }
    return best
  }
}

const isBefore = (a: { name: string; open: number }, b: { name: string; open: number }): boolean => a.open > b.open || (a.open === b.open && a.name < b.name)

/** A cut text of its own: a slice would keep the whole alive. */
export const shortName = (text: string): string => (text.length <= MAX_LENGTH ? text : Buffer.from(`${text.slice(0, MAX_LENGTH - 3)}...`).toString())

const enlarged = (values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(values.length * 2)
  larger.set(values)
  return larger
}
