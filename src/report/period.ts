/** Stretches of the calendar that have a report of their own. */
export const PERIOD_KINDS = ['day', 'week', 'month'] as const
export type PeriodKind = (typeof PERIOD_KINDS)[number]

export interface Period {
  readonly kind: PeriodKind
  /** `2026-11-20`, `2026-W47` (ISO 8601: weeks begin on Monday, and belong to the year of their Thursday), `2026-11`. */
  readonly name: string
  /** All days of the calendar in it, ascending. */
  readonly days: readonly string[]
}

/** In which way an earlier period is compared with. */
export type Relation = 'day-before' | 'week-ago' | 'week-before' | 'month-before'
