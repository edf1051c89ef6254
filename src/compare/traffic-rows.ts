import type { Block } from './blocks.ts'
import { LEVEL, welch } from './chance.ts'
import { criticalT, twoSidedT } from './distributions.ts'
import { marginOf, TRAFFIC } from './margins.ts'
import { type Both, change, type DraftRow, type Measured, unknownMeasure } from './measured.ts'
import { type Noise, noiseOf } from './noise.ts'
import type { Side, Sides } from './sides.ts'

/** How much there was to do: more is neither good nor bad, and it is what the other rows should be read with. */
export const trafficRows = ({ before, after, blockMinutes }: Sides): DraftRow[] => {
  const isPaired = isSameHours(before.report, after.report, blockMinutes)
  const perMinute = (field: 'attempts' | 'drops') => {
    const of = (block: Block): number => block[field] / block.minutes
    const all = ({ blocks }: Side): number => blocks.reduce((sum, block) => sum + block[field], 0)
    const rate = (side: Side): number | null => (side.report.timeline.length === 0 ? null : all(side) / side.report.timeline.length)
    return { counts: { before: all(before), after: all(after) }, main: measureMean({ unit: 'per-minute', shown: { before: rate(before), after: rate(after) }, before, after, of, isPaired }) }
  }
  const rest = { group: 'traffic', good: 'neither', presence: null, also: null, reason: null } as const
  return [
    { id: 'attempts-per-minute', label: 'handshakes a minute', ...rest, ...perMinute('attempts') },
    { id: 'drops-per-minute', label: 'drops a minute', ...rest, ...perMinute('drops') },
    // One most of a day says little; the most of each hour tells how sure it is.
    { id: 'peak-active', label: 'open at once, the most', ...rest, counts: null, main: measureMean({ unit: 'sessions', shown: { before: before.report.active.peak, after: after.report.active.peak }, before, after, of: ({ peak }) => peak, isPaired }) },
  ]
}

/** Days have a shape: hour by hour, the same hours of two days tell far more than the days as wholes. */
const isSameHours = (before: Side['report'], after: Side['report'], blockMinutes: number): boolean => {
  const [own, other] = [before.timeline, after.timeline]
  if (own.length === 0 || own.length !== other.length) return false
  const apart = Math.abs(Date.parse(own[0]!.minute) - Date.parse(other[0]!.minute)) / 60_000
  const ofDay = apart % 1440
  return Math.min(ofDay, 1440 - ofDay) <= blockMinutes / 2
}

interface MeanParts {
  readonly unit: 'per-minute' | 'sessions'
  /** What the row shows; the blocks' means tell how sure it is. */
  readonly shown: Both<number | null>
  readonly before: Side
  readonly after: Side
  readonly of: (block: Block) => number
  readonly isPaired: boolean
}

const measureMean = ({ unit, shown, before, after, of, isPaired }: MeanParts): Measured => {
  if (shown.before === null || shown.after === null) return unknownMeasure(unit, shown)
  const margin = marginOf(TRAFFIC, shown.before, shown.after)
  const untested = { unit, ...change(shown.before, shown.after), interval: null, p: null, margin, isSame: false } as const
  const tested = isPaired && before.blocks.length === after.blocks.length ? logRatio(before, after, of, unit) : difference(before, after, of, unit)
  if (tested.freedom === 0) return { ...untested, reason: 'short' }
  return {
    ...untested,
    p: tested.mean === 0 ? 1 : twoSidedT(tested.mean / tested.error, tested.freedom),
    isSame: Math.abs(shown.after - shown.before) <= margin && Math.abs(tested.mean) + criticalT(LEVEL, tested.freedom) * tested.error < tested.margin,
    reason: null,
  }
}

interface Tested {
  readonly mean: number
  readonly error: number
  readonly freedom: number
  /** Of the same scale as the mean. */
  readonly margin: number
}

const valuesOf = ({ blocks }: Side, of: (block: Block) => number): { minutes: number; value: number }[] => blocks.map((block) => ({ minutes: block.minutes, value: of(block) }))

/** Of the means of all blocks; events that come by themselves make them vary by so much at least. */
const difference = (before: Side, after: Side, of: (block: Block) => number, unit: MeanParts['unit']): Tested => {
  const [own, other] = [meanOf(valuesOf(before, of)), meanOf(valuesOf(after, of))]
  if (own.freedom === 0 || other.freedom === 0) return { mean: 0, error: 1, freedom: 0, margin: 0 }
  const variance = ({ mean, variance: seen, drift }: typeof own, side: Side): number => Math.max(seen, mean / side.blocks.length / exposure(side.blocks[0]!, unit)) + (drift * mean) ** 2
  return { mean: other.mean - own.mean, error: Math.sqrt(variance(own, before) + variance(other, after)), freedom: welch(own, other), margin: marginOf(TRAFFIC, own.mean, other.mean) }
}

/** Of the same hours: how many times as much each has, in logarithms; half an event more, so that there is one for none. */
const logRatio = (before: Side, after: Side, of: (block: Block) => number, unit: MeanParts['unit']): Tested => {
  const events = (block: Block): number => of(block) * exposure(block, unit) + 0.5
  const pairs = after.blocks.map((block, index) => ({ own: before.blocks[index]!, other: block }))
  const { mean, variance, freedom, drift } = meanOf(pairs.map(({ own, other }) => ({ minutes: other.minutes, value: Math.log(events(other) / events(own)) })))
  const floor = pairs.reduce((sum, { own, other }) => sum + 1 / events(own) + 1 / events(other), 0) / (pairs.length * pairs.length)
  return { mean, error: Math.sqrt(Math.max(floor, variance) + 2 * drift * drift), freedom, margin: Math.log((2 + TRAFFIC.part) / (2 - TRAFFIC.part)) }
}

/** Of so many minutes is a rate a mean; a peak is of one moment. */
const exposure = ({ minutes }: Block, unit: MeanParts['unit']): number => (unit === 'sessions' ? 1 : minutes)

const meanOf = (values: readonly { readonly minutes: number; readonly value: number }[]): Noise & { readonly mean: number } => ({
  ...noiseOf(values, { events: ({ value }) => value, of: () => 1 }),
  mean: values.reduce((sum, { value }) => sum + value, 0) / Math.max(1, values.length),
})
