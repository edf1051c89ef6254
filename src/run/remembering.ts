import { SessionRows } from '../aggregate/session-rows.ts'
import { Summary } from '../aggregate/summary.ts'
import type { Patterns } from '../cluster/patterns.ts'
import type { RowsConsumer } from '../session/gathering.ts'
import type { HandshakeRows } from '../session/handshake-rows.ts'
import type { NameTables } from '../session/session.ts'

/** Adds up what is read, and remembers what patterns may be about. */
export class Remembering implements RowsConsumer {
  readonly #summary: Summary
  readonly #rows = new SessionRows()
  #names: NameTables | undefined

  constructor(summary: Summary) {
    this.#summary = summary
  }

  rows(rows: HandshakeRows, names: NameTables): void {
    // After a settling numbers of names are others.
    if (this.#names !== undefined) this.#rows.giveUp()
    this.#rows.addRows(rows)
    this.#summary.rows(rows, names)
  }

  covered(atMs: number): void {
    this.#summary.covered(atMs)
  }

  other(kind: 'plain' | 'polling'): void {
    this.#summary.other(kind)
  }

  undecided(status: number, path: number): void {
    this.#summary.undecided(status, path)
  }

  settle(names: NameTables): void {
    // The settling before was that of a name table that was cleared: its numbers are others since.
    if (this.#names !== undefined) this.#rows.giveUp()
    this.#names = names
    this.#summary.settle(names)
  }

  /** To be called when nobody asks any more. */
  forget(): void {
    this.#rows.giveUp()
  }

  /** What the patterns change in the summary, to be merged with it; undefined: not all sessions are remembered, and the logs must be read again. */
  differenceBy(patterns: Patterns): Summary | undefined {
    const names = this.#names
    if (!this.#rows.isWhole || names === undefined) return undefined
    const difference = new Summary()
    this.#rows.each((endedAtMs, durationMs) => patterns.isOfInterest(endedAtMs, durationMs), (event) => {
      const counted = event.verdict
      patterns.label(event, names)
      if (event.verdict !== counted) difference.relabelled(event, counted, names)
    })
    difference.settle(names)
    return difference
  }
}
