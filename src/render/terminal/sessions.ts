import type { SessionsReport } from '../../report/report.ts'
import { bar } from '../chart.ts'
import { livedFacts, sessionFacts } from '../facts.ts'
import { formatSeconds, formatShare } from '../format.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

/** How long sessions live, what they carry, how many are open at once. */
export const sessions: Section = (report, { paint, width, zone }) => {
  const facts = sessionFacts(report, zone)
  if (facts.length === 0) return undefined
  const lines = [paint.strong('Sessions'), ...facts.flatMap((fact) => wrap(fact, width, { first: '  ', rest: '    ' }))]
  const lived = livedFacts(report)
  return lived.length === 0 ? lines : [...lines, '', `  lived  ${lived.join('  ')}`, '', ...bars(report.sessions.histogram, width)]
}

/** Bins between the numbers that timers use, in seconds: edges that the report's own bins have, too. */
const EDGES = [0, 1.1, 2.2, 4, 7, 11, 17, 27, 40, 55, 70, 110, 170, 270, 400, 700, 1100, 1700, 2700, 4000, 7000, 14_000, 27_000, 55_000, 110_000, 270_000, 1_100_000]
const LABEL_WIDTH = 30

const bars = (histogram: SessionsReport['histogram'], width: number): string[] => {
  const bins = EDGES.map((from, index) => ({ from, to: EDGES[index + 1], count: 0 }))
  // An edge of the report's bins may lie a hair below the round number that it stands for.
  for (const cell of histogram) bins.findLast(({ from }) => from <= cell.from * 1.001)!.count += cell.count
  const first = bins.findIndex(({ count }) => count > 0)
  const last = bins.findLastIndex(({ count }) => count > 0)
  const most = Math.max(...bins.map(({ count }) => count))
  const all = bins.reduce((sum, { count }) => sum + count, 0)
  return bins.slice(first, last + 1).map(({ from, to, count }) => {
    const label = to === undefined ? `over ${formatSeconds(from)}` : `${formatSeconds(from)} – ${formatSeconds(to)}`
    return `  ${label.padStart(17)}  ${formatShare(count / all).padStart(7)}  ${bar(count / most, Math.min(60, width - LABEL_WIDTH))}`.trimEnd()
  })
}
