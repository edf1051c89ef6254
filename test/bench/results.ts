import type { Machine } from './machine.ts'
import type { Summary } from './statistics.ts'

/** One program over one log: what it took, or why that is not known. */
export interface Row {
  readonly key: string
  readonly name: string
  readonly does: string
  readonly outcome: Summary | { readonly failure: string }
}

/** One log, and all that was measured on it in one go. */
export interface Scenario {
  /** A name in `logs.ts`. */
  readonly log: string
  /** As asked for: 10^6 bytes before compression. 0: an empty log. */
  readonly megabytes: number
  readonly lines: number
  readonly errorMegabytes: number
  /** Asked for; a slow program's rows say how many it took part in. */
  readonly rounds: number
  readonly commit: string
  /** ISO 8601, the day. */
  readonly date: string
  readonly machine: Machine
  /** Processes that wanted a processor, on average of the minute before (`loadavg`). */
  readonly load: number
  readonly rows: readonly Row[]
  /** Shares of the time of all threads. */
  readonly stages: readonly { readonly stage: string; readonly share: number }[]
}

/** What is kept of one version of wslog. */
export interface Results {
  readonly version: string
  readonly scenarios: readonly Scenario[]
}

/** What is kept, and what was measured now in place of what was known of the same logs; by log in the order given, then by size. */
export const mergeResults = (kept: Results, measured: readonly Scenario[], order: readonly string[]): Results => {
  const keyOf = ({ log, megabytes }: Scenario): string => `${log} ${megabytes}`
  const scenarios = new Map([...kept.scenarios, ...measured].map((scenario) => [keyOf(scenario), scenario]))
  return { version: kept.version, scenarios: [...scenarios.values()].sort((a, b) => a.megabytes - b.megabytes || order.indexOf(a.log) - order.indexOf(b.log)) }
}

/** How often slower than the other program; undefined where either is not known. */
export const ratioTo = (key: string, row: Row, { rows }: Scenario): number | undefined => {
  const base = rows.find((other) => other.key === key)?.outcome
  return base === undefined || 'failure' in base || 'failure' in row.outcome ? undefined : row.outcome.seconds.median / base.seconds.median
}
