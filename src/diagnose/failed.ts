import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Confidence, HandshakeCause, Layer } from '../cause/cause.ts'
import type { Finding, HandshakesReport } from '../report/report.ts'
import { perDay, type Facts } from './rule.ts'
import { age } from './wording.ts'

/** One or two failures are an accident, not a state to be mended. */
export const MIN_FAILED = 3
/** A service is called healthy from 99 % of handshakes on (report/health.ts): what costs less is not worth a warning. */
export const WARNING_SHARE = 0.01
/** One user in ten cannot connect at all. */
export const CRITICAL_SHARE = 0.1
/** A share of fewer handshakes than this is no share yet. */
const MIN_CRITICAL = 5
/** Rows of a list in the evidence. */
const MAX_LISTED = 5

type Failure = HandshakesReport['failures'][number]

/** Failed handshakes that have something in common. */
export interface Failed {
  readonly count: number
  /** Of all handshakes. */
  readonly share: number
  readonly confidence: Confidence
  /** The one that most of them name. */
  readonly layer: Layer
  readonly byStatus: Readonly<Record<string, number>>
  /** A fair sample of them. */
  readonly rows: readonly SampledHandshake[]
}

/** Those whose cause, layer and status are asked for; undefined when they are too few to speak of. */
export const failedBy = (facts: Facts, isAsked: (failure: Pick<Failure, 'cause' | 'layer' | 'status' | 'confidence'>) => boolean): Failed | undefined => {
  const { handshakes } = facts.report
  const failures = handshakes.failures.filter(isAsked)
  const count = failures.reduce((sum, failure) => sum + failure.count, 0)
  if (count < MIN_FAILED) return undefined
  const rows = facts.summary.failureSample.rows.filter(({ status, verdict: { cause, layer, confidence } }) => isAsked({ cause: cause as HandshakeCause, layer, confidence, status }))
  const sumOf = (is: (failure: Failure) => boolean): number => failures.reduce((sum, failure) => sum + (is(failure) ? failure.count : 0), 0)
  const byStatus: Record<string, number> = {}
  for (const failure of failures) byStatus[failure.status] = (byStatus[failure.status] ?? 0) + failure.count
  return {
    count,
    share: count / handshakes.attempts,
    confidence: sumOf(({ confidence }) => confidence === 'confirmed') * 2 >= count ? 'confirmed' : sumOf(({ confidence }) => confidence === 'guess') * 2 > count ? 'guess' : 'likely',
    layer: LAYERS.toSorted((a, b) => sumOf(({ layer }) => layer === b) - sumOf(({ layer }) => layer === a))[0]!,
    byStatus,
    rows,
  }
}

const LAYERS: readonly Layer[] = ['nginx', 'upstream', 'client', 'edge', 'unknown']

export const failedOf = (facts: Facts, cause: HandshakeCause): Failed | undefined => failedBy(facts, (failure) => failure.cause === cause)

/** By share of all handshakes; what is only guessed is never critical. */
export const failureSeverity = ({ count, share, confidence }: Pick<Failed, 'count' | 'share' | 'confidence'>): Finding['severity'] => {
  if (share < WARNING_SHARE) return 'info'
  return share >= CRITICAL_SHARE && count >= MIN_CRITICAL && confidence !== 'guess' ? 'critical' : 'warning'
}

/** A warning, where the rule itself can be no more than that. */
export const atMostWarning = (severity: Finding['severity']): Finding['severity'] => (severity === 'critical' ? 'warning' : severity)

/** The values of a field by how often they come, the most frequent first; without the empty one. */
export const mostOf = (rows: readonly SampledHandshake[], field: 'client' | 'host' | 'path' | 'upstream' | 'userAgent'): { name: string; count: number }[] => {
  const counts = new Map<string, number>()
  for (const row of rows) if (row[field] !== '') counts.set(row[field], (counts.get(row[field]) ?? 0) + 1)
  return Array.from(counts, ([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

/** Rows by their status. */
export const byStatusOf = (rows: readonly SampledHandshake[]): Record<string, number> => {
  const byStatus: Record<string, number> = {}
  for (const { status } of rows) byStatus[status] = (byStatus[status] ?? 0) + 1
  return byStatus
}

/** Some of them, by the rows of the sample: so many of all as of the sample. */
export const partOf = (failed: Failed, rows: Failed['rows']): Failed => {
  const part = failed.rows.length === 0 ? 0 : rows.length / failed.rows.length
  return { ...failed, rows, count: Math.round(failed.count * part), share: failed.share * part, byStatus: byStatusOf(rows) }
}

/** A finding about them: the figures that every such finding has, and what the rule says of its own. */
export const failureFinding = (facts: Facts, failed: Failed, own: Pick<Finding, 'code' | 'title' | 'detail' | 'fix' | 'source'> & Partial<Pick<Finding, 'severity' | 'layer' | 'evidence'>>): Finding => {
  const { count, share, rows } = failed
  return {
    severity: failureSeverity(failed),
    layer: failed.layer,
    ...own,
    sessions: count,
    share,
    sessionsPerDay: perDay(facts, count),
    evidence: {
      failed: count,
      attempts: facts.report.handshakes.attempts,
      confidence: failed.confidence,
      byStatus: failed.byStatus,
      ...spanOf(rows),
      clients: new Set(rows.map(({ client }) => client)).size,
      hosts: mostOf(rows, 'host').slice(0, MAX_LISTED),
      paths: mostOf(rows, 'path').slice(0, MAX_LISTED),
      upstreams: mostOf(rows, 'upstream').slice(0, MAX_LISTED),
      userAgents: mostOf(rows, 'userAgent').slice(0, MAX_LISTED),
      ...own.evidence,
    },
  }
}

const spanOf = (rows: readonly SampledHandshake[]): { from: string | null; to: string | null } => {
  const [fromMs, toMs] = limitsOf(rows)
  return { from: fromMs === undefined ? null : new Date(fromMs).toISOString(), to: toMs === undefined ? null : new Date(toMs).toISOString() }
}

const limitsOf = (rows: readonly SampledHandshake[]): [number | undefined, number | undefined] => {
  if (rows.length === 0) return [undefined, undefined]
  let fromMs = Number.POSITIVE_INFINITY
  let toMs = Number.NEGATIVE_INFINITY
  for (const { endedAtMs } of rows) {
    if (endedAtMs < fromMs) fromMs = endedAtMs
    if (endedAtMs > toMs) toMs = endedAtMs
  }
  return [fromMs, toMs]
}

/** What lasted for less than this part of the log was an incident: a restart, a deployment. */
const BRIEF_SHARE = 0.1

/** ` All within 5 s.` when they were an incident, else nothing. */
export const briefly = ({ summary: { fromMs, toMs } }: Facts, { rows }: Pick<Failed, 'rows'>): string => {
  const [first, last] = limitsOf(rows)
  if (first === undefined || last === undefined || last - first > (toMs - fromMs) * BRIEF_SHARE) return ''
  return last - first < 1000 ? ' All within one second.' : ` All within ${age((last - first) / 1000)}.`
}
