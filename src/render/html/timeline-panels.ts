import type { Panel, PanelSeries } from './charts-data.ts'
import type { DropSeries, TimelineData } from './timeline-data.ts'

/** What the timeline draws, by rows that share their time: drops by cause, handshakes, success rate, open sessions. */
export const panelsOf = (data: TimelineData): Panel[] => {
  const failed = data.attempts.map((attempts, index) => attempts - data.succeeded[index]!)
  const rates = data.attempts.map((attempts, index) => (attempts === 0 ? null : round((data.succeeded[index]! / attempts) * 100)))
  const lowest = Math.min(...rates.filter((rate) => rate !== null), 100)
  const hasActive = data.active.some((active) => active !== null && active > 0)
  return [
    { id: 'drops', title: 'Drops a minute, by cause', isPerMinute: true, unit: '', min: 0, max: null, series: [...data.series.map(dropsOf), ...(data.step > 1 ? [worstOf(data)] : [])] },
    ...(data.attempts.some((attempts) => attempts > 0) ? [
      { id: 'handshakes', title: 'Handshakes a minute', isPerMinute: true, unit: '', min: 0, max: null, series: [
        { label: 'reached 101', hue: 'attempts', pattern: 'solid', kind: 'stack', values: data.succeeded, rest: 'sum' },
        { label: 'failed', hue: 'bad', pattern: 'solid', kind: 'stack', values: failed, rest: 'sum' },
      ] },
      { id: 'rate', title: 'Success rate of handshakes', isPerMinute: false, unit: '%', min: floorOfRate(lowest), max: 100, series: [{ label: 'reached 101', hue: 'good', pattern: 'solid', kind: 'line', values: rates, rest: 'min' }] },
    ] satisfies Panel[] : []),
    ...(hasActive ? [{ id: 'active', title: 'Sessions open at once, at least', isPerMinute: false, unit: '', min: 0, max: null, series: [{ label: 'open', hue: 'attempts', pattern: 'solid', kind: 'stack', values: data.active, rest: 'max' }] } satisfies Panel] : []),
  ]
}

const dropsOf = ({ label, look, counts }: DropSeries): PanelSeries => ({ label, hue: look.hue, pattern: look.pattern, kind: 'stack', values: counts, rest: 'sum' })

/** Where a bucket holds many minutes, a spike of one would be averaged away. */
const worstOf = ({ worst, edges }: TimelineData): PanelSeries => ({ label: 'worst single minute', hue: 'line', pattern: 'solid', kind: 'line', values: worst.map((count, index) => count * ((edges[index + 1]! - edges[index]!) / 60)), rest: 'max' })

const FLOORS = [99, 95, 90, 75, 50] as const

/** A scale on which the worst can be seen, and that does not make much of little. */
export const floorOfRate = (lowest: number): number => FLOORS.find((floor) => lowest >= floor) ?? 0

const round = (value: number): number => Number(value.toFixed(2))

/** Values as they are drawn: a minute where they are sums, stacked ones on top of those before. */
export const drawn = ({ isPerMinute, series }: Panel, edges: readonly number[]): (number | null)[][] => {
  const below = edges.slice(1).map(() => 0)
  return series.map(({ kind, values }) => values.map((value, index) => {
    const shown = value === null ? null : isPerMinute ? value / ((edges[index + 1]! - edges[index]!) / 60) : value
    if (kind === 'line') return shown
    below[index]! += shown ?? 0
    return below[index]!
  }))
}

/** What stands beside a series at rest. */
export const restOf = ({ values, rest }: PanelSeries, { isPerMinute, edges }: { readonly isPerMinute: boolean; readonly edges: readonly number[] }): number | null => {
  const known = values.flatMap((value, index) => (value === null ? [] : [rest === 'sum' || !isPerMinute ? value : value / ((edges[index + 1]! - edges[index]!) / 60)]))
  if (known.length === 0) return null
  return rest === 'sum' ? known.reduce((sum, value) => sum + value, 0) : rest === 'max' ? Math.max(...known) : Math.min(...known)
}

/** The next round number, of two figures at most; at least 1. */
export const niceCeiling = (value: number): number => {
  if (value <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((nice) => value <= nice)!
}
