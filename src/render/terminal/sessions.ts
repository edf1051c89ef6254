import type { SessionsReport } from '../../report/report.ts'
import { bar } from '../chart.ts'
import { formatBytes, formatCount, formatInstant, formatSeconds, formatShare } from '../format.ts'
import { openSentence } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

/** How long sessions live, what they carry, how many are open at once. */
export const sessions: Section = ({ sessions: { count, quiet, durationSeconds: d, bytesToClient: bytes, histogram }, active, open, window }, { paint, width, zone }) => {
  const still = open === null ? undefined : openSentence(open, (at) => formatInstant(at, zone))
  if (count === 0) return still === undefined ? undefined : [paint.strong('Sessions'), ...wrap(still, width, { first: '  ', rest: '    ' })]
  const facts = [`${formatCount(count)} ended${quiet === null ? '' : `, ${formatShare(quiet / count)} of them quiet (nothing but a Close frame to the client)`}`]
  if (bytes.total !== null) facts.push(`${formatBytes(bytes.total)} to clients: half of the sessions up to ${formatBytes(bytes.p50)}, the most in one ${formatBytes(bytes.max)}`)
  if (active.peakAt !== null) facts.push(`at least ${formatCount(active.peak ?? 0)} open at once, at ${formatInstant(active.peakAt, zone)}${open === null ? '; those still open are not in the log' : ', of those that have ended'}`)
  if (still !== undefined) facts.push(still)
  if (window.startedBefore > 0) facts.push(`${formatCount(window.startedBefore)} began before the first line; how many others did cannot be seen`)
  const lines = [paint.strong('Sessions'), ...facts.flatMap((fact) => wrap(fact, width, { first: '  ', rest: '    ' }))]
  if (d.p50 === null) return lines
  const quantiles = `lived  p50 ${formatSeconds(d.p50)}  p90 ${formatSeconds(d.p90)}  p95 ${formatSeconds(d.p95)}  p99 ${formatSeconds(d.p99)}  max ${formatSeconds(d.max)}`
  return [...lines, '', `  ${quantiles}`, '', ...bars(histogram, width)]
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
