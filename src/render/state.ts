import type { StateDescription } from '../report/state-description.ts'
import { formatBytes, formatCount, formatShare } from './format.ts'
import { PLAIN } from './paint.ts'
import { sanitize } from './sanitize.ts'
import { table } from './terminal/table.ts'

/** Columns that the figures beside a path take. */
const FIGURES_WIDTH = 44
const LEAST_PATH_WIDTH = 20

/** What a state holds, for people: which logs it knows, how far they were read, and what is kept. `width`: columns of the terminal, infinite where there is none; paths are cut to it. */
export const renderState = ({ files, hours, report, committedAt, timeZone }: StateDescription, { width }: { readonly width: number }): string => {
  const { handshakes, drops } = report
  const days = new Set(hours.map(({ from, name, kind }) => (kind === 'day' ? name : from.slice(0, 10))))
  const lines = [
    `Last run ${committedAt}; days in ${timeZone}.`,
    hours.length === 0 ? 'Nothing is kept yet.' : `Kept: ${formatCount(days.size)} ${days.size === 1 ? 'day' : 'days'}, ${hours[0]!.from} to ${hours.at(-1)!.to}, ${formatBytes(hours.reduce((sum, { bytes }) => sum + bytes, 0))} on disk.`,
    `${formatCount(handshakes.attempts)} handshakes, ${formatShare(handshakes.successRate)} reached 101; ${formatCount(drops.count)} drops, ${formatCount(drops.faults)} faults.`,
    '',
    ...table(
      [{ title: 'log', align: 'left', ...(Number.isFinite(width) ? { width: Math.max(LEAST_PATH_WIDTH, width - FIGURES_WIDTH) } : {}) }, { title: 'kind', align: 'left' }, { title: 'lines', align: 'right' }, { title: 'read', align: 'right' }, { title: '', align: 'left' }],
      files.map(({ path, kind, lines: read, offset, isAbsent }) => [sanitize(path), kind, formatCount(read), formatBytes(offset), isAbsent ? 'gone' : '']),
      PLAIN,
    ),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}
