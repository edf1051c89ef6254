import { HANDSHAKE_CAUSES, isFault, LAYER_OF, LAYER_OF_FAILURE, SESSION_CAUSES } from '../cause/cause.ts'
import type { FollowedLog, RunTotals } from '../live/snapshot.ts'
import type { RankedField } from '../session/session.ts'
import type { Family, Row } from './family.ts'
import { FirstNames, OTHER } from './first-names.ts'
import { labelValue } from './label.ts'

const LABEL: Readonly<Record<RankedField, string>> = { upstreams: 'upstream', hosts: 'host', paths: 'path', clients: 'client', userAgents: 'user_agent' }

/** The most paths, and the most upstreams, whose open sessions have a series. */
const MAX_OPEN_NAMES = 100

/** Those whose open sessions have series of their own, since the tail began. */
export type OpenNames = Readonly<Record<'paths' | 'upstreams', FirstNames>>

export const emptyOpenNames = (): OpenNames => ({ paths: new FirstNames(MAX_OPEN_NAMES), upstreams: new FirstNames(MAX_OPEN_NAMES) })

/** Every metric of a tail, but for those of its process. Each cause is there from the start with 0, so that `rate()` sees its first case, too. */
export const familiesOf = (totals: RunTotals, { version, openNames }: { version: string; openNames: OpenNames }): Family[] => [
  gauge('wslog_build_info', 'A constant 1; the label tells the version.', [{ labels: { version }, value: 1 }]),
  counter('wslog_handshakes_total', 'WebSocket handshakes, by whether nginx switched protocols (101). A session\'s handshake counts when the session ends: its log line is written then.', [
    { labels: { result: 'switched' }, value: totals.succeeded },
    { labels: { result: 'failed' }, value: totals.failures.reduce((sum, { count }) => sum + count, 0) },
  ]),
  counter('wslog_handshake_failures_total', 'Handshakes that failed, by cause and by the layer where they failed.', [
    ...HANDSHAKE_CAUSES.map((cause) => ({ labels: { cause, layer: LAYER_OF_FAILURE[cause] }, value: 0 })),
    ...totals.failures.map(({ cause, layer, count }) => ({ labels: { cause, layer }, value: count })),
  ]),
  counter('wslog_session_drops_total', 'Sessions that ended, by cause and layer; a fault is an end that nobody asked for.', [
    ...SESSION_CAUSES.map((cause) => ({ labels: { cause, layer: LAYER_OF[cause], fault: String(isFault(cause)) }, value: 0 })),
    ...totals.drops.map(({ cause, layer, isFault, count }) => ({ labels: { cause, layer, fault: String(isFault) }, value: count })),
  ]),
  { type: 'histogram', name: 'wslog_session_duration_seconds', help: 'How long sessions lived that ended, seconds; each known timer has a bucket from its value to a second above.', ...totals.durations },
  ...activeFamilies(totals),
  ...totals.by.flatMap((by) => rankedFamilies(by)),
  ...totals.by.flatMap(({ field }) => (field === 'paths' || field === 'upstreams' ? openFamilies(totals, field, openNames[field]) : [])),
  ...logFamilies(totals.logs),
]

const counter = (name: string, help: string, rows: readonly Row[]): Family => ({ type: 'counter', name, help, rows })

const gauge = (name: string, help: string, rows: readonly Row[]): Family => ({ type: 'gauge', name, help, rows })

/** No row for what is not known. */
const known = (value: number | undefined): readonly Row[] => (value === undefined ? [] : [{ labels: {}, value }])

const activeFamilies = ({ lost, active: { open, atLeast, nginxConnections } }: RunTotals): Family[] => [
  gauge('wslog_sessions_open', 'Handshakes that began and have not ended, by OPEN lines: open sessions and handshakes that wait.', known(open?.count)),
  gauge('wslog_handshakes_waiting', 'Of wslog_sessions_open, those so young that they may still wait for their 101: an upper bound.', known(open?.waitingAtMost)),
  gauge('wslog_sessions_open_oldest_timestamp_seconds', 'When the oldest open session began, seconds since the epoch.', known(open?.oldest === undefined || open.oldest === null ? undefined : Date.parse(open.oldest.startedAt) / 1000)),
  counter('wslog_sessions_lost_total', 'Sessions that a stop or a crash of nginx ended without a log line.', known(lost ?? undefined)),
  gauge('wslog_sessions_untracked', 'OPEN lines beyond what is kept in memory: these sessions are in no other figure.', known(open?.untracked)),
  gauge('wslog_sessions_active_lower_bound', 'The most sessions known to have been open at one second of the last hour, by those that have ended: at least so many were.', known(atLeast?.count)),
  gauge('wslog_nginx_connections_active', '$connections_active of the latest line: all connections of nginx, idle ones and other sites included.', known(nginxConnections?.count)),
]

const rankedFamilies = ({ field, rows }: RunTotals['by'][number]): Family[] => {
  const label = LABEL[field]
  return [
    counter(`wslog_${label}_handshakes_total`, `WebSocket handshakes by ${label}: the first that came, all others as ${OTHER}.`, rows.flatMap(({ name, succeeded, failed }) => [
      { labels: { [label]: labelValue(name), result: 'switched' }, value: succeeded },
      { labels: { [label]: labelValue(name), result: 'failed' }, value: failed },
    ])),
    counter(`wslog_${label}_session_faults_total`, `Sessions that ended in a fault by ${label}: the first that came, all others as ${OTHER}.`, rows.map(({ name, faults }) => ({ labels: { [label]: labelValue(name) }, value: faults }))),
  ]
}

const openFamilies = ({ active: { open } }: RunTotals, field: keyof OpenNames, names: FirstNames): Family[] => {
  if (open === null) return []
  const rows = (field === 'paths' ? open.byPath : open.byUpstream).map((row): Row => ({ labels: { [LABEL[field]]: names.place(labelValue(row.name)) }, value: row.open }))
  // What a ranked list leaves out stands in the whole count; a name that has none left stays, with 0.
  const rest = open.count - rows.reduce((sum, { value }) => sum + value, 0)
  const all = [...rows, ...[...names, OTHER].map((name) => ({ labels: { [LABEL[field]]: name }, value: name === OTHER ? Math.max(0, rest) : 0 }))]
  return [gauge(`wslog_${LABEL[field]}_sessions_open`, `wslog_sessions_open by ${LABEL[field]}: the first that came, all others as ${OTHER}.`, all)]
}

const KINDS = ['access', 'error'] as const

const logFamilies = (logs: readonly FollowedLog[]): Family[] => {
  const kinds = KINDS.map((kind) => ({ kind, logs: logs.filter((log) => log.kind === kind) })).filter(({ logs }) => logs.length > 0)
  const rowsBy = (figure: (logs: readonly FollowedLog[]) => number): Row[] => kinds.map(({ kind, logs }) => ({ labels: { log_kind: kind }, value: figure(logs) }))
  return [
    counter('wslog_lines_total', 'Log lines read, by what became of them: parsed, skipped as not understood, left out by a filter.', kinds.flatMap(({ kind, logs }) =>
      (['parsed', 'skipped', 'filtered'] as const).map((result) => ({ labels: { log_kind: kind, result }, value: logs.reduce((sum, { lines }) => sum + lines[result], 0) })))),
    gauge('wslog_unread_bytes', 'Bytes that nginx has written to the logs and that are not read yet.', rowsBy((logs) => logs.reduce((sum, { unreadBytes }) => sum + unreadBytes, 0))),
    gauge('wslog_lag_seconds', 'Age of the latest line read while lines are unread, seconds, of the log that lags most; 0 when all are read.', rowsBy((logs) => Math.max(...logs.map(({ lagSeconds }) => lagSeconds)))),
    gauge('wslog_log_following', '1 while the log is followed, 0 while there is no such file or it cannot be read.', followed(logs)),
  ]
}

/** A log named twice is one, and missing if either is. */
const followed = (logs: readonly FollowedLog[]): Row[] => {
  const rows = new Map<string, Row>()
  for (const { path, kind, state } of logs) {
    const labels = { log_kind: kind, path: labelValue(path) }
    const key = `${kind} ${labels.path}`
    rows.set(key, { labels, value: Math.min(rows.get(key)?.value ?? 1, state === 'following' ? 1 : 0) })
  }
  return [...rows.values()]
}
