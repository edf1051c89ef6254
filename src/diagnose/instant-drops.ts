import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import { onlyOne, scaled, shareOfSessions } from './endings.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, percent, short } from './wording.ts'

/** Nobody opens a socket for less, but a client that is turned away after the 101, or a probe. */
const INSTANT_MS = 1000
/** In usual logs the ages from one to four seconds hold several times as many as the first second. */
const NEXT_MS = 4000
const HEAP_RATIO = 2
const MIN_SHARE = 0.05
const MIN_SESSIONS = 20
/** Of one or two addresses: may be a monitor that only looks whether a socket opens. */
const MAX_PROBES = 2
const NEARLY_ALL = 0.9
const CLOSE_BYTES = 4

/** Many sessions end right after their 101, apart from the short ones that are usual. */
export const instantDrops: Rule = (facts) => {
  const sample = facts.summary.sessionSample
  const instant = sample.rows.filter(({ durationMs }) => durationMs < INSTANT_MS)
  const next = sample.rows.filter(({ durationMs }) => durationMs >= INSTANT_MS && durationMs < NEXT_MS).length
  const sessions = scaled(instant.length, sample)
  const share = shareOfSessions(facts, sessions)
  if (sessions < MIN_SESSIONS || share < MIN_SHARE || instant.length < next * HEAP_RATIO) return undefined
  const isProbe = mostFrequent(instant, ({ client }) => client, MAX_PROBES) >= instant.length * NEARLY_ALL && new Set(sample.rows.map(({ client }) => client)).size > MAX_PROBES
  const place = onlyOne(instant, sample.rows, ({ path }) => path)
  const upstream = onlyOne(instant, sample.rows, (one) => one.upstream)
  const known = instant.filter(({ bytesToClient }) => bytesToClient >= 0)
  const closed = known.filter(({ bytesToClient }) => bytesToClient === CLOSE_BYTES).length
  const silent = known.filter(({ bytesToClient }) => bytesToClient === 0).length
  const busy = known.length - closed - silent
  return {
    code: 'instant-drops',
    severity: isProbe ? 'info' : 'warning',
    layer: 'unknown',
    title: isProbe ? `${percent(share)} of sessions end within a second: it may be a monitor` : `${percent(share)} of sessions end within a second of their 101`,
    detail: `${counted(sessions, 'session')} lived for less than a second, far more than the ages just above would let expect.${known.length === 0 ? '' : ` Before the end ${percent(silent / known.length)} got nothing, ${percent(closed / known.length)} only a Close frame, ${percent(busy / known.length)} some message.`}${place === undefined ? '' : ` Nearly all were at ${short(place)}.`}${upstream === undefined ? '' : ` Nearly all were at the upstream ${short(upstream)}.`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { sessions, silent: scaled(silent, sample), closeFrameOnly: scaled(closed, sample), busy: scaled(busy, sample), path: place ?? null, upstream: upstream ?? null, isSampled: sample.share < 1 },
    fix: { text: 'A session that opens and ends at once was mostly turned away by the application after the 101: an expired token, an unknown room or session id, a protocol that does not fit. Look at its log for the reason and the close code, and refuse such clients before the 101 (401 or 403), where this report can tell.', nginx: '' },
    source: 'https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1',
  }
}

/** How many the most frequent values cover together. */
const mostFrequent = (rows: readonly SampledHandshake[], valueOf: (one: SampledHandshake) => string, limit: number): number => {
  const counts = new Map<string, number>()
  for (const one of rows) counts.set(valueOf(one), (counts.get(valueOf(one)) ?? 0) + 1)
  return [...counts.values()].sort((a, b) => b - a).slice(0, limit).reduce((sum, count) => sum + count, 0)
}
