import type { Name, NameTable } from '../../src/session/names.ts'

/** Numbers names as they come, as a session reader does; it keeps them all. */
export class Table implements NameTable {
  readonly generation = 0
  readonly #labels = ['']
  readonly #ids = new Map([['', 0]])

  get size(): number {
    return this.#labels.length
  }

  at(id: number): Name {
    return { label: this.#labels[id]!, isKept: true }
  }

  idOf(label: string): number {
    const known = this.#ids.get(label)
    if (known !== undefined) return known
    this.#ids.set(label, this.#labels.length)
    return this.#labels.push(label) - 1
  }
}
