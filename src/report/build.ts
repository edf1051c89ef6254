import type { LogHistogram } from '../aggregate/log-histogram.ts'
import type { Ranking } from '../aggregate/ranking.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { TimelineMinute } from '../aggregate/timeline.ts'
import { LAYER_OF_SIDE } from '../cluster/catalogue.ts'
import type { NamedCluster } from '../cluster/name-clusters.ts'
import { byField } from '../session/session.ts'
import { judgeHealth } from './health.ts'
import { quantileSorted } from './quantile.ts'
import { type ClusterReport, type DropsReport, type HandshakesReport, type InputReport, type LinesReport, type RankedReport, type Report, REPORT_SCHEMA } from './report.ts'

/** What a report is made of. Times are ms since the epoch. */
export interface ReportParts {
  readonly version: string
  readonly generatedAtMs: number
  readonly timeZone: string
  readonly inputs: readonly InputReport[]
  readonly errors: Report['errors']
  readonly lines: LinesReport
  readonly rule: HandshakesReport['rule']
  readonly summary: Summary
  readonly clusters: readonly NamedCluster[]
  readonly events: Report['events']
  readonly evidence: Report['evidence']
  readonly open: Report['open']
  /** Rows in ranked tables. */
  readonly top: number
}

/** Puts the document together, but for the findings; everything in it comes from the parts. */
export const buildReport = (parts: ReportParts): Report => {
  const { summary } = parts
  const { attempts, sessions: succeeded, durationsMs } = summary
  const window = windowOf(summary)
  const { minutes, peak, peakAtMs } = window === undefined ? { minutes: [], peak: 0, peakAtMs: 0 } : summary.timeline.minutes(window.fromMs, window.toMs)
  const hasDurations = summary.sessionsWithoutDuration < summary.sessions || summary.sessions === 0
  return {
    schema: REPORT_SCHEMA,
    version: parts.version,
    generatedAt: instant(parts.generatedAtMs),
    window: {
      from: window === undefined ? null : instant(window.fromMs),
      to: window === undefined ? null : instant(window.toMs),
      timeZone: parts.timeZone,
      startedBefore: window === undefined ? 0 : summary.timeline.succeededBefore(window.fromMs),
      unplaced: summary.timeline.unplaced + (window?.outside ?? 0),
    },
    health: judgeHealth({ minutes, attempts, succeeded, faults: faultsOf(summary), clusters: parts.clusters }),
    inputs: parts.inputs,
    errors: parts.errors,
    lines: parts.lines,
    evidence: parts.evidence,
    handshakes: {
      attempts,
      succeeded,
      successRate: share(succeeded, attempts),
      byStatus: Object.fromEntries([...(succeeded > 0 ? [[101, succeeded] as const] : []), ...summary.byStatus].sort(([a], [b]) => a - b).map(([status, count]) => [statusText(status), count])),
      failures: failuresOf(summary),
      rule: parts.rule,
    },
    otherRequests: { plain: summary.plainRequests, polling: summary.pollingRequests },
    sessions: {
      count: summary.sessions,
      quiet: summary.sessionsWithoutBytes > 0 && summary.sessionsWithoutBytes === summary.sessions ? null : summary.quietSessions,
      durationSeconds: durationsOf(durationsMs),
      bytesToClient: bytesOf(summary.bytesToClient),
      histogram: histogramOf(durationsMs),
    },
    active: { peak: hasDurations ? peak : null, peakAt: hasDurations && peak > 0 ? instant(peakAtMs) : null, isLowerBound: true },
    open: parts.open,
    drops: dropsOf(summary, minutes),
    timeline: minutes.map(({ minuteMs, attempts: tried, succeeded: opened, drops, faults, causes, active }) => ({ minute: instant(minuteMs), attempts: tried, succeeded: opened, drops, faults, causes, active: hasDurations ? active : null })),
    clusters: parts.clusters.map((cluster, index) => clusterOf(cluster, index, summary)),
    endings: endingsOf(summary),
    events: parts.events,
    ...byField((field) => ranked(summary.rankings[field], parts.top)),
    rankings: byField((field) => sizeOf(summary.rankings[field])),
    findings: [],
  }
}

/** The most hours that a report has minutes for: a year and a month. */
const MAX_HOURS = 24 * 396

/** First and last line; where they are more than a year apart, those around which most happened. */
const windowOf = (summary: Summary): { fromMs: number; toMs: number; outside: number } | undefined => {
  if (summary.isEmpty) return undefined
  const { fromMs, toMs } = summary
  if (toMs - fromMs < MAX_HOURS * 3_600_000) return { fromMs, toMs, outside: 0 }
  const densest = summary.timeline.densest(MAX_HOURS)
  // No handshake at all: the last stretch of lines is as good as any.
  if (summary.attempts === 0) return { fromMs: toMs - (MAX_HOURS - 1) * 3_600_000, toMs, outside: 0 }
  return { fromMs: Math.max(fromMs, densest.fromMs), toMs: Math.min(toMs, densest.toMs - 1), outside: densest.outside }
}

const instant = (ms: number): string => new Date(ms).toISOString()

/** `009`, as nginx writes it. */
const statusText = (status: number): string => String(status).padStart(3, '0')

const share = (part: number, whole: number): number | null => {
  if (whole === 0) return null
  const rounded = round(part / whole, 6)
  // One failure in ten million is not a rate of 1.
  return (rounded === 1 && part < whole) || (rounded === 0 && part > 0) ? part / whole : rounded
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const seconds = (ms: number): number | null => (Number.isFinite(ms) ? round(ms / 1000, 3) : null)

const durationsOf = (histogram: LogHistogram): Report['sessions']['durationSeconds'] => ({
  min: seconds(histogram.min),
  p50: seconds(histogram.quantile(0.5)),
  p90: seconds(histogram.quantile(0.9)),
  p95: seconds(histogram.quantile(0.95)),
  p99: seconds(histogram.quantile(0.99)),
  max: seconds(histogram.max),
  mean: histogram.count === 0 ? null : seconds(histogram.sum / histogram.count),
})

const bytesOf = (histogram: LogHistogram): Report['sessions']['bytesToClient'] => {
  if (histogram.count === 0) return { total: null, p50: null, p95: null, max: null }
  return { total: histogram.sum, p50: Math.round(histogram.quantile(0.5)), p95: Math.round(histogram.quantile(0.95)), max: histogram.max }
}

/**
 * Ten bins a decade, their edges between the numbers that timers use (30, 60, 300 s), so that none is split;
 * each edge is moved down to the cell's, so that counts are exact.
 */
const STEPS = [1.1, 1.4, 1.7, 2.2, 2.7, 3.3, 4, 5.5, 7, 8.6]

const histogramOf = (durations: LogHistogram): Report['sessions']['histogram'] => {
  const edges = [0]
  for (let decade = 1; decade <= 1e12; decade *= 10) for (const step of STEPS) edges.push(durations.cellFloor(Math.round(decade * step)))
  const bins: { from: number; to: number; count: number }[] = []
  let index = 0
  durations.eachCell((from, _, count) => {
    while (index + 1 < edges.length && edges[index + 1]! <= from) index++
    const binFrom = edges[index]! / 1000
    const last = bins.at(-1)
    if (last?.from === binFrom) last.count += count
    else bins.push({ from: binFrom, to: (edges[index + 1] ?? from) / 1000, count })
  })
  return bins
}

/** Causes in their order by number; of one cause, the surer first. */
const endingsOf = ({ endings, sessions }: Summary): Report['endings'] =>
  Array.from(endings, ([{ cause, layer, confidence }, count]) => ({ cause, layer, confidence, sessions: count, share: share(count, sessions) ?? 0 })).sort((a, b) => b.sessions - a.sessions || (`${a.cause} ${a.confidence}` < `${b.cause} ${b.confidence}` ? -1 : 1))

const failuresOf = ({ failures, attempts }: Summary): HandshakesReport['failures'] =>
  failures.map(({ verdict: { cause, layer, confidence }, status, count }) => ({ cause, layer, confidence, status, count, share: share(count, attempts) ?? 0 })).sort((a, b) => b.count - a.count || a.status - b.status || (`${a.cause} ${a.layer} ${a.confidence}` < `${b.cause} ${b.layer} ${b.confidence}` ? -1 : 1))

const faultsOf = ({ endings }: Summary): number => [...endings].reduce((sum, [{ isFault }, sessions]) => sum + (isFault ? sessions : 0), 0)

const dropsOf = (summary: Summary, minutes: readonly TimelineMinute[]): DropsReport => {
  const count = summary.sessions
  const faults = faultsOf(summary)
  if (minutes.length === 0) return { count, faults, perMinute: { mean: null, p50: null, p95: null, max: null, maxAt: null } }
  const sorted = minutes.map(({ drops }) => drops).sort((a, b) => a - b)
  const worst = minutes.reduce((most, minute) => (minute.drops > most.drops ? minute : most))
  const sum = sorted.reduce((total, drops) => total + drops, 0)
  return {
    count,
    faults,
    perMinute: { mean: round(sum / minutes.length, 3), p50: round(quantileSorted(sorted, 0.5), 3), p95: round(quantileSorted(sorted, 0.95), 3), max: worst.drops, maxAt: worst.drops > 0 ? instant(worst.minuteMs) : null },
  }
}

const clusterOf = (cluster: NamedCluster, index: number, summary: Summary): ClusterReport => ({
  id: `c${index + 1}`,
  seconds: round(cluster.centerMs / 1000, 3),
  from: round(cluster.fromMs / 1000, 3),
  to: round(cluster.toMs / 1000, 3),
  sessions: cluster.sessions,
  quiet: summary.sessionsWithoutBytes === summary.sessions ? null : cluster.quiet,
  share: share(cluster.sessions, summary.sessions) ?? 0,
  expected: round(cluster.expected, 1),
  cause: cluster.cause,
  layer: cluster.layer,
  confidence: cluster.confidence,
  evidence: cluster.evidence,
  candidates: cluster.candidates.slice(0, MAX_CANDIDATES).map(({ product, setting, seconds: value, side, source }) => ({ product, setting, seconds: value, layer: LAYER_OF_SIDE[side], source })),
  echoes: cluster.echoesMs.map((ms) => round(ms / 1000, 3)),
})

const MAX_CANDIDATES = 20

const ranked = (ranking: Ranking, top: number): RankedReport[] =>
  ranking.rows().slice(0, top).map(({ label, attempts, sessions, faults, durationsMs }) => ({
    name: label,
    attempts,
    successRate: share(sessions, attempts),
    sessions,
    drops: sessions,
    faults,
    p50: seconds(durationsMs?.quantile(0.5) ?? Number.NaN),
    p95: seconds(durationsMs?.quantile(0.95) ?? Number.NaN),
  }))

const sizeOf = (ranking: Ranking): { values: number; error: number } => ({ values: ranking.size, error: ranking.error })
