import type { Zone } from 'luxon'
import type { HandshakeCause } from '../session/handshake-cause.ts'
import type { MissingEvidence, Report } from '../report/report.ts'
import { formatAge, formatCount, formatMinute, formatShare } from './format.ts'
import { sanitize } from './sanitize.ts'

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
  'client-gone': 'the client left before the answer',
  capacity: 'nginx ran out of connections or files',
  'server-error': 'the backend reported an error',
  other: 'not known from this log',
}

export const MISSING: Readonly<Record<MissingEvidence, string>> = {
  'error-log': 'who cut the sessions: nginx writes that to its error log, at level info',
  'request-time': 'how long sessions live: add $request_time to the log_format',
  'body-bytes': 'which sessions were quiet: add $body_bytes_sent to the log_format',
  'http-upgrade': 'which requests asked for a WebSocket, other than by path: add $http_upgrade',
  'upstream-addr': 'which backend served a session: add $upstream_addr',
  host: 'which host was asked for: add $host',
}

export const RULES: Readonly<Record<Report['handshakes']['rule']['kind'], string>> = {
  'http-upgrade': 'requests whose Upgrade header names websocket',
  'own-log': 'every line: at least half of them are 101, so this is a log of WebSockets',
  paths: 'lines with 101, or whose path had one or is named like a socket',
  mixed: 'by the Upgrade header where the log has it, else by path',
}

/** The answer to "is it healthy, and since when not", in one or two sentences. */
export const healthSentences = (report: Report, zone: Zone): string[] => {
  const { health, handshakes, drops, timeline } = report
  const hasDate = timeline.length > 1440
  const at = (minute: string | null): string => formatMinute(minute, { zone, hasDate })
  if (health.status === 'unknown') return ['Nothing to judge: no WebSocket handshake in this log.']
  const failed = handshakes.attempts - handshakes.succeeded
  const rate = `${formatShare(handshakes.successRate)} of ${formatCount(handshakes.attempts)} handshakes reached 101`
  const state = health.status === 'ok' ? `Healthy: ${rate}.` : health.status === 'failing' ? `Failing: only ${rate}.` : `Not healthy: ${rate}${failed > 0 ? `, ${formatCount(failed)} failed` : ''}.`
  const sentences = [state]
  if (health.badMinutes > 0) {
    const when = health.badMinutes === 1 ? `One bad minute: ${at(health.badFrom)}` : `${health.badMinutes} bad minutes from ${at(health.badFrom)} to ${at(health.badTo)}`
    sentences.push(`${when}${health.isOngoing ? ', and still so at its end' : ''} (${health.reasons.map((reason) => REASONS[reason]).join('; ')}).`)
  }
  const most = dropsMost(report)
  if (most !== undefined) sentences.push(most)
  if (drops.perMinute.max !== null && drops.perMinute.max > 0) sentences.push(`Most drops in one minute: ${formatCount(drops.perMinute.max)} at ${at(drops.perMinute.maxAt)}, ${formatCount(drops.perMinute.mean ?? 0)} on average.`)
  return sentences
}

/** What drops most: an age, if one stands out, and the upstream or path that has more than its share. */
const dropsMost = ({ sessions, clusters, paths, upstreams }: Report): string | undefined => {
  if (sessions.count === 0) return undefined
  const [cluster] = clusters
  const [upstream] = upstreams.toSorted((a, b) => b.drops - a.drops)
  const [path] = paths.toSorted((a, b) => b.drops - a.drops)
  const parts: string[] = []
  if (cluster !== undefined) parts.push(`${formatShare(cluster.share)} at the age of ${formatAge(cluster.seconds)}${cluster.quiet === null ? '' : cluster.quiet === cluster.sessions ? ', all quiet' : `, ${formatShare(cluster.quiet / cluster.sessions)} quiet`}`)
  if (path !== undefined && paths.length > 1) parts.push(`${formatShare(path.drops / sessions.count)} at ${sanitize(path.name)}`)
  if (upstream !== undefined && upstreams.length > 1) parts.push(`${formatShare(upstream.drops / sessions.count)} from ${sanitize(upstream.name)}`)
  return parts.length === 0 ? undefined : `Of ${formatCount(sessions.count)} drops: ${parts.join('; ')}.`
}

const REASONS: Readonly<Record<Report['health']['reasons'][number], string>> = {
  'success-rate': 'handshakes fail',
  'drop-spikes': 'more drops than usual',
}
