import { Coverage, type Covered, type Span } from '../session/coverage.ts'

/** A server whose summary is merged: from its first access line to its last, and when its error logs would have shown a line; no stretches: it has none. */
export interface ServerCovered extends Span {
  readonly stretches: readonly Covered[]
}

/**
 * When a line that is not there proves something of every server. Servers with error logs of one level are as one server that wrote them
 * all. The error logs of others say nothing of the sessions of a server that has none, or none as fine, as long as it wrote access lines.
 */
export const jointCoverage = (servers: readonly ServerCovered[]): Coverage => {
  const joint = new Coverage()
  const coarse = servers.map(({ fromMs, toMs, stretches }) => ({ fromMs, toMs, finest: Math.min(...stretches.map(({ finest }) => finest)) }))
  const all = servers.flatMap(({ stretches }) => stretches)
  for (const stretch of all) for (const part of coarsened(stretch, coarse.filter(({ finest }) => finest > stretch.finest))) joint.add(part, part.finest)
  return joint
}

/** A stretch in parts, each no finer than the coarsest of the servers around; without those around which is one without an error log. */
const coarsened = (stretch: Covered, coarser: readonly Covered[]): Covered[] => {
  const inside = coarser.filter(({ fromMs, toMs }) => fromMs <= stretch.toMs && toMs >= stretch.fromMs)
  const edges = [...new Set([stretch.fromMs, ...inside.flatMap(({ fromMs, toMs }) => [fromMs, toMs + 1])])].filter((ms) => ms >= stretch.fromMs && ms <= stretch.toMs).sort((a, b) => a - b)
  return edges
    .map((fromMs, index): Covered => ({ fromMs, toMs: (edges[index + 1] ?? stretch.toMs + 1) - 1, finest: Math.max(stretch.finest, ...inside.filter((one) => one.fromMs <= fromMs && one.toMs >= fromMs).map(({ finest }) => finest)) }))
    .filter(({ finest }) => Number.isFinite(finest))
}
