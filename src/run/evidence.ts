import { Field } from '../log-format/fields.ts'
import type { LogFormat } from '../log-format/compile.ts'
import type { LineCounts } from '../log-format/read-tally.ts'
import type { Evidence, HandshakesReport, InputReport, LinesReport, MissingEvidence, Report } from '../report/report.ts'
import type { ReportParts } from '../report/build.ts'
import type { ErrorTally } from '../error-log/error-tally.ts'
import { MESSAGES } from '../error-log/messages.ts'
import type { InputFailure } from '../input/source.ts'
import { logFamily } from '../session/handshake-rule.ts'
import type { AccessLogRead, ErrorLogRead } from '../digest/logs-read.ts'
import type { Settled } from '../digest/settle.ts'
import type { ReadErrors } from './read-errors.ts'
import type { ReadInputs } from './read-inputs.ts'

/** What was read of access logs. */
export interface AccessLogsRead extends Pick<ReadInputs, 'summary' | 'rule' | 'examples' | 'failures' | 'joined' | 'logs'> {}

/** What was read of error logs. */
export interface ErrorLogsRead extends Pick<ReadErrors, 'tally' | 'level' | 'zone' | 'failures' | 'logs'>, Pick<Settled, 'lacking'> {}

/** What the reading itself has to say to a report: which logs, how many lines, what they cannot tell. */
export const evidenceOf = (read: AccessLogsRead, errors: ErrorLogsRead | undefined, failures: readonly InputFailure[]): Pick<ReportParts, 'inputs' | 'errors' | 'lines' | 'evidence' | 'rule' | 'summary'> => ({
  inputs: [...read.logs.map(inputReport), ...(errors?.logs ?? []).map((log) => errorLogReport(log, errors!))],
  errors: [...failures, ...(errors?.failures ?? []), ...read.failures].map(({ path, error }): Report['errors'][number] => ({ path, message: error.message })),
  lines: linesReport(read),
  evidence: evidenceReport(read, errors),
  rule: ruleReport(read),
  summary: read.summary,
})

const errorLogReport = ({ path, envelope, tally, fromMs, toMs }: ErrorLogRead, { level }: ErrorLogsRead): InputReport => ({
  path,
  kind: 'error',
  logFormat: level,
  envelope: envelope ?? null,
  bytes: tally.bytes,
  lines: tally.counts.read,
  parsed: tally.counts.parsed,
  skipped: tally.counts.skipped,
  filtered: tally.counts.filtered,
  from: instant(fromMs),
  to: instant(toMs),
})

/** Texts of error lines that are shown. */
const MAX_MESSAGES = 40

const evidenceReport = (read: AccessLogsRead, errors: ErrorLogsRead | undefined): Evidence => {
  const { endings, joined: found, ambiguous } = read.joined ?? { endings: 0, joined: 0, ambiguous: 0 }
  return {
    errorLogLevel: errors?.level ?? 'none',
    join: errors === undefined ? 'none' : formatsOf(read).every(({ fields }) => fields.has(Field.connection)) ? 'exact' : 'approximate',
    joined: errors === undefined ? null : { endings, found, ambiguous },
    errorLogZone: errors?.zone ?? null,
    messages: errors === undefined ? [] : messagesOf(errors.tally).slice(0, MAX_MESSAGES),
    missing: missingEvidence(read, errors),
  }
}

const messagesOf = (tally: ErrorTally): Evidence['messages'][number][] => [
  ...Array.from(tally.byMessage, ([id, count]) => ({ message: id, text: TEXT_OF.get(id)!.text, level: TEXT_OF.get(id)!.levels.join('|'), count })),
  ...tally.unknown.map(({ text, level, count }) => ({ message: null, text, level, count })),
].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.level < b.level ? -1 : 1))

const TEXT_OF = new Map(MESSAGES.map((message) => [message.id, message]))

const inputReport = ({ path, envelope, tally }: AccessLogRead): InputReport => {
  const { read, parsed, skipped, filtered } = tally.counts
  return {
    path,
    kind: 'access',
    logFormat: tally.formats.join(', '),
    envelope: envelope ?? null,
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

const linesReport = ({ logs, examples }: AccessLogsRead): LinesReport => {
  const sum = (key: keyof LineCounts): number => logs.reduce((total, { tally }) => total + tally.counts[key], 0)
  return { read: sum('read'), parsed: sum('parsed'), skipped: sum('skipped'), filtered: sum('filtered'), overlong: sum('overlong'), glued: sum('glued'), examples }
}

/** Formats of ends: a marker's lacks most fields, and need not have them. */
const formatsOf = ({ logs }: AccessLogsRead): LogFormat[] => logs.flatMap(({ formats }) => formats.filter(({ isOpenMarker }) => !isOpenMarker))

const missingEvidence = (read: AccessLogsRead, errors: ErrorLogsRead | undefined): MissingEvidence[] => {
  const formats = formatsOf(read)
  const lacks = (...fields: Field[]): boolean => formats.some((format) => !fields.some((field) => format.fields.has(field)))
  const missing: MissingEvidence[] = errors === undefined ? ['error-log'] : errors.lacking !== undefined ? [errors.lacking] : errors.level !== 'info' ? ['info-level'] : []
  if (lacks(Field.requestTime, Field.upstreamTime)) missing.push('request-time')
  if (lacks(Field.bodyBytes)) missing.push('body-bytes')
  if (lacks(Field.upstream)) missing.push('upstream-addr')
  if (lacks(Field.host)) missing.push('host')
  if (lacks(Field.connection)) missing.push('connection')
  if (lacks(Field.completion)) missing.push('request-completion')
  if (lacks(Field.upgrade)) missing.push('http-upgrade')
  return missing
}

/** Logs with `$http_upgrade` go by it, the others by the rule: more than one way is `mixed`. */
const ruleReport = ({ logs, rule }: AccessLogsRead): HandshakesReport['rule'] => {
  const kinds = new Set(logs.flatMap(({ path, formats }) => formats.filter(({ isOpenMarker }) => !isOpenMarker).map((format): HandshakesReport['rule']['kind'] => {
    if (format.fields.has(Field.upgrade)) return 'http-upgrade'
    if (rule.isNamed) return 'named'
    return rule.ownLogs.has(logFamily(path)) ? 'own-log' : 'paths'
  })))
  const [kind = 'paths'] = kinds
  const prefixes = kinds.has('paths') ? [...rule.prefixes].sort().slice(0, MAX_PREFIXES) : []
  return { kind: kinds.size > 1 ? 'mixed' : kind, prefixes }
}

const MAX_PREFIXES = 20
