import type { Block } from './blocks.ts'
import { type Chance, testRatio } from './chance.ts'
import type { ComparedRow, Measure, RowReason, Unit } from './comparison.ts'
import { type Margin, marginOf } from './margins.ts'
import { type Noise, noiseOf } from './noise.ts'

/** A measure before it is corrected for all the others. */
export interface Measured extends Omit<Measure, 'adjustedP'> {
  /** Smaller differences do not matter. */
  readonly margin: number
  /** A difference that matters can be excluded. */
  readonly isSame: boolean
  readonly reason: RowReason | null
}

/** A row before it is judged. */
export type DraftRow = Pick<ComparedRow, 'id' | 'group' | 'label' | 'good' | 'counts' | 'presence'> & {
  readonly main: Measured
  readonly also: Measured | null
  /** Why it is not judged, whatever its numbers. */
  readonly reason: RowReason | null
}

/** What both sides of a row are made of. */
export interface Both<T> {
  readonly before: T
  readonly after: T
}

/** Fewer, in both together, can never be told from chance; they would only cost the others. */
const MIN_EVENTS = 6

export const unknownMeasure = (unit: Unit, { before, after }: Both<number | null>): Measured => ({ unit, ...change(before, after), interval: null, p: null, margin: Number.POSITIVE_INFINITY, isSame: false, reason: 'not-known' })

/** Two numbers, of which chance is not known. */
export const change = (before: number | null, after: number | null): Pick<Measure, 'before' | 'after' | 'difference' | 'ratio'> => ({
  before,
  after,
  difference: before === null || after === null ? null : after - before,
  ratio: before === null || after === null || before === 0 ? null : after / before,
})

/** So many events of so many, or in so many hours, on each side. */
export interface RatioParts {
  readonly unit: 'share' | 'per-session-hour' | 'per-minute'
  readonly events: Both<number>
  readonly of: Both<number>
  readonly noise: Both<Noise>
  readonly margin: Margin
}

/** Compares two ratios; what cannot be divided is not known. */
export const measureRatio = ({ unit, events, of, noise, margin }: RatioParts): Measured => {
  const before = of.before > 0 ? events.before / of.before : null
  const after = of.after > 0 ? events.after / of.after : null
  if (before === null || after === null) return unknownMeasure(unit, { before, after })
  const side = (at: 'before' | 'after') => ({ events: events[at], of: of[at], noise: noise[at] })
  return fromChance(unit, { before, after, chance: testRatio(side('before'), side('after'), unit === 'share' ? 'share' : 'rate'), margin: marginOf(margin, before, after), isFew: isFew(unit, events, of) })
}

const isFew = (unit: Unit, events: Both<number>, of: Both<number>): boolean => {
  const all = events.before + events.after
  return (unit === 'share' ? Math.min(all, of.before + of.after - all) : all) < MIN_EVENTS
}

const fromChance = (unit: Unit, { before, after, chance, margin, isFew }: { before: number; after: number; chance: Chance | undefined; margin: number; isFew: boolean }): Measured => {
  const difference = after - before
  const interval = chance === undefined ? null : { low: difference - chance.halfWidth, high: difference + chance.halfWidth }
  return {
    unit,
    ...change(before, after),
    interval,
    p: chance === undefined || isFew ? null : chance.p,
    margin,
    isSame: interval !== null && interval.low > -margin && interval.high < margin,
    reason: chance === undefined ? 'short' : isFew ? 'few' : null,
  }
}

/** What a count of a block is held against. */
export const noises = (sides: Both<readonly Block[]>, parts: { readonly events: (block: Block) => number; readonly of: (block: Block) => number }): Both<Noise> => ({ before: noiseOf(sides.before, parts), after: noiseOf(sides.after, parts) })
