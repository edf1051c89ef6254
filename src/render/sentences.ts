import type { Zone } from 'luxon'
import { type Confidence, type HandshakeCause, isFault, type Layer, type SessionCause } from '../cause/cause.ts'
import type { ClusterReport, EndingReport, EventKind, EventReport, Evidence, Finding, MissingEvidence, RankedReport, Report } from '../report/report.ts'
import { formatAge, formatCount, formatMinute, formatRough, formatShare } from './format.ts'
import { clip } from './sanitize.ts'

/** Every sentence of a report, in one place, so that a second language is one more file. */

export const CAUSES: Readonly<Record<HandshakeCause, string>> = {
  'upgrade-missing': 'the backend answered as to plain HTTP: Upgrade/Connection not passed?',
  'not-found': 'no location matches this path',
  redirected: 'a redirect; WebSocket clients do not follow one',
  forbidden: 'refused: origin check, allow/deny',
  unauthorized: 'login missing or wrong',
  'rate-limited': 'limit_req or limit_conn, no backend asked',
  refused: 'the backend refuses connections',
  'connect-timeout': 'the backend cannot be reached',
  'handshake-timeout': 'the backend did not answer in time',
  'upstream-closed': 'the backend closed before it answered',
  'no-live-upstream': 'nginx counts every backend as down',
  'bad-reply': 'the backend answered no HTTP',
  'tls-upstream': 'TLS to the backend failed',
  dns: "the backend's name cannot be resolved",
  'client-gone': 'the client left, or sent no valid request',
  capacity: 'nginx ran out of connections or files',
  'server-error': 'the backend reported an error',
  other: 'not known from this log',
}

/** Who ended a session, and by what. */
const ENDINGS: Readonly<Record<SessionCause, string>> = {
  closed: 'closed in order',
  'idle-timeout': 'silent for proxy_read_timeout',
  'client-stalled': 'the client stopped reading',
  'client-reset': 'the client reset the connection',
  'client-lost': 'the client vanished',
  'upstream-reset': 'the backend reset the connection',
  'upstream-lost': 'the backend vanished',
  'upstream-restart': 'the backend stopped or restarted',
  'worker-shutdown': 'reload: worker_shutdown_timeout',
  'edge-idle-timeout': 'idle timer of a hop in front',
  'upstream-idle-timeout': 'idle timer of the backend',
  'lifetime-limit': 'maximum age, busy or not: planned',
}

/** Without a line or a pattern that says more, an end that looks orderly may be any. */
export const endingText = ({ cause, confidence }: Pick<EndingReport, 'cause' | 'confidence'>): string =>
  cause === 'closed' && confidence === 'guess' ? 'closed, by whom is not known' : ENDINGS[cause]

export const CONFIDENCES: Readonly<Record<Confidence, string>> = { confirmed: 'confirmed', likely: 'likely', guess: 'guess' }

export const CONFIDENCE_KEY = 'confirmed: a log line says so; likely: fits one cause; guess: fits several'

export const LAYERS: Readonly<Record<Layer, string>> = { client: 'client', edge: 'edge', nginx: 'nginx', upstream: 'upstream', unknown: 'unknown' }

export const EVENTS: Readonly<Record<EventKind, string>> = {
  reload: 'nginx reloaded',
  'upstream-restart': 'backend stopped',
  'edge-restart': 'hop in front cut',
  'ends-together': 'ended together',
  'nginx-stop': 'nginx stopped',
  'nginx-start': 'nginx started',
  'worker-crash': 'worker crashed',
  blackout: 'no handshakes',
  'reconnect-storm': 'reconnect storm',
}

/** What an event did to how many sessions; empty where there is nothing to count. */
export const eventSessions = ({ kind, sessions }: EventReport): string => {
  if (sessions === null) return 'sessions lost: not known'
  if (sessions === 0) return ''
  return `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'} ${kind === 'reconnect-storm' ? 'began' : 'ended'}`
}

/** What the kind says already is not said again. */
export const eventDetail = ({ kind, detail }: EventReport): string => (kind === 'nginx-start' ? '' : detail)

export const SEVERITIES: Readonly<Record<Finding['severity'], string>> = { critical: 'critical', warning: 'warning', info: 'note' }

/** Whom a finding hits, and what mending it would save. */
export const findingWorth = ({ layer, sessions, share, sessionsPerDay }: Finding): string =>
  [`layer ${LAYERS[layer]}`, ...(sessions === 0 ? [] : [`${formatCount(sessions)} in this log (${formatShare(share)})`]), ...(sessionsPerDay === 0 ? [] : [`about ${formatRough(sessionsPerDay)} a day at this rate`])].join(', ')

/** Findings beyond those that are shown whole. */
export const MORE_FINDINGS = 'And, with their lines in -o report.md and --json:'

export const NOT_SAID = 'An access log alone does not say. The error log does, where nginx writes it at level info:'
export const INFO_SAYS_MORE = 'This error log is not at level info, where nginx logs idle cuts and resets by clients:'
/** Nothing is known of how any session ended. */
export const notTold = ({ evidence: { errorLogLevel } }: Pick<Report, 'evidence'>): string => (errorLogLevel === 'none' ? 'The access log does not say.' : 'Neither the access log nor the error log says.')
export const SAYS_MORE = 'The error log says more, where nginx writes it at level info:'

/** What would tell who cut the sessions: a line for nginx.conf, and the option that reads what it writes. */
export const ERROR_LOG_LINE = 'error_log /var/log/nginx/ws_error.log info;'
export const ERROR_LOG_STEPS = [ERROR_LOG_LINE, 'wslog analyze ws_access.log -e /var/log/nginx/ws_error.log']

const NO_CAUSE = 'several causes fit'

/** Who ends the sessions of a cluster; null in the report: several may. */
export const clusterCause = ({ cause }: ClusterReport): string => (cause === null ? NO_CAUSE : ENDINGS[cause])

const MAX_PRODUCTS = 4
const LAYER_PLACES: Readonly<Record<Layer, string>> = { client: 'client', edge: 'hop in front', nginx: 'nginx', upstream: 'application', unknown: 'others' }

/** Products that cut at this age by default, some for each layer that the evidence leaves; undefined: none is known. */
export const candidatesSentence = ({ seconds, candidates, cause }: ClusterReport): string | undefined => {
  const places = (['nginx', 'edge', 'upstream', 'client', 'unknown'] as const).flatMap((layer) => {
    const here = candidates.filter((candidate) => candidate.layer === layer).sort((a, b) => Number(b.product === 'nginx') - Number(a.product === 'nginx'))
    const all = [...new Set(here.flatMap((candidate) => productOf(candidate, cause)))]
    if (all.length === 0) return []
    const rest = all.length - MAX_PRODUCTS
    return [`${LAYER_PLACES[layer]}: ${all.slice(0, MAX_PRODUCTS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`]
  })
  return places.length === 0 ? undefined : `Known timers of ${formatAge(Number(seconds.toFixed(seconds < 10 ? 1 : 0)))} – ${places.join('; ')}.`
}

/** nginx by its directive, others without what stands in parentheses. What its own log line names is no other directive. */
const productOf = ({ product, setting }: ClusterReport['candidates'][number], cause: SessionCause | null): string[] => {
  if (product !== 'nginx') return [product.replace(/ \(.*\)$/, '')]
  return cause === 'idle-timeout' && setting !== 'proxy_read_timeout' ? [] : [setting.replace(/ \(.*\)$/, '')]
}

/** What the error logs held and how they were joined; empty without any. */
export const errorLogSentences = ({ errorLogLevel, join, joined, errorLogZone }: Evidence): string[] => {
  if (joined === null) return []
  const zone = errorLogZone === null ? '' : `, its times in ${errorLogZone.zone} (${ZONES[errorLogZone.from]})`
  const ambiguous = joined.ambiguous === 0 ? '' : `, ${formatCount(joined.ambiguous)} handshakes had several that fit`
  const found = joined.endings === 0 ? 'no line in it tells how a session ended' : `${formatCount(joined.found)} of ${formatCount(joined.endings)} lines on how sessions ended found theirs, ${JOINS[join]}${ambiguous}`
  return [`finest level held: ${errorLogLevel === 'none' ? 'none' : errorLogLevel}${zone}`, found]
}

const ZONES: Readonly<Record<NonNullable<Evidence['errorLogZone']>['from'], string>> = { 'access-log': "the access log's zone", option: 'from --tz', system: "this machine's zone" }
const JOINS: Readonly<Record<Evidence['join'], string>> = { exact: 'by connection number', approximate: 'by client, request and time', none: 'by nothing' }

/** Entries that wslog has no row for; the report holds the most frequent ones. */
export const unknownMessages = ({ messages }: Evidence): { readonly sentence: string; readonly texts: readonly string[] } | undefined => {
  const unknown = messages.filter(({ message }) => message === null)
  if (unknown.length === 0) return undefined
  const lines = unknown.reduce((sum, { count }) => sum + count, 0)
  return { sentence: `${formatCount(lines)} ${lines === 1 ? 'line says' : 'lines say'} what wslog does not know`, texts: unknown.map(({ level, text, count }) => `${formatCount(count)} × [${level}] ${text}`) }
}

export const MISSING: Readonly<Record<MissingEvidence, string>> = {
  'error-log': 'who cut the sessions: give the error log with -e, written at level info',
  'info-level': 'which sessions an idle timer of nginx cut, or a client reset: it logs both at level info, so set error_log … info',
  connection: 'which error line belongs to which session, beyond doubt: add $pid and $connection to the log_format',
  'request-completion': 'which sessions nginx cut at worker_shutdown_timeout: add $request_completion',
  'request-time': 'how long sessions live: add $request_time to the log_format',
  'body-bytes': 'which sessions were quiet: add $body_bytes_sent to the log_format',
  'http-upgrade': 'which requests asked for a WebSocket, other than by path: add $http_upgrade',
  'upstream-addr': 'which backend served a session: add $upstream_addr',
  host: 'which host was asked for: add $host',
}

export const RULES: Readonly<Record<Report['handshakes']['rule']['kind'], string>> = {
  'http-upgrade': 'requests whose Upgrade header names websocket',
  'own-log': 'every line: at least half of them are 101, so this is a log of WebSockets',
  named: 'the requests that --path names',
  paths: 'lines with 101, or whose path had one or is named like a socket',
  mixed: 'by the Upgrade header where a log has it; every line of a log of WebSockets; else by path',
}

/** The answer to "is it healthy, and since when not", in one or two sentences. */
export const healthSentences = (report: Report, zone: Zone): string[] => {
  const { health, handshakes, drops, timeline } = report
  const hasDate = timeline.length > 1440
  const at = (minute: string | null): string => formatMinute(minute, { zone, hasDate })
  if (health.status === 'unknown') {
    const isAllFiltered = report.lines.filtered > 0 && report.lines.parsed === 0
    return [isAllFiltered ? `Nothing to judge: all ${formatCount(report.lines.filtered)} lines lie outside of what was asked for.` : 'Nothing to judge: no WebSocket handshake in this log.']
  }
  const failed = handshakes.attempts - handshakes.succeeded
  const rate = `${formatShare(handshakes.successRate)} of ${formatCount(handshakes.attempts)} handshakes reached 101`
  const isTimerUnnamed = health.reasons.includes('idle-timer') && drops.faults === 0
  const reasons = [failed > 0 ? `${formatCount(failed)} failed` : '', isTimerUnnamed ? 'quiet sessions end at one age' : ''].filter((reason) => reason !== '')
  const faults = faultSentence(report)
  // The larger loss is told first.
  const isMoreCut = faults.length > 0 && drops.faults / report.sessions.count > failed / handshakes.attempts
  const sentences = health.status === 'failing' ? [`Failing: only ${rate}.`, ...faults] : health.status === 'degraded' ? (health.reasons.length === 1 && health.reasons[0] === 'faults' ? [...faults, `${rate}.`] : isMoreCut ? [...faults, `${[rate, ...reasons].join(', ')}.`] : [`Not healthy: ${[rate, ...reasons].join(', ')}.`, ...faults]) : [`Healthy: ${rate}.`, ...faults]
  const [failure] = handshakes.failures
  if (failure !== undefined && health.status !== 'ok') sentences.push(`Handshakes fail most at layer ${LAYERS[failure.layer]} (${formatCount(failure.count)}): ${CAUSES[failure.cause]}.`)
  if (health.badMinutes > 0) {
    const when = health.badMinutes === 1 ? `One bad minute: ${at(health.badFrom)}` : `${health.badMinutes} bad minutes from ${at(health.badFrom)} to ${at(health.badTo)}`
    sentences.push(`${when}${health.isOngoing ? ', and still so at the end of the log' : ''} (${health.reasons.flatMap((reason) => REASONS[reason] ?? []).join('; ')}).`)
  }
  const most = dropsMost(report)
  if (most !== undefined) sentences.push(most)
  if (drops.perMinute.max !== null && drops.perMinute.max > 0) sentences.push(`Most drops in one minute: ${formatCount(drops.perMinute.max)} at ${at(drops.perMinute.maxAt)}, ${formatCount(drops.perMinute.mean ?? 0)} on average.`)
  return sentences
}

/** How many sessions were cut, and by what most. */
const faultSentence = ({ drops, sessions, endings, evidence }: Report): string[] => {
  const most = endings.find(({ cause }) => isFault(cause))
  if (most === undefined || drops.faults === 0) return []
  const byLayer = new Map<string, number>()
  for (const { cause, layer, sessions: own } of endings) if (isFault(cause)) byLayer.set(LAYERS[layer], (byLayer.get(LAYERS[layer]) ?? 0) + own)
  const layers = [...byLayer].sort(([, a], [, b]) => b - a).map(([layer, own]) => `${formatCount(own)} at layer ${layer}`)
  const often = most.sessions === drops.faults ? `${endingText(most)} (${CONFIDENCES[most.confidence]})` : `most often ${endingText(most)} (${formatCount(most.sessions)}, ${CONFIDENCES[most.confidence]})`
  // Without level info, what nginx and clients cut leaves no line.
  const least = evidence.errorLogLevel === 'info' ? '' : 'At least '
  return [`${least}${formatCount(drops.faults)} of ${formatCount(sessions.count)} sessions were cut (${formatShare(drops.faults / sessions.count)}): ${layers.join(', ')}; ${often}.`]
}

const NAME_WIDTH = 40

const MAX_AGES = 3
const MIN_AGE_SHARE = 0.05

/** What drops most: ages that stand out, and the path or upstream that has twice its even share. */
const dropsMost = ({ sessions, clusters, paths, upstreams, rankings, drops }: Report): string | undefined => {
  if (sessions.count === 0) return undefined
  const ages = clusters.filter(({ share, cause }) => share >= MIN_AGE_SHARE && (cause === null || drops.faults === 0)).slice(0, MAX_AGES).map(({ share, seconds, quiet, sessions: count }) =>
    `${formatShare(share)} at the age of ${formatAge(seconds)}${quiet === null ? '' : quiet === count ? ' (all quiet)' : quiet === 0 ? '' : ` (${formatShare(quiet / count)} quiet)`}`)
  const path = standsOut(paths, { drops: sessions.count, values: rankings.paths.values })
  const upstream = standsOut(upstreams, { drops: sessions.count, values: rankings.upstreams.values })
  const parts = [...ages, ...(path === undefined ? [] : [`${path.share} at ${path.name}`]), ...(upstream === undefined ? [] : [`${upstream.share} from ${upstream.name}`])]
  return parts.length === 0 ? undefined : `Of ${formatCount(sessions.count)} drops: ${parts.join('; ')}.`
}

/** The row with most drops, when others drop as well and it has at least twice its even share. */
const standsOut = (rows: readonly RankedReport[], { drops, values }: { drops: number; values: number }): { name: string; share: string } | undefined => {
  const [most] = rows.toSorted((a, b) => b.drops - a.drops)
  if (most === undefined || most.drops === drops || most.drops * values < drops * 2) return undefined
  return { name: clip(most.name, NAME_WIDTH), share: formatShare(most.drops / drops) }
}

/** What makes single minutes bad; a timer does not. */
const REASONS: Readonly<Partial<Record<Report['health']['reasons'][number], string>>> = {
  'success-rate': 'handshakes fail',
  'drop-spikes': 'more drops than usual',
}

/** What beginnings without an end say: open, since when, lost. */
export const openSentence = ({ count, waitingAtMost, oldest, lost, untracked }: NonNullable<Report['open']>, instant: (at: string) => string): string => {
  const since = oldest === null ? '' : `, the oldest since ${instant(oldest.startedAt)}`
  const waiting = waitingAtMost === 0 ? '' : `; up to ${formatCount(waitingAtMost)} of them may still wait for an answer`
  const gone = lost === 0 ? '' : `; ${formatCount(lost)} ${lost === 1 ? 'was' : 'were'} lost to stops or crashes of nginx`
  const more = untracked === 0 ? '' : `; ${formatCount(untracked)} could not be followed`
  return `${formatCount(count)} ${count === 1 ? 'handshake was' : 'handshakes were'} still open at the end of the log${since}${waiting}${gone}${more}`
}
