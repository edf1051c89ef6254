import type { HandshakeSample, SampledHandshake } from '../aggregate/handshake-sample.ts'
import { type EndMoment, Moments } from '../aggregate/moments.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import { ErrorEvidence } from '../cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../cluster/patterns.ts'
import { Coverage, type Covered } from '../session/coverage.ts'
import { verdictOfSilence } from '../session/endings.ts'
import { verdictOfSilentFailure } from '../session/handshake-cause.ts'
import { Digest } from './digest.ts'
import { jointCoverage, type ServerCovered } from './joint-coverage.ts'

/** Sessions that are held between the two looks, some 300 bytes each; of more the parts are asked for again. */
const MAX_HELD = 1 << 15

export interface SettleOptions {
  /** `--read-timeout`, ms; undefined: not known. */
  readonly readTimeoutMs: number | undefined
  /** Moments of the last minute that no part has yet. */
  readonly moments: readonly EndMoment[]
  /** When error logs would have shown a line, beside what the parts tell. */
  readonly coverage: readonly Covered[]
  /** What a part is: a stretch of the logs of one server, or all of one server's. The error log of a server says nothing of the others. */
  readonly parts: 'stretches' | 'servers'
}

/** A digest whose sessions have the verdicts that all of them together call for. */
export interface Settled {
  readonly digest: Digest
  readonly patterns: Patterns
  /** The sample, with the verdicts that the sessions' own lines give. */
  readonly own: HandshakeSample
  /** What some of several servers lack of error logs, the worst of it; undefined: nothing, or there is one server. */
  readonly lacking: Lacking | undefined
}

type Lacking = 'error-log' | 'info-level'

/** What is to be put together: each is handed over and let go before the next is read, so that one is in memory at a time. */
export interface Parts {
  readonly digests: (take: (digest: Digest) => void) => Promise<void>
  /** The samples of sessions of the same digests: asked for where they are more than are to be held. */
  readonly samples: (take: (sample: HandshakeSample) => void) => Promise<void>
}

/**
 * Puts parts together and says of every session what all of them show: at which ages and moments they end
 * together.
 */
export const settle = async ({ digests, samples }: Parts, { readTimeoutMs, moments, coverage, parts }: SettleOptions): Promise<Settled> => {
  let whole: Digest | undefined
  let held: SampledHandshake[] | undefined = []
  const known = new Coverage()
  const servers: ServerCovered[] = []
  const lacks = new Set<Lacking>()
  for (const { finest, ...span } of coverage) known.add(span, finest)
  await digests((part) => {
    relabelFailures(part.summary, known)
    if (parts === 'servers') {
      // One without an access line says nothing of the others either.
      servers.push({ fromMs: part.summary.fromMs, toMs: part.summary.toMs, stretches: [...(part.errors?.coverage.stretches ?? [])] })
      if (!part.summary.isEmpty && part.errors?.level !== 'info') lacks.add(part.errors === undefined ? 'error-log' : 'info-level')
    }
    const { rows } = part.summary.sessionSample
    held = held === undefined || held.length + rows.length > MAX_HELD ? undefined : [...held, ...rows]
    if (whole === undefined) whole = Digest.from(part)
    else whole.merge(part)
  })
  const digest = whole ?? Digest.empty()
  const { summary, errors } = digest
  if (errors !== undefined) {
    if (servers.length > 1) errors.coverage = jointCoverage(servers)
    for (const { finest, ...span } of coverage) errors.coverage.add(span, finest)
    relabelFailures(summary, errors.coverage)
  }
  summary.moments.merge(Moments.of(moments))
  summary.findMoments()
  const patterns = findPatterns(summary, { errors: errors === undefined ? undefined : new ErrorEvidence(errors), readTimeoutMs })
  const label = (row: SampledHandshake): Verdict<SessionCause> | undefined => labelOf(row, patterns, errors?.coverage)
  if (held !== undefined) relabel(summary, held, label)
  else await samples(({ rows }) => relabel(summary, rows, label))
  const own = summary.sessionSample.copy()
  summary.sessionSample.relabel(label)
  return { digest, patterns, own, lacking: LACKING.find((one) => servers.length > 1 && lacks.has(one)) }
}

/** The worst first. */
const LACKING: readonly Lacking[] = ['error-log', 'info-level']

/** The digest as it merges with others: sessions of the sample are counted with the verdicts that their own lines give. To be called once. */
export const unsettled = ({ digest, own }: Pick<Settled, 'digest' | 'own'>): Digest => {
  const { summary } = digest
  const labelled = summary.sessionSample.rows
  for (const [index, row] of own.rows.entries()) {
    const { verdict } = labelled[index]!
    if (verdict !== row.verdict) summary.relabel(row, verdict as Verdict<SessionCause>, row.verdict as Verdict<SessionCause>)
  }
  summary.sessionSample = own
  return digest
}

/** The verdict on a session that no error line explains, by what is known now; undefined: as it was. */
export const labelOf = (row: SampledHandshake, patterns: Patterns, coverage: Coverage | undefined): Verdict<SessionCause> | undefined => {
  if (row.isExplained) return undefined
  const { verdict } = patterns.judge(row, row)
  // When it was read, the error log may have gone no further than before its end.
  return verdict ?? (row.durationMs >= 0 && row.bytesToClient >= 0 && coverage?.info(row.endedAtMs) === true ? verdictOfSilence(row.endedAtMs, coverage) : undefined)
}

/** Counts sessions with another verdict than they were counted with. */
export const relabel = (summary: Summary, rows: readonly SampledHandshake[], label: (row: SampledHandshake) => Verdict<SessionCause> | undefined): void => {
  for (const row of rows) {
    const verdict = label(row)
    if (verdict !== undefined && verdict !== row.verdict) summary.relabel(row, row.verdict as Verdict<SessionCause>, verdict)
  }
}

/**
 * Says of failed handshakes in the sample what no error line says now that error logs go further than when they were read. What silence proves
 * once no later line takes back, so it need not be undone before digests are merged.
 */
export const relabelFailures = (summary: Summary, coverage: Coverage): void =>
  summary.relabelFailures((failed) => (failed.isExplained ? undefined : verdictOfSilentFailure(failed, coverage)))
