import { LEVEL, welch } from './chance.ts'
import { criticalT, twoSidedT } from './distributions.ts'
import { LIFETIME, marginOf } from './margins.ts'
import { change, type DraftRow, type Measured, unknownMeasure } from './measured.ts'
import { type Noise, noiseOf } from './noise.ts'
import type { Side, Sides } from './sides.ts'

const QUANTILES = [
  { id: 'lived-p50', label: 'lived, half of them', field: 'p50', share: 0.5 },
  { id: 'lived-p95', label: 'lived, 95 % of them', field: 'p95', share: 0.95 },
] as const

/** How long sessions live. Longer is better: they are there to stay. */
export const lifetimeRows = ({ before, after }: Sides): DraftRow[] =>
  QUANTILES.map(({ id, label, field, share }) => ({
    id, group: 'sessions', label, good: 'up', counts: null, presence: null,
    main: measureQuantile({ before, after, field, share }), also: null,
    reason: null,
  }))

/**
 * Compares a quantile by the share of sessions that lived less than the age at which it lies in both together (Mood's median test,
 * for any quantile); the age is the nearest edge of the histogram, so the counts are exact. Lifetimes come in bursts, too:
 * a restart ends sessions of all ages. What drops in an hour of open sessions vary by, more than chance, is taken for it.
 */
const measureQuantile = ({ before, after, field, share }: { before: Side; after: Side; field: 'p50' | 'p95'; share: number }): Measured => {
  const [own, other] = [before.report.sessions.durationSeconds[field], after.report.sessions.durationSeconds[field]]
  if (own === null || other === null) return unknownMeasure('seconds', { before: own, after: other })
  const margin = marginOf(LIFETIME, own, other)
  const untested = { unit: 'seconds', ...change(own, other), interval: null, p: null, margin, isSame: false } as const
  const edge = edgeAt(before, after, share)
  const [noise, otherNoise] = [shareNoise(before), shareNoise(after)]
  if (noise.freedom === 0 || otherNoise.freedom === 0) return { ...untested, reason: 'short' }
  if (edge === undefined) return { ...untested, reason: 'few' }
  const [below, otherBelow] = [sharesBelow(before, edge), sharesBelow(after, edge)]
  const pooled = (below * before.report.sessions.count + otherBelow * after.report.sessions.count) / (before.report.sessions.count + after.report.sessions.count)
  const variance = pooled * (1 - pooled)
  // Who lives a little shorter moves across the edge; by about as much as of a share.
  const withDrift = (side: typeof noise): typeof noise => ({ ...side, variance: variance * side.variance + (side.drift * variance) ** 2 })
  const parts = [withDrift(noise), withDrift(otherNoise)] as const
  const error = Math.sqrt(parts[0].variance + parts[1].variance)
  const freedom = welch(...parts)
  const halfWidth = criticalT(LEVEL, freedom) * error
  return { ...untested, p: twoSidedT((otherBelow - below) / error, freedom), isSame: Math.abs(other - own) < margin && Math.abs(otherBelow - below) + halfWidth < MAX_SAME * (share > 0.5 ? 2 * (1 - share) : 1), reason: null }
}

/** Of all sessions, at the median: so few more or less below the age are the same lifetime. */
const MAX_SAME = 0.05

/** The edge of the bins below which nearest to such a share of both lie. */
const edgeAt = (before: Side, after: Side, share: number): number | undefined => {
  const edges = [...new Set([...before.report.sessions.histogram, ...after.report.sessions.histogram].map(({ from }) => from))]
  const all = before.report.sessions.count + after.report.sessions.count
  const distances = edges.map((edge) => {
    const below = (sharesBelow(before, edge) * before.report.sessions.count + sharesBelow(after, edge) * after.report.sessions.count) / all
    return { edge, below, distance: Math.abs(below - share) }
  })
  return distances.filter(({ below }) => Math.min(below, 1 - below) * all >= MIN_BESIDE).sort((a, b) => a.distance - b.distance || a.edge - b.edge)[0]?.edge
}

const MIN_BESIDE = 6

const sharesBelow = ({ report: { sessions } }: Side, edge: number): number => sessions.histogram.reduce((sum, { from, count }) => sum + (from < edge ? count : 0), 0) / sessions.count

/** One over the number of sessions that are as good as independent. */
const shareNoise = ({ report, blocks, sessionHours }: Side): Noise => {
  const { variance, freedom, drift } = noiseOf(blocks, { events: ({ drops }) => drops, of: (block) => block.sessionHours })
  const { count } = report.sessions
  if (sessionHours === null || sessionHours === 0) return { variance: 0, freedom: 0, drift: 0 }
  const hours = blocks.reduce((sum, block) => sum + block.sessionHours, 0)
  const drops = blocks.reduce((sum, block) => sum + block.drops, 0)
  const dispersion = hours === 0 || drops === 0 ? 1 : Math.max(1, (variance * hours * hours) / drops)
  return { variance: dispersion / count, freedom, drift }
}
