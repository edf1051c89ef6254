import { HANDSHAKE_CAUSES, isFault, SESSION_CAUSES } from '../cause/cause.ts'
import type { Period } from '../report/period.ts'
import type { Report } from '../report/report.ts'
import type { ChangeVerdict, Comparison } from './comparison.ts'
import { Fields } from './fields.ts'

/** What an index says of a day, week or month: the figures of its page, small enough to keep for years. */
export interface PeriodRow {
  readonly name: string
  /** A hash of all that the page was made from. */
  readonly madeOf: string
  /** Of access and error logs. */
  readonly lines: number
  /** Days of which something was kept when it was made. */
  readonly days: readonly string[]
  /** Whether it had ended. */
  readonly isOver: boolean
  readonly status: Report['health']['status']
  readonly attempts: number
  readonly succeeded: number
  readonly sessions: number
  readonly faults: number
  /** Whether the logs tell of any session how it ended. */
  readonly isCutKnown: boolean
  /** What costs most: a cause of cut sessions or of failed handshakes, or an age in seconds at which sessions end, by whom is not known. */
  readonly worst: { readonly kind: 'ending' | 'failure' | 'age'; readonly code: string; readonly count: number } | null
  /** Against the period before; null: not compared, or there was nothing to compare. */
  readonly against: { readonly better: readonly string[]; readonly worse: readonly string[] } | null
}

export interface RowOptions {
  readonly period: Period
  readonly madeOf: string
  readonly days: readonly string[]
  readonly isOver: boolean
  /** With the period before; undefined: there is none, or this one is not over. */
  readonly comparison: Comparison | undefined
}

/** The row of a report over a period. */
export const rowOf = (report: Report, { period, madeOf, days, isOver, comparison }: RowOptions): PeriodRow => ({
  name: period.name, madeOf, days, isOver,
  lines: linesOf(report),
  status: report.health.status,
  attempts: report.handshakes.attempts,
  succeeded: report.handshakes.succeeded,
  sessions: report.sessions.count,
  faults: report.drops.faults,
  isCutKnown: report.endings.some(({ cause, confidence }) => cause !== 'closed' || confidence !== 'guess'),
  worst: worstOf(report),
  against: comparison === undefined || comparison.caveats.some(({ code }) => code === 'empty' || code === 'same-report') ? null : { better: labelsOf(comparison, 'better'), worse: labelsOf(comparison, 'worse') },
})

/** How much a report rests on. */
export const linesOf = ({ inputs }: Report): number => inputs.reduce((sum, { lines }) => sum + lines, 0)

const MIN_AGE_SHARE = 0.05

const worstOf = ({ endings, handshakes: { failures }, clusters }: Report): PeriodRow['worst'] => {
  const [most] = [
    ...endings.filter(({ cause }) => isFault(cause)).map(({ cause, sessions }) => ({ kind: 'ending' as const, code: cause, count: sessions })),
    ...failures.map(({ cause, count }) => ({ kind: 'failure' as const, code: cause, count })),
  ].sort((a, b) => b.count - a.count)
  const age = clusters.find(({ cause, share }) => cause === null && share >= MIN_AGE_SHARE)
  if (age !== undefined && (most === undefined || age.sessions > most.count)) return { kind: 'age', code: String(age.seconds), count: age.sessions }
  return most ?? null
}

const labelsOf = ({ rows }: Comparison, verdict: ChangeVerdict): string[] => rows.filter((row) => row.verdict === verdict).map(({ label }) => label)

const SCHEMA = 'wslog.pages/1'

/** Rows as an index keeps them. */
export const rowsToJson = (rows: readonly PeriodRow[]): unknown => ({ schema: SCHEMA, rows })

/** Rows from a document that anybody may have changed; what is not as this release writes it is left out: then pages are made anew. */
export const rowsFromJson = (document: unknown): PeriodRow[] => {
  try {
    const fields = new Fields(document, 'pages:')
    return fields.text('schema') === SCHEMA ? fields.list('rows', rowFromJson) : []
  } catch {
    return []
  }
}

const rowFromJson = (row: Fields): PeriodRow => ({
  name: row.text('name'),
  madeOf: row.text('madeOf'),
  lines: row.count('lines'),
  days: row.texts('days'),
  isOver: row.flag('isOver'),
  status: row.word('status', ['ok', 'degraded', 'failing', 'unknown']),
  attempts: row.count('attempts'),
  succeeded: row.count('succeeded'),
  sessions: row.count('sessions'),
  faults: row.count('faults'),
  isCutKnown: row.flag('isCutKnown'),
  worst: row.isNull('worst') ? null : worstFromJson(row.object('worst')),
  against: row.isNull('against') ? null : { better: row.object('against').texts('better'), worse: row.object('against').texts('worse') },
})

const worstFromJson = (worst: Fields): PeriodRow['worst'] => {
  const kind = worst.word('kind', ['ending', 'failure', 'age'])
  return { kind, code: kind === 'ending' ? worst.word('code', SESSION_CAUSES) : kind === 'failure' ? worst.word('code', HANDSHAKE_CAUSES) : String(Number(worst.text('code'))), count: worst.count('count') }
}
