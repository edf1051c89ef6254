/** Rows by a time, the oldest on top: O(1) to see it, O(log n) to take any away, and O(1) to add the youngest. 8 bytes a row. */
export class AgeHeap {
  #rows: Int32Array
  #places: Int32Array
  #size = 0
  readonly #timeOf: (row: number) => number

  constructor(capacity: number, timeOf: (row: number) => number) {
    this.#rows = new Int32Array(capacity)
    this.#places = new Int32Array(capacity)
    this.#timeOf = timeOf
  }

  get size(): number {
    return this.#size
  }

  /** -1: none. */
  get oldest(): number {
    return this.#size === 0 ? -1 : this.#rows[0]!
  }

  grow(capacity: number): void {
    this.#rows = enlarged(this.#rows, capacity)
    this.#places = enlarged(this.#places, capacity)
  }

  add(row: number): void {
    this.#rise(this.#size++, row)
  }

  remove(row: number): void {
    const place = this.#places[row]!
    const last = this.#rows[--this.#size]!
    if (last === row) return
    if (place > 0 && this.#timeOf(last) < this.#timeOf(this.#rows[(place - 1) >> 1]!)) this.#rise(place, last)
    else this.#sink(place, last)
  }

  #rise(from: number, row: number): void {
    const timeMs = this.#timeOf(row)
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = this.#rows[parent]!
      if (this.#timeOf(above) <= timeMs) break
      this.#put(place, above)
      place = parent
    }
    this.#put(place, row)
  }

  #sink(from: number, row: number): void {
    const timeMs = this.#timeOf(row)
    let place = from
    for (let child = 2 * place + 1; child < this.#size; child = 2 * place + 1) {
      if (child + 1 < this.#size && this.#timeOf(this.#rows[child + 1]!) < this.#timeOf(this.#rows[child]!)) child++
      if (this.#timeOf(this.#rows[child]!) >= timeMs) break
      this.#put(place, this.#rows[child]!)
      place = child
    }
    this.#put(place, row)
  }

  #put(place: number, row: number): void {
    this.#rows[place] = row
    this.#places[row] = place
  }
}

const enlarged = (values: Int32Array, capacity: number): Int32Array => {
  const larger = new Int32Array(capacity)
  larger.set(values)
  return larger
}
