import { Summary } from '../aggregate/summary.ts'

/** A quarter of an hour: four of them make up the hour that patterns and findings look at. */
const PANE_MS = 15 * 60_000
const WINDOW_PANES = 4

/** A stretch of a run, summed up. */
export interface Pane {
  readonly number: number
  /** From when on, ms since the epoch. */
  readonly fromMs: number
  readonly summary: Summary
}

/**
 * The last hour in quarters, each summed up; their merger is the hour. Time is that of the lines, so a log that is read
 * from its start passes through in the same way.
 */
export class Panes {
  readonly #panes: Pane[] = [{ number: 0, fromMs: Number.NEGATIVE_INFINITY, summary: Summary.ofStretch() }]
  /** All but the current one, merged; undefined: to be made anew. */
  #closed: Summary | undefined
  #atMs = Number.NEGATIVE_INFINITY

  get current(): Pane {
    return this.#panes.at(-1)!
  }

  /** Goes on to the pane of this moment; earlier ones change nothing. `settle`: settles the current pane, before another takes its place. */
  advance(atMs: number, settle: () => void): void {
    if (!(atMs > this.#atMs)) return
    const passed = this.#atMs === Number.NEGATIVE_INFINITY ? 0 : Math.floor(atMs / PANE_MS) - Math.floor(this.#atMs / PANE_MS)
    this.#atMs = atMs
    if (passed === 0) return
    settle()
    const number = this.current.number + passed
    this.#panes.push({ number, fromMs: Math.floor(atMs / PANE_MS) * PANE_MS, summary: Summary.ofStretch() })
    this.#closed = undefined
    while (this.#panes[0]!.number < number - WINDOW_PANES) this.#panes.shift()
  }

  /** How far time has gone, ms since the epoch; -Infinity: nothing has come. */
  get atMs(): number {
    return this.#atMs
  }

  /** Whether the sessions of a pane are part of the hour still. */
  holds(number: number): boolean {
    return number >= this.#panes[0]!.number
  }

  /** The summary in which the sessions of a pane are counted; undefined: it is past. It is about to change. */
  summaryOf(number: number): Summary | undefined {
    const pane = this.#panes.find((one) => one.number === number)
    if (pane !== this.current) this.#closed = undefined
    return pane?.summary
  }

  /** The last 60 to 75 minutes; the current pane must be settled. A summary of its own: what is merged into it stays there. */
  window(): Summary {
    if (this.#closed === undefined) {
      this.#closed = Summary.ofStretch()
      for (const { summary } of this.#panes.slice(0, -1)) this.#closed.merge(summary)
    }
    const window = Summary.ofStretch()
    window.merge(this.#closed)
    window.merge(this.current.summary)
    return window
  }
}
