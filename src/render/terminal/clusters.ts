import { formatAge, formatCount, formatShare } from '../format.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

/** Ages at which sessions end together: what a timer leaves behind. */
export const clusters: Section = ({ clusters: found }, { paint }) => {
  if (found.length === 0) return undefined
  const rows = found.map(({ seconds, from, to, sessions, share, quiet, expected }) =>
    [`  ${formatAge(seconds)}`, formatAge(to - from), formatCount(sessions), formatShare(share), quiet === null ? '–' : formatShare(quiet / sessions), formatCount(Math.round(expected))])
  return [paint.strong('Ages at which sessions end together'), ...table([
    { title: '  age', align: 'right' },
    { title: 'width', align: 'right' },
    { title: 'sessions', align: 'right' },
    { title: 'share', align: 'right' },
    { title: 'quiet', align: 'right' },
    { title: 'expected', align: 'right' },
  ], rows, paint)]
}
