import { DateTime } from 'luxon'
import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import type { Period, PeriodKind, Relation } from '../report/period.ts'
import type { PeriodRow } from '../compare/period-row.ts'
import { formatAge, formatCount } from './format.ts'
import { CAUSES, endingText } from './sentences.ts'

/** Every sentence on days, weeks and months, in one place. */

const date = (day: string, format: string): string => DateTime.fromISO(day, { zone: 'utc', locale: 'en' }).toFormat(format)

/** `Friday 20 November 2026`, `Week 47: 16 – 22 November 2026`, `November 2026`. */
export const periodTitle = ({ kind, name, days }: Period): string => {
  const [first, last] = [days[0]!, days.at(-1)!]
  if (kind === 'day') return date(first, 'cccc d MMMM yyyy')
  if (kind === 'month') return date(first, 'MMMM yyyy')
  const from = date(first, first.slice(0, 4) !== last.slice(0, 4) ? 'd MMMM yyyy' : first.slice(0, 7) !== last.slice(0, 7) ? 'd MMMM' : 'd')
  return `Week ${Number(name.slice(-2))}: ${from} – ${date(last, 'd MMMM yyyy')}`
}

/** For a link or the head of a row: `Fri 20 Nov 2026`, `Week 47, 2026`, `Nov 2026`. */
export const periodLabel = ({ kind, name, days }: Period): string => (kind === 'day' ? date(days[0]!, 'ccc d LLL yyyy') : kind === 'month' ? date(days[0]!, 'LLL yyyy') : `Week ${Number(name.slice(-2))}, ${name.slice(0, 4)}`)

export const KINDS: Readonly<Record<PeriodKind, { readonly one: string; readonly many: string }>> = { day: { one: 'day', many: 'Days' }, week: { one: 'week', many: 'Weeks' }, month: { one: 'month', many: 'Months' } }

export const RELATIONS: Readonly<Record<Relation, string>> = { 'day-before': 'the day before', 'week-ago': 'the same day last week', 'week-before': 'the week before', 'month-before': 'the month before' }

export const notKept = (kind: PeriodKind): string => `Nothing is kept of that ${KINDS[kind].one}.`

export const notOver = (kind: PeriodKind): string => `This ${KINDS[kind].one} is not over: it will be compared when it is, since other hours are no fair comparison.`

/** Of a period at the edge of what is kept. */
export const notWhole = ({ kind, days }: Period, { from, kept }: { readonly from: string; readonly kept: number }): string =>
  `What is kept begins at ${from}: what was before is not in it.${kind === 'day' ? '' : ` Of its ${formatCount(days.length)} days it has ${formatCount(kept)}.`}`

/** What cost most. */
export const worstText = (worst: NonNullable<PeriodRow['worst']>): string =>
  worst.kind === 'ending' ? endingText({ cause: worst.code as SessionCause, confidence: 'confirmed' }) : worst.kind === 'failure' ? CAUSES[worst.code as HandshakeCause] : `at the age of ${formatAge(Number(worst.code))}`

const MAX_NAMED = 3

/** `2 worse: sessions cut; idle-timeout`. */
export const changedText = (verdict: 'better' | 'worse', labels: readonly string[]): string =>
  `${formatCount(labels.length)} ${verdict}: ${labels.slice(0, MAX_NAMED).join('; ')}${labels.length > MAX_NAMED ? `; and ${formatCount(labels.length - MAX_NAMED)} more` : ''}`

export const INDEX_TITLE = 'WebSocket sessions, day by day'
export const NOTHING_YET = 'Nothing is kept yet: no line of a log that has a time was read.'
export const OLDER_PAGES = 'Pages whose days are no longer kept, and whose figures this index does not know:'
export const INDEX_KEY = 'Cut: sessions that somebody ended, of all that ended. Against the period before: what changed beyond chance. Healthy: 99 % and more of the handshakes reach 101, no minute is bad, and no timer cuts.'
