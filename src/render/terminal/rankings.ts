import { formatCount, formatSeconds, formatShare } from '../format.ts'
import { sanitize } from '../sanitize.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

const FIGURES_WIDTH = 50

/** The busiest upstreams, hosts, paths and clients. */
export const rankings: Section = (report, { paint, width }) => {
  const parts = (['upstreams', 'hosts', 'paths', 'clients'] as const).filter((field) => report[field].length > 0).map((field) => {
    const { values, error } = report.rankings[field]
    const rows = report[field].map((row) => [`  ${sanitize(row.name)}`, formatCount(row.attempts), formatShare(row.successRate), formatCount(row.drops), formatSeconds(row.p50), formatSeconds(row.p95)])
    const short = error > 0 ? `; a row may lack up to ${formatCount(error)} attempts` : ''
    const rest = values > rows.length ? [paint.faint(`  and ${formatCount(values - rows.length)} more${short}`)] : []
    return [...table([
      { title: `${field[0]!.toUpperCase()}${field.slice(1)}`, align: 'left', width: width - FIGURES_WIDTH },
      { title: 'attempts', align: 'right', width: 11 },
      { title: '101', align: 'right', width: 9 },
      { title: 'drops', align: 'right', width: 11 },
      { title: 'p50', align: 'right', width: 10 },
      { title: 'p95', align: 'right', width: 9 },
    ], rows, paint), ...rest]
  })
  return parts.length === 0 ? undefined : parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}
