import type { FailCondition, Measures } from './fail-on.ts'

/** A condition that held must not hold for so long before it counts as over: one at the edge would come and go. */
const CLEAR_AFTER_MS = 60_000

/** What happened to a condition. */
export interface Crossing {
  readonly event: 'threshold-crossed' | 'threshold-cleared'
  readonly text: string
}

/** Watches the conditions of `--fail-on` while a tail runs. */
export class Thresholds {
  readonly #conditions: readonly FailCondition[]
  /** Conditions that are crossed, with when they last held. */
  readonly #heldMs = new Map<FailCondition, number>()

  constructor(conditions: readonly FailCondition[]) {
    this.#conditions = conditions
  }

  /** Conditions that began to hold, and those that have not held for a minute. */
  check(measures: Measures, nowMs: number): Crossing[] {
    return this.#conditions.flatMap((condition): Crossing[] => {
      const { text, holds } = condition
      const heldMs = this.#heldMs.get(condition)
      if (holds(measures)) {
        this.#heldMs.set(condition, nowMs)
        return heldMs === undefined ? [{ event: 'threshold-crossed', text }] : []
      }
      if (heldMs === undefined || nowMs - heldMs < CLEAR_AFTER_MS) return []
      this.#heldMs.delete(condition)
      return [{ event: 'threshold-cleared', text }]
    })
  }
}
