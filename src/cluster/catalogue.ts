import type { Layer } from '../cause/cause.ts'
import { TIMEOUTS, type TimeoutKind, type TimeoutRow, type TimeoutSide } from './timeouts.ts'

/** A timeout that may have ended the sessions of a cluster. Only what has a source and cuts by default. */
export interface Candidate {
  readonly product: string
  readonly setting: string
  /** The value of the setting, s. */
  readonly seconds: number
  /** The ages, s, at which it ends sessions that were silent from the start: both `seconds`, if it is sharp. */
  readonly earliestSeconds: number
  readonly latestSeconds: number
  readonly kind: TimeoutKind
  /** Of the sides asked for, the one where the product is most often met. */
  readonly side: TimeoutSide
  readonly confidence: 'high' | 'medium'
  /** A URL; of a file in a repository, the URL of the repository, a space and the path. */
  readonly source: string
  readonly cutsByDefault: true
}

/** A range of ages, s: `[fromSeconds, toSeconds)`. */
interface AgeWindow {
  readonly fromSeconds: number
  readonly toSeconds: number
}

export interface CandidateQuery {
  /** The age at which the sessions end, s: the middle of their cluster. */
  readonly seconds: number
  /** From where to where the cluster reaches. Without it the cluster is taken to be sharp. */
  readonly window?: AgeWindow
  /** How far from its value a timer may be met, s. Default {@link toleranceAt}. */
  readonly toleranceSeconds?: number
  /** Only these; default: all. */
  readonly kinds?: readonly TimeoutKind[]
  readonly sides?: readonly TimeoutSide[]
}

const ALL_KINDS: readonly TimeoutKind[] = ['idle', 'max', 'ping']
const ALL_SIDES: readonly TimeoutSide[] = ['downstream', 'nginx', 'upstream', 'client']

/** The layer of the report that a side of the catalogue stands for. */
export const LAYER_OF_SIDE: Readonly<Record<TimeoutSide, Layer>> = { downstream: 'edge', nginx: 'nginx', upstream: 'upstream', client: 'client' }

/** How far from its value a timer is looked for, s: the handshake, late timers, and cells of the histogram. */
export const toleranceAt = (seconds: number): number => Math.max(0.5, seconds * 0.01)

/** A cluster wider than so many tolerances is no sharp timer's: by default 4 % of its age. */
const SHARP_TOLERANCES = 4
/** What sweeps fills the whole of its range, of which chance may hide a part. */
const MIN_FILLED = 0.5

/**
 * The known timeouts that fit a cluster: the closest first, then the best sourced, then by name. A product that sweeps
 * (Workerman, 55 to 65 s) fits a sharp cluster at its first age only, and a `window` that fills half of its range or
 * more; a ping timeout that is a range (Socket.IO, 20 to 45 s) fits such a window only. Empty when nothing is known.
 */
export const candidatesFor = ({ seconds, window = { fromSeconds: seconds, toSeconds: seconds }, toleranceSeconds = toleranceAt(seconds), kinds = ALL_KINDS, sides = ALL_SIDES }: CandidateQuery): Candidate[] =>
  KNOWN.filter(({ candidate }) => kinds.includes(candidate.kind))
    .flatMap(({ row, candidate }) => {
      const side = [row.side, ...row.alsoSide].find((each) => sides.includes(each))
      const distance = distanceOf(row, candidate, { seconds, window, toleranceSeconds })
      return side === undefined || distance === undefined ? [] : [{ candidate: { ...candidate, side }, distance }]
    })
    .sort((a, b) => a.distance - b.distance || compare(a.candidate.confidence, b.candidate.confidence) || compare(a.candidate.product, b.candidate.product) || compare(a.candidate.setting, b.candidate.setting))
    .map(({ candidate }) => candidate)

/** By code units: the same order on every machine. `high` comes before `medium` by itself. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** How far the cluster lies from where the timer would put it, s; `undefined` when it does not fit. */
const distanceOf = (row: TimeoutRow, { earliestSeconds, latestSeconds }: Candidate, { seconds, window, toleranceSeconds }: { seconds: number; window: AgeWindow; toleranceSeconds: number }): number | undefined => {
  const width = window.toSeconds - window.fromSeconds
  const sharpAges = [...(row.rangeSeconds === undefined ? [row.seconds] : []), ...(row.hasSharpEnd ? [latestSeconds] : [])]
  const nearest = Math.min(...sharpAges.map((age) => Math.abs(seconds - age)))
  if (nearest <= toleranceSeconds && width <= SHARP_TOLERANCES * toleranceSeconds) return nearest
  const range = latestSeconds - earliestSeconds
  const isFilled = range > 0 && window.fromSeconds >= earliestSeconds - toleranceSeconds && window.toSeconds <= latestSeconds + toleranceSeconds && width >= range * MIN_FILLED
  return isFilled ? Math.abs(seconds - (earliestSeconds + latestSeconds) / 2) : undefined
}

/** Nothing without a page that bears it out, and nothing that leaves sessions alone, is ever a candidate. */
const candidateOf = ({ product, setting, seconds, spreadSeconds = 0, rangeSeconds, kind, side, cutsByDefault, confidence, source }: TimeoutRow): Candidate | undefined => {
  if (seconds <= 0 || !cutsByDefault || (confidence !== 'high' && confidence !== 'medium') || !source?.startsWith('https://')) return undefined
  const [earliestSeconds, latestSeconds] = rangeSeconds ?? [seconds, seconds + spreadSeconds]
  return { product, setting, seconds, earliestSeconds, latestSeconds, kind, side, confidence, source, cutsByDefault }
}

const KNOWN = TIMEOUTS.flatMap((row) => {
  const candidate = candidateOf(row)
  return candidate === undefined ? [] : [{ row, candidate }]
})
