import type { Layer } from '../../cause/cause.ts'

/** What a kind of value looks like: a custom property of the style, such as `--client`, and a pattern that tells it from others of that hue. */
export type Hue = Layer | 'orderly' | 'attempts' | 'good' | 'bad' | 'line'
export type Pattern = 'solid' | 'stripes' | 'dots' | 'back'

/** What stands beside a series while nothing is pointed at: the sum of what is shown, the most of it, or the least. */
type Rest = 'sum' | 'max' | 'min'

export interface PanelSeries {
  readonly label: string
  readonly hue: Hue
  readonly pattern: Pattern
  /** Stacked areas lie on each other, from the first up; a line stands for itself. */
  readonly kind: 'stack' | 'line'
  /** A value a bucket; null where there is none. */
  readonly values: readonly (number | null)[]
  readonly rest: Rest
}

/** A chart of its own, on the same time as the others. */
export interface Panel {
  readonly id: 'drops' | 'handshakes' | 'rate' | 'active'
  readonly title: string
  /** Whether values are sums over a bucket, drawn a minute. */
  readonly isPerMinute: boolean
  readonly unit: '' | '%'
  /** The bottom of the scale; the top is `max`, or found from the data when null. */
  readonly min: number
  readonly max: number | null
  readonly series: readonly PanelSeries[]
}

/** What the page's script draws. */
export interface ChartsData {
  /** Seconds since the epoch: the beginning of each bucket, and the end of the last. */
  readonly edges: readonly number[]
  /** `[from, minutes]`: the offsets from UTC of the report's zone, from a second on. */
  readonly offsets: readonly (readonly [number, number])[]
  readonly panels: readonly Panel[]
}
