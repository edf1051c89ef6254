import { findClusters } from '../cluster/find-clusters.ts'
import { Field } from '../log-format/fields.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { buildReport } from '../report/build.ts'
import type { HandshakesReport, InputReport, LinesReport, MissingEvidence, Report } from '../report/report.ts'
import type { Filters } from '../session/filter.ts'
import type { InputFailure, OpenInput } from './open-inputs.ts'
import { readInputs, type ReadInputs } from './read-inputs.ts'

export interface AnalyzeOptions {
  readonly inputs: readonly OpenInput[]
  /** Logs that could not even be opened; the report names them. */
  readonly failures: readonly InputFailure[]
  readonly otherFormats: readonly LogFormat[]
  readonly filters: Filters
  readonly timeZone: string
  readonly top: number
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  readonly version: string
  readonly nowMs: number
  readonly onRead: (bytes: number) => void
  readonly signal: AbortSignal
}

/** Open logs to the report on them: read, summed up, searched for clusters. */
export const analyze = async (options: AnalyzeOptions): Promise<Report> => {
  const read = await readInputs(options)
  const { summary } = read
  return buildReport({
    version: options.version,
    generatedAtMs: options.nowMs,
    timeZone: options.timeZone,
    inputs: read.readers.map(inputReport),
    errors: [...options.failures, ...read.failures].map(({ path, error }) => ({ path, message: error.message })),
    lines: linesReport(read),
    missing: missingEvidence(read),
    rule: ruleReport(read),
    summary,
    clusters: findClusters(summary.durationsMs, summary.quietDurationsMs),
    top: options.top,
  })
}

const inputReport = ({ input, reader }: ReadInputs['readers'][number]): InputReport => {
  const { read, parsed, skipped, filtered } = reader.counts
  const instant = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null)
  return {
    path: input.source.path,
    kind: 'access',
    logFormat: reader.usedFormats.map(({ name }) => name).join(', '),
    envelope: input.detection?.envelope ?? null,
    bytes: reader.bytes,
    lines: read,
    parsed,
    skipped,
    filtered,
    from: instant(reader.fromMs),
    to: instant(reader.toMs),
  }
}

const linesReport = ({ readers, examples }: ReadInputs): LinesReport => {
  const sum = (key: keyof LinesReport & keyof (typeof readers)[number]['reader']['counts']): number => readers.reduce((total, { reader }) => total + reader.counts[key], 0)
  return { read: sum('read'), parsed: sum('parsed'), skipped: sum('skipped'), filtered: sum('filtered'), overlong: sum('overlong'), glued: sum('glued'), examples }
}

const formatsOf = ({ readers }: ReadInputs): LogFormat[] => readers.flatMap(({ reader }) => reader.usedFormats)

const missingEvidence = (read: ReadInputs): MissingEvidence[] => {
  const formats = formatsOf(read)
  const lacks = (...fields: Field[]): boolean => formats.some((format) => !fields.some((field) => format.fields.has(field)))
  const missing: MissingEvidence[] = ['error-log']
  if (lacks(Field.requestTime, Field.upstreamTime)) missing.push('request-time')
  if (lacks(Field.bodyBytes)) missing.push('body-bytes')
  if (lacks(Field.upstream)) missing.push('upstream-addr')
  if (lacks(Field.host)) missing.push('host')
  if (lacks(Field.upgrade)) missing.push('http-upgrade')
  return missing
}

const ruleReport = (read: ReadInputs): HandshakesReport['rule'] => {
  const withHeader = formatsOf(read).filter(({ fields }) => fields.has(Field.upgrade)).length
  const { rule } = read
  const prefixes = rule.kind === 'paths' ? [...rule.prefixes].sort().slice(0, 20) : []
  if (withHeader === 0) return { kind: rule.kind, prefixes }
  return { kind: withHeader === formatsOf(read).length ? 'http-upgrade' : 'mixed', prefixes }
}
