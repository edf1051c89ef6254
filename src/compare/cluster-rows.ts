import { isFault } from '../cause/cause.ts'
import type { ComparableCluster, ComparedRow } from './comparison.ts'
import { eventsOf } from './ending-rows.ts'
import { ENDING } from './margins.ts'
import { type DraftRow, measureRatio, noises } from './measured.ts'
import type { Side, Sides } from './sides.ts'

/** Centres so near to each other are one timer. */
const NEAR = 0.03
const NEAR_SECONDS = 0.5

/** Nearly all quiet: a timer that cuts who is silent, whoever has it. */
const MIN_QUIET = 0.8

interface Pair {
  readonly before: ComparableCluster | undefined
  readonly after: ComparableCluster | undefined
}

/** Ages at which sessions end together: matched by age and cause; shares of all sessions. */
export const clusterRows = (sides: Sides): DraftRow[] => {
  const pairs = match(sides.before.report.clusters, sides.after.report.clusters)
  return pairs.map((pair) => clusterRow(sides, pair, presenceOf(pair, pairs)))
}

const match = (before: readonly ComparableCluster[], after: readonly ComparableCluster[]): Pair[] => {
  const candidates = before.flatMap((own) => after.filter((other) => isOne(own, other)).map((other) => ({ own, other })))
  const taken = new Set<ComparableCluster>()
  const pairs: Pair[] = []
  for (const { own, other } of candidates.sort((a, b) => distance(a) - distance(b))) {
    if (taken.has(own) || taken.has(other)) continue
    taken.add(own).add(other)
    pairs.push({ before: own, after: other })
  }
  const alone = [...before.filter((own) => !taken.has(own)).map((own): Pair => ({ before: own, after: undefined })), ...after.filter((other) => !taken.has(other)).map((other): Pair => ({ before: undefined, after: other }))]
  return [...pairs, ...alone].sort((a, b) => ageOf(a) - ageOf(b))
}

/** A cause that one report could not name is any. */
const isOne = (a: ComparableCluster, b: ComparableCluster): boolean =>
  (a.cause === b.cause || a.cause === null || b.cause === null) && Math.abs(a.seconds - b.seconds) <= Math.max(NEAR_SECONDS, NEAR * Math.min(a.seconds, b.seconds))

const distance = ({ own, other }: { own: ComparableCluster; other: ComparableCluster }): number => Math.abs(Math.log(own.seconds / other.seconds)) + (own.cause === other.cause ? 0 : 1)

const ageOf = ({ before, after }: Pair): number => Math.min(before?.seconds ?? Number.POSITIVE_INFINITY, after?.seconds ?? Number.POSITIVE_INFINITY)

/** What went at one age and came at another by the same cause has moved: somebody set a timer. */
const presenceOf = ({ before, after }: Pair, pairs: readonly Pair[]): NonNullable<ComparedRow['presence']> => {
  if (before !== undefined && after !== undefined) return 'both'
  const own = before ?? after!
  const isMoved = pairs.some((other) => (before === undefined ? other.after === undefined && isAlike(other.before!, own) : other.before === undefined && isAlike(other.after!, own)))
  return isMoved ? 'moved' : before === undefined ? 'appeared' : 'gone'
}

const isAlike = (a: ComparableCluster, b: ComparableCluster): boolean => a.cause === b.cause && isQuiet(a) === isQuiet(b)

const isQuiet = ({ quiet, sessions }: ComparableCluster): boolean => quiet !== null && quiet >= sessions * MIN_QUIET

const clusterRow = ({ before, after }: Sides, pair: Pair, presence: NonNullable<ComparedRow['presence']>): DraftRow => {
  const cause = pair.before?.cause ?? pair.after?.cause ?? null
  const isHarm = [pair.before, pair.after].some((cluster) => cluster !== undefined && (cluster.cause === null ? isQuiet(cluster) : isFault(cluster.cause)))
  const hasCauses = before.hasCauses && after.hasCauses
  // A timer cuts each session by itself; sessions of a cause that is not known are taken to end as all do.
  const noise = noises({ before: before.blocks, after: after.blocks }, { events: cause === null ? () => 0 : eventsOf(cause, hasCauses), of: ({ drops }) => drops })
  const counts = { before: pair.before?.sessions ?? 0, after: pair.after?.sessions ?? 0 }
  const of = { before: before.report.sessions.count, after: after.report.sessions.count }
  const shown = measureRatio({ unit: 'share', events: counts, of, noise, margin: ENDING })
  // What is not found may still be there, in the number that would not stand out.
  const tested = measureRatio({ unit: 'share', events: { before: pair.before?.sessions ?? hidden(pair.after!, after, before), after: pair.after?.sessions ?? hidden(pair.before!, before, after) }, of, noise, margin: ENDING })
  return {
    id: `cluster:${ageText(ageOf(pair))}${cause === null ? '' : `:${cause}`}`,
    group: 'clusters',
    label: `ended at ${ageText(ageOf(pair))}${cause === null ? '' : `, ${cause}`}`,
    good: isHarm && presence !== 'moved' ? 'down' : 'neither',
    counts,
    presence,
    main: { ...shown, p: tested.p === null || shown.p === null ? null : Math.max(tested.p, shown.p), isSame: tested.isSame && shown.isSame },
    also: null,
    reason: null,
  }
}

const ageText = (seconds: number): string => `${Number(seconds.toPrecision(3))} s`

const SIGMA = 6
const LEAST = 3

/** How many sessions may end at this age in a report that has no such cluster: no more than end near it, or than would be found. */
const hidden = (cluster: ComparableCluster, its: Side, other: Side): number => {
  const near = other.report.sessions.histogram.reduce((sum, { from, to, count }) => sum + (from < cluster.to && to > cluster.from ? count : 0), 0)
  const expected = its.report.sessions.count === 0 ? 0 : (cluster.expected * other.report.sessions.count) / its.report.sessions.count
  return Math.min(near, Math.ceil(expected + SIGMA * Math.sqrt(expected + 1) + LEAST))
}
