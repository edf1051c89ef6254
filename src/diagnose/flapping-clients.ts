import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import { median, startsBy } from './by-client.ts'
import { shareOfSessions } from './endings.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, listed, percent, short, thousands } from './wording.ts'

/** Short, and far shorter than others' sessions. */
const SHORT_MS = 10_000
const SHORTER_THAN_OTHERS = 3
/** So many sessions one after the other are no user who reloads a page. */
const MIN_CHAIN = 10
/** Back so soon by itself: libraries wait a second, then longer. */
const MAX_GAP_MS = 30_000
/** Sessions of one client that overlap are those of several users behind one address. */
const CHAINED = 0.8
/** Fewer of all sessions than this are worth no sentence, more than the other a warning: it costs all. */
const MIN_SHARE = 0.01
const WARN_SHARE = 0.05
/** One or two may be monitors, which look again and again on purpose. */
const MIN_WARN_CLIENTS = 3

/** The same client comes again and again, and never stays. Only where every session is at hand: a sample breaks the chains. */
export const flappingClients: Rule = (facts) => {
  const { sessionSample: sample } = facts.summary
  if (sample.share < 1) return undefined
  const groups = [...startsBy(sample.rows.filter(({ client }) => client !== ''), ({ client }) => client)]
  const candidates = groups.filter(([, rows]) => isFlapping(rows))
  const names = new Set(candidates.map(([client]) => client))
  const others = sample.rows.filter(({ client, durationMs }) => !names.has(client) && !Number.isNaN(durationMs))
  const usual = median(others.map(({ durationMs }) => durationMs))
  const flapping = candidates.filter(([, rows]) => median(rows.map(({ durationMs }) => durationMs)) * SHORTER_THAN_OTHERS <= usual).toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const sessions = flapping.reduce((sum, [, rows]) => sum + rows.length, 0)
  const share = shareOfSessions(facts, sessions)
  if (flapping.length === 0 || share < MIN_SHARE) return undefined
  const shown = flapping.slice(0, 3).map(([client, rows]) => `${short(client)} (${thousands(rows.length)})`)
  const own = median(flapping.flatMap(([, rows]) => rows.map(({ durationMs }) => durationMs))) / 1000
  return {
    code: 'flapping-clients',
    severity: flapping.length >= MIN_WARN_CLIENTS && share >= WARN_SHARE ? 'warning' : 'info',
    layer: 'client',
    title: `${counted(flapping.length, 'client')} reconnect${flapping.length === 1 ? 's' : ''} again and again and never stay${flapping.length === 1 ? 's' : ''}`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) are theirs, one after the other, half of them under ${Number(own.toFixed(1))} s, while half of the others' last over ${Number((usual / 1000).toFixed(1))} s. Most: ${listed(shown)}. It may be a client that is turned away, or a monitor.`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { clients: flapping.slice(0, 20).map(([client, rows]) => ({ client, sessions: rows.length })), medianSeconds: own, othersMedianSeconds: usual / 1000 },
    fix: { text: "Look for these clients in the application's log: a token that has expired, a version that it no longer accepts, a second tab that takes the first one's session over. Let clients wait longer after each failure.", nginx: '' },
    source: 'https://github.com/mattermost/mattermost-webapp/pull/10960',
  }
}

const isFlapping = (rows: readonly SampledHandshake[]): boolean => {
  if (rows.length < MIN_CHAIN || median(rows.map(({ durationMs }) => durationMs)) > SHORT_MS) return false
  const chained = rows.filter((one, index) => {
    const before = rows[index - 1]
    const gap = before === undefined ? Number.NaN : one.startedAtMs - before.endedAtMs
    // Without milliseconds in the log a start may seem to lie before the end that it follows.
    return gap > -1000 && gap <= MAX_GAP_MS
  })
  return chained.length >= (rows.length - 1) * CHAINED
}
