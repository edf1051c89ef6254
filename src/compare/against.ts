import type { Period, Relation } from '../report/period.ts'
import { compareReports } from './compare.ts'
import type { ComparableReport, Comparison } from './comparison.ts'

/** A period against an earlier one. */
export interface Against {
  readonly relation: Relation
  readonly period: Period
  /** Null: nothing is kept of the earlier one. */
  readonly comparison: Comparison | null
}

/** Compares a report with those of earlier periods; one after the other is in memory. */
export const compareWithEach = async (report: ComparableReport, others: readonly { readonly relation: Relation; readonly period: Period; readonly isKept: boolean }[], reportOf: (period: Period) => Promise<ComparableReport>): Promise<Against[]> => {
  const found: Against[] = []
  for (const { relation, period, isKept } of others) found.push({ relation, period, comparison: isKept ? compareReports(await reportOf(period), report) : null })
  return found
}
