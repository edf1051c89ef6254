import type { Zone } from 'luxon'
import { isFault, type SessionCause } from '../../cause/cause.ts'
import type { MinuteReport, Report } from '../../report/report.ts'
import { CLOSED_SOMEHOW } from '../html-sentences.ts'
import { endingText } from '../sentences.ts'
import { hueOfCause, type Look, looksOf } from './looks.ts'
import { bucketEdges, stepFor } from './time-steps.ts'

/** A kind of drop that is drawn apart. */
export interface DropSeries {
  readonly label: string
  readonly look: Look
  readonly isFault: boolean
  /** Drops of each bucket. */
  readonly counts: readonly number[]
}

/** The timeline in buckets of whole minutes. Arrays have a value for each bucket. */
export interface TimelineData {
  /** Minutes of a bucket; the first and the last may be shorter. */
  readonly step: number
  /** Beginning of each, in seconds since the epoch, and at last the end of the last. */
  readonly edges: readonly number[]
  readonly attempts: readonly number[]
  readonly succeeded: readonly number[]
  readonly drops: readonly number[]
  readonly faults: readonly number[]
  /** Most in one minute of the bucket; the same as `drops` for a step of 1. */
  readonly worst: readonly number[]
  /** Most open at once; null where the log does not tell. */
  readonly active: readonly (number | null)[]
  /** Causes of drops from the bottom up: what is orderly first. They add up to `drops`. */
  readonly series: readonly DropSeries[]
}

/** Causes drawn apart, the most frequent ones; the others are one. */
const MAX_CAUSES = 8

/** The timeline in at most `most` buckets; undefined without one. */
export const timelineData = ({ timeline, endings }: Pick<Report, 'timeline' | 'endings'>, { zone, most }: { readonly zone: Zone; readonly most: number }): TimelineData | undefined => {
  const [first] = timeline
  if (first === undefined) return undefined
  const firstMs = Date.parse(first.minute)
  const step = stepFor(timeline.length, most)
  const bounds = bucketEdges({ firstMs, count: timeline.length, step, zone })
  const buckets = bounds.slice(1).map((to, index) => timeline.slice(bounds[index], to))
  const sums = (of: (minute: MinuteReport) => number): number[] => buckets.map((minutes) => minutes.reduce((sum, minute) => sum + of(minute), 0))
  return {
    step,
    edges: bounds.map((at) => firstMs / 1000 + at * 60),
    attempts: sums(({ attempts }) => attempts),
    succeeded: sums(({ succeeded }) => succeeded),
    drops: sums(({ drops }) => drops),
    faults: sums(({ faults }) => faults),
    worst: buckets.map((minutes) => Math.max(...minutes.map(({ drops }) => drops))),
    active: buckets.map((minutes) => minutes.reduce((most, { active }) => (active === null ? most : Math.max(most ?? 0, active)), null as number | null)),
    series: seriesOf({ timeline, endings }, sums),
  }
}

const seriesOf = ({ timeline, endings }: Pick<Report, 'timeline' | 'endings'>, sums: (of: (minute: MinuteReport) => number) => number[]): DropSeries[] => {
  const totals = new Map<SessionCause, number>()
  for (const { causes } of timeline) for (const [cause, count] of Object.entries(causes) as [SessionCause, number][]) totals.set(cause, (totals.get(cause) ?? 0) + count)
  if (totals.size === 0) return withoutCauses(sums)
  const ranked = [...totals].sort(([, a], [, b]) => b - a).map(([cause]) => cause)
  const shown = ranked.slice(0, ranked.length > MAX_CAUSES ? MAX_CAUSES - 1 : MAX_CAUSES)
  // What is as it should be lies at the bottom; hues together, so that a layer is one mass.
  const order = ['orderly', 'client', 'edge', 'nginx', 'upstream', 'unknown']
  const sorted = shown.toSorted((a, b) => order.indexOf(hueOfCause(a)) - order.indexOf(hueOfCause(b)))
  const looks = looksOf(sorted)
  const series = sorted.map((cause, index): DropSeries => ({ label: labelOf(cause, endings), look: looks[index]!, isFault: isFault(cause), counts: sums(({ causes }) => causes[cause] ?? 0) }))
  const rest = sums(({ drops, causes }) => drops - shown.reduce((sum, cause) => sum + (causes[cause] ?? 0), 0))
  return rest.some((count) => count > 0) ? [...series, { label: OTHERS, look: { hue: 'unknown', pattern: 'solid' }, isFault: false, counts: rest }] : series
}

const OTHERS = 'other causes'

/** Minutes do not say how sure a cause is; of ends that look orderly, what the whole report knows goes for all of them. */
const labelOf = (cause: SessionCause, endings: Report['endings']): string => {
  const closed = cause === 'closed' ? endings.filter((ending) => ending.cause === cause) : []
  const isGuessed = closed.some(({ confidence }) => confidence === 'guess')
  if (isGuessed && closed.some(({ confidence }) => confidence !== 'guess')) return CLOSED_SOMEHOW
  return endingText({ cause, confidence: isGuessed ? 'guess' : 'likely' })
}

const withoutCauses = (sums: (of: (minute: MinuteReport) => number) => number[]): DropSeries[] => {
  const cut = sums(({ faults }) => faults)
  const ended: DropSeries = { label: cut.some((count) => count > 0) ? 'ended otherwise' : 'drops', look: { hue: 'orderly', pattern: 'solid' }, isFault: false, counts: sums(({ drops, faults }) => drops - faults) }
  return cut.some((count) => count > 0) ? [ended, { label: 'cut', look: { hue: 'nginx', pattern: 'solid' }, isFault: true, counts: cut }] : [ended]
}
