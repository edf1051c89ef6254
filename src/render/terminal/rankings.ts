import type { RankedReport } from '../../report/report.ts'
import { RANKED_FIELDS } from '../../session/session.ts'
import { RANKING_TITLES } from '../ranking-titles.ts'
import { briefUserAgent } from '../user-agent.ts'
import { formatCount, formatSeconds, formatShare } from '../format.ts'
import { clipColumns } from '../columns.ts'
import type { Section } from './options.ts'
import { type Column, table } from './table.ts'

interface Figure {
  readonly column: Column
  readonly of: (row: RankedReport) => string
}

const INDENT = '  '
/** Columns of a table's cell that are no text. */
const GAP = 2

const figure = (title: string, width: number, of: Figure['of']): Figure => ({ column: { title, align: 'right', width }, of })

const ATTEMPTS = figure('attempts', 11, ({ attempts }) => formatCount(attempts))
const SUCCESS = figure('101', 9, ({ successRate }) => formatShare(successRate))
const DROPS = figure('drops', 11, ({ drops }) => formatCount(drops))
const FAULTS = figure('cut', 9, ({ faults }) => formatCount(faults))
const AGES = [figure('p50', 10, ({ p50 }) => formatSeconds(p50)), figure('p95', 10, ({ p95 }) => formatSeconds(p95))]

/** The busiest upstreams, hosts, paths, clients and user agents; how many sessions were cut, where any was. */
export const rankings: Section = (report, { paint, width }) => {
  const figures = [ATTEMPTS, SUCCESS, DROPS, ...(report.drops.faults > 0 ? [FAULTS] : []), ...AGES]
  // Behind the last column no gap is needed.
  const nameWidth = width + 1 - figures.reduce((sum, { column }) => sum + column.width!, 0)
  const parts = RANKED_FIELDS.filter((field) => report[field].length > 0).map((field) => {
    const { values, error } = report.rankings[field]
    const nameOf = ({ name }: RankedReport): string => clipColumns(field === 'userAgents' ? briefUserAgent(name) : name, nameWidth - INDENT.length - GAP)
    const rows = report[field].map((row) => [`${INDENT}${nameOf(row)}`, ...figures.map(({ of }) => of(row))])
    const notes = [...(values > rows.length ? [`and ${formatCount(values - rows.length)} more`] : []), ...(error > 0 ? [`a row may lack up to ${formatCount(error)} attempts`] : [])]
    const rest = notes.length > 0 ? [paint.faint(`  ${notes.join('; ')}`)] : []
    return [...table([{ title: RANKING_TITLES[field], align: 'left', width: nameWidth }, ...figures.map(({ column }) => column)], rows, paint), ...rest]
  })
  return parts.length === 0 ? undefined : parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}
