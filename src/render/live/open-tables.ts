import { formatCount } from '../format.ts'
import { left, type Line, right, span } from './spans.ts'
import type { Section } from './view.ts'

const COUNT_WIDTH = 11
const MIN_ROWS = 2
const GAP_WIDTH = 3

/** Open sessions by upstream and, beside them, by path: only with OPEN lines. */
export const openTables: Section = ({ active: { open } }, { width, rows }) => {
  if (open === null || rows < MIN_ROWS || open.byUpstream.length + open.byPath.length === 0) return []
  const own = Math.floor((width - GAP_WIDTH) / 2)
  const column = (title: string, names: readonly { readonly name: string; readonly open: number }[]): Line[] => [
    [left(title, own - COUNT_WIDTH, 'strong'), right('open', COUNT_WIDTH, 'faint')],
    ...names.map(({ name, open: count }) => [left(name === '' ? '–' : name, own - COUNT_WIDTH), right(formatCount(count), COUNT_WIDTH)]),
  ]
  const upstreams = column('Upstream', open.byUpstream)
  const paths = column('Path', open.byPath)
  const count = Math.min(rows, Math.max(upstreams.length, paths.length))
  return Array.from({ length: count }, (_, index) => [...(upstreams[index] ?? [left('', own)]), span(' '.repeat(GAP_WIDTH)), ...(paths[index] ?? [])])
}
