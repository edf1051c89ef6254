import { verdictOf } from '../cause/verdict.ts'
import { Columns, type HandshakeBlock } from './handshake-block.ts'
import type { Name, NameTable } from './names.ts'
import type { RowsConsumer } from './gathering.ts'
import { byField, RANKED_FIELDS } from './session.ts'

/** The names of another thread by their number. */
class ToldNames implements NameTable {
  generation = 0
  #names: Name[] = [{ label: '', isKept: true }]

  get size(): number {
    return this.#names.length
  }

  at(number: number): Name {
    return this.#names[number]!
  }

  clear(): void {
    this.generation++
    this.#names = this.#names.slice(0, 1)
  }

  add(label: string): void {
    this.#names.push({ label, isKept: true })
  }
}

/** Tells a consumer what the writer of the blocks was told: to be given all of one writer's, in their order. */
export class BlockPlayer {
  readonly #consumer: RowsConsumer
  readonly #names = byField(() => new ToldNames())
  /** Numbers of verdicts by those that the writer's thread gives them. */
  readonly #verdicts: number[] = []

  constructor(consumer: RowsConsumer) {
    this.#consumer = consumer
  }

  play(block: HandshakeBlock): void {
    const consumer = this.#consumer
    for (const field of RANKED_FIELDS) {
      const { isCleared, labels } = block.names[field]
      if (isCleared) this.#names[field].clear()
      for (const label of labels) this.#names[field].add(label)
    }
    for (const { cause, layer, confidence } of block.verdicts) this.#verdicts.push(verdictOf(cause, layer, confidence).number)
    if (block.fromMs <= block.toMs) {
      consumer.covered(block.fromMs)
      consumer.covered(block.toMs)
    }
    for (let count = 0; count < block.plain; count++) consumer.other('plain')
    for (let count = 0; count < block.polling; count++) consumer.other('polling')
    const { rows, undecided } = new Columns(block.buffer)
    for (let at = 0; at < block.undecided * 2; at += 2) consumer.undecided(undecided[at]!, undecided[at + 1]!)
    rows.count = block.rows
    for (const column of [rows.verdict, rows.counted]) for (let row = 0; row < rows.count; row++) column[row] = this.#verdicts[column[row]!]!
    if (rows.count > 0) consumer.rows(rows, this.#names)
    if (block.isSettled) consumer.settle(this.#names)
  }
}
