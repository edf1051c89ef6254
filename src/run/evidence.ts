import { Field } from '../log-format/fields.ts'
import type { LogFormat } from '../log-format/compile.ts'
import type { LineCounts } from '../log-format/read-tally.ts'
import type { HandshakesReport, InputReport, LinesReport, MissingEvidence, Report } from '../report/report.ts'
import type { ReportParts } from '../report/build.ts'
import type { InputFailure } from '../input/source.ts'
import { logFamily } from '../session/handshake-rule.ts'
import type { ReadInputs } from './read-inputs.ts'

/** What the reading itself has to say to a report: which logs, how many lines, what they cannot tell. */
export const evidenceOf = (read: ReadInputs, failures: readonly InputFailure[]): Pick<ReportParts, 'inputs' | 'errors' | 'lines' | 'missing' | 'rule' | 'summary'> => ({
  inputs: read.logs.map(inputReport),
  errors: [...failures, ...read.failures].map(({ path, error }): Report['errors'][number] => ({ path, message: error.message })),
  lines: linesReport(read),
  missing: missingEvidence(read),
  rule: ruleReport(read),
  summary: read.summary,
})

const inputReport = ({ input, tally }: ReadInputs['logs'][number]): InputReport => {
  const { read, parsed, skipped, filtered } = tally.counts
  return {
    path: input.source.path,
    kind: 'access',
    logFormat: tally.formats.join(', '),
    envelope: input.detection?.envelope ?? null,
    bytes: tally.bytes,
    lines: read,
    parsed,
    skipped,
    filtered,
    from: instant(tally.fromMs),
    to: instant(tally.toMs),
  }
}

const instant = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null)

const linesReport = ({ logs, examples }: ReadInputs): LinesReport => {
  const sum = (key: keyof LineCounts): number => logs.reduce((total, { tally }) => total + tally.counts[key], 0)
  return { read: sum('read'), parsed: sum('parsed'), skipped: sum('skipped'), filtered: sum('filtered'), overlong: sum('overlong'), glued: sum('glued'), examples }
}

const formatsOf = ({ logs }: ReadInputs): LogFormat[] => logs.flatMap(({ formats }) => formats)

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

/** Logs with `$http_upgrade` go by it, the others by the rule: more than one way is `mixed`. */
const ruleReport = ({ logs, rule }: ReadInputs): HandshakesReport['rule'] => {
  const kinds = new Set(logs.flatMap(({ input, formats }) => formats.map((format): HandshakesReport['rule']['kind'] => {
    if (format.fields.has(Field.upgrade)) return 'http-upgrade'
    if (rule.isNamed) return 'named'
    return rule.ownLogs.has(logFamily(input.source.path)) ? 'own-log' : 'paths'
  })))
  const [kind = 'paths'] = kinds
  const prefixes = kinds.has('paths') ? [...rule.prefixes].sort().slice(0, MAX_PREFIXES) : []
  return { kind: kinds.size > 1 ? 'mixed' : kind, prefixes }
}

const MAX_PREFIXES = 20
