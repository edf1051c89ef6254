import type { Zone } from 'luxon'
import type { HandshakeCause } from '../cause/cause.ts'
import type { MissingEvidence, RankedReport, Report } from '../report/report.ts'
import { formatAge, formatCount, formatMinute, formatShare } from './format.ts'
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
  const reasons = [failed > 0 ? `${formatCount(failed)} failed` : '', health.reasons.includes('idle-timer') ? 'quiet sessions end at one age' : ''].filter((reason) => reason !== '')
  const state = health.status === 'ok' ? `Healthy: ${rate}.` : health.status === 'failing' ? `Failing: only ${rate}.` : `Not healthy: ${[rate, ...reasons].join(', ')}.`
  const sentences = [state]
  if (health.badMinutes > 0) {
    const when = health.badMinutes === 1 ? `One bad minute: ${at(health.badFrom)}` : `${health.badMinutes} bad minutes from ${at(health.badFrom)} to ${at(health.badTo)}`
    sentences.push(`${when}${health.isOngoing ? ', and still so at the end of the log' : ''} (${health.reasons.flatMap((reason) => REASONS[reason] ?? []).join('; ')}).`)
  }
  const most = dropsMost(report)
  if (most !== undefined) sentences.push(most)
  if (drops.perMinute.max !== null && drops.perMinute.max > 0) sentences.push(`Most drops in one minute: ${formatCount(drops.perMinute.max)} at ${at(drops.perMinute.maxAt)}, ${formatCount(drops.perMinute.mean ?? 0)} on average.`)
  return sentences
}

const NAME_WIDTH = 40

const MAX_AGES = 3
const MIN_AGE_SHARE = 0.05

/** What drops most: ages that stand out, and the path or upstream that has twice its even share. */
const dropsMost = ({ sessions, clusters, paths, upstreams, rankings }: Report): string | undefined => {
  if (sessions.count === 0) return undefined
  const ages = clusters.filter(({ share }) => share >= MIN_AGE_SHARE).slice(0, MAX_AGES).map(({ share, seconds, quiet, sessions: count }) =>
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
