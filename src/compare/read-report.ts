import { HANDSHAKE_CAUSES, SESSION_CAUSES } from '../cause/cause.ts'
import { WslogError } from '../errors.ts'
import { type MissingEvidence, REPORT_SCHEMA } from '../report/report.ts'
import type { ComparableCluster, ComparableMinute, ComparableReport } from './comparison.ts'
import { Fields } from './fields.ts'

/**
 * A report from a parsed JSON document: whatever it holds, what comes out has the types that it says. Fields that it does not
 * need are not looked at, so reports of other versions of `wslog.report/1` are read, too. `name`: of the file, for messages.
 * @throws WslogError `input`
 */
export const readReport = (document: unknown, name: string): ComparableReport => {
  checkSchema(document, name)
  const report = new Fields(document, `${name}:`)
  const window = report.object('window')
  const evidence = report.object('evidence')
  const handshakes = report.object('handshakes')
  const sessions = report.object('sessions')
  const durations = sessions.object('durationSeconds')
  const drops = report.object('drops')
  const attempts = handshakes.count('attempts')
  const succeeded = atMost(handshakes.count('succeeded'), attempts, `${name}: handshakes.succeeded is more than handshakes.attempts`)
  const count = sessions.count('count')
  return {
    version: report.text('version'),
    generatedAt: report.instant('generatedAt'),
    window: { from: window.instantOrNull('from'), to: window.instantOrNull('to'), timeZone: window.text('timeZone') },
    health: { status: report.object('health').word('status', ['ok', 'degraded', 'failing', 'unknown']) },
    inputs: report.list('inputs', (input) => ({ path: input.text('path'), kind: input.word('kind', ['access', 'error']), logFormat: input.text('logFormat') })),
    errors: report.list('errors', (error) => ({ path: error.text('path') })),
    lines: { filtered: report.object('lines').count('filtered') },
    evidence: {
      errorLogLevel: evidence.word('errorLogLevel', ['none', 'error', 'warn', 'notice', 'info']),
      join: evidence.word('join', ['exact', 'approximate', 'none']),
      missing: evidence.texts('missing') as MissingEvidence[],
    },
    handshakes: {
      attempts,
      succeeded,
      failures: handshakes.list('failures', (failure) => ({ cause: failure.word('cause', HANDSHAKE_CAUSES), count: failure.count('count') })),
      rule: { kind: handshakes.object('rule').word('kind', ['http-upgrade', 'own-log', 'named', 'paths', 'mixed']) },
    },
    sessions: {
      count,
      durationSeconds: { p50: durations.numberOrNull('p50'), p95: durations.numberOrNull('p95'), mean: durations.numberOrNull('mean') },
      histogram: sessions.list('histogram', (bin) => ({ from: bin.number('from'), to: bin.number('to'), count: bin.count('count') })),
    },
    active: { peak: report.object('active').countOrNull('peak') },
    drops: { count: drops.count('count'), faults: atMost(drops.count('faults'), count, `${name}: drops.faults is more than sessions.count`) },
    timeline: timelineOf(report, name),
    clusters: report.list('clusters', clusterOf),
    endings: report.list('endings', (ending) => ({ cause: ending.word('cause', SESSION_CAUSES), sessions: ending.count('sessions') })),
    hosts: report.list('hosts', (host) => ({ name: host.text('name') })),
    findings: report.list('findings', (finding) => ({ code: finding.text('code'), severity: finding.word('severity', ['critical', 'warning', 'info']), title: finding.text('title'), sessions: finding.count('sessions'), share: finding.number('share') })),
  }
}

const timelineOf = (report: Fields, name: string): ComparableMinute[] => {
  const minutes = report.list('timeline', (minute) => ({
    minute: minute.instant('minute'),
    attempts: minute.count('attempts'),
    succeeded: minute.count('succeeded'),
    drops: minute.count('drops'),
    faults: minute.count('faults'),
    active: minute.countOrNull('active'),
    causes: minute.counts('causes', SESSION_CAUSES),
  }))
  for (let index = 1; index < minutes.length; index++) {
    if (Date.parse(minutes[index]!.minute) <= Date.parse(minutes[index - 1]!.minute)) throw new WslogError('input', `${name}: timeline[${index}] is not after the minute before it: not a report as wslog writes it; make it anew with wslog analyze -o`)
  }
  return minutes
}

const clusterOf = (cluster: Fields): ComparableCluster => ({
  seconds: cluster.number('seconds'),
  from: cluster.number('from'),
  to: cluster.number('to'),
  sessions: cluster.count('sessions'),
  quiet: cluster.countOrNull('quiet'),
  expected: cluster.number('expected'),
  cause: cluster.wordOrNull('cause', SESSION_CAUSES),
})

const atMost = (value: number, most: number, message: string): number => {
  if (value > most) throw new WslogError('input', `${message}: not a report as wslog writes it; make it anew with wslog analyze -o`)
  return value
}

const MAX_SHOWN = 60

const checkSchema = (document: unknown, name: string): void => {
  const schema = typeof document === 'object' && document !== null && Object.hasOwn(document, 'schema') ? (document as { schema: unknown }).schema : undefined
  if (schema === REPORT_SCHEMA) return
  if (typeof schema !== 'string') throw new WslogError('input', `${name}: is JSON, but no report: it names no schema; write one with wslog analyze <log> -o report.json`)
  const shown = schema.length > MAX_SHOWN ? `${schema.slice(0, MAX_SHOWN)}…` : schema
  const [, kind, number] = /^wslog\.([a-z]+)\/(\d{1,9})$/.exec(schema) ?? []
  if (kind === 'summary') throw new WslogError('input', `${name}: is a summary (${shown}), which has no verdicts yet; wslog merge ${name} -o report.json makes a report of it`)
  if (kind === 'report' && Number(number) > 1) throw new WslogError('input', `${name}: is a ${shown}, written by a newer wslog than this one, which reads ${REPORT_SCHEMA}; update this one`)
  throw new WslogError('input', `${name}: is a ${shown}, and not a ${REPORT_SCHEMA}; write one with wslog analyze <log> -o report.json`)
}
