import { isFault, LAYER_OF, type SessionCause } from '../cause/cause.ts'
import type { Active, FollowedLog, LiveEnding, LiveEvent, LiveEventKind, LiveFigures, Snapshot } from '../live/snapshot.ts'
import { formatBytes, formatCount, formatSeconds, formatShare } from './format.ts'
import { CAUSES, endingText, EVENTS, LAYERS } from './sentences.ts'

/** Every sentence of the live view, in one place. */

/** Always with a tenth below 100, so that a column of rates stands still. */
export const formatRate = (rate: number): string => (rate === 0 ? '0' : rate < 0.05 ? '<0.1' : rate < 99.95 ? rate.toFixed(1) : formatCount(Math.round(rate)))

export const LIVE_EVENTS: Readonly<Record<LiveEventKind, string>> = {
  ...EVENTS,
  'sessions-lost': 'sessions lost',
  'threshold-crossed': 'limit crossed',
  'threshold-cleared': 'limit cleared',
  finding: 'found',
  'finding-gone': 'no longer so',
  'log-missing': 'log missing',
  'log-back': 'log is back',
  'log-unknown': 'log not understood',
}

/** What an event did to how many sessions; empty where there is nothing to count. */
export const liveEventSessions = ({ event, sessions }: LiveEvent): string => {
  if (sessions === null || sessions === 0 || event === 'finding' || event === 'finding-gone') return ''
  const did = event === 'reconnect-storm' ? 'began' : event === 'sessions-lost' ? 'lost' : 'ended'
  return `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'} ${did}`
}

export interface CauseRow {
  readonly kind: LiveEnding['kind']
  readonly cause: LiveEnding['cause']
  readonly confidence: LiveEnding['confidence']
}

/** How a session ended, or why a handshake failed. */
export const causeText = ({ kind, cause, confidence }: CauseRow): string => (kind === 'session' ? endingText({ cause: cause as SessionCause, confidence }) : CAUSES[cause as keyof typeof CAUSES])

export const isFaultRow = ({ kind, cause }: Pick<CauseRow, 'kind' | 'cause'>): boolean => kind === 'handshake' || (cause in LAYER_OF && isFault(cause as SessionCause))

/** What became of it, in a word. */
export const outcome = (row: Pick<CauseRow, 'kind' | 'cause'>): string => (row.kind === 'handshake' ? 'failed' : isFaultRow(row) ? 'cut' : 'ended')

export interface LiveHealth {
  readonly status: 'waiting' | 'quiet' | 'ok' | 'degraded' | 'failing'
  readonly sentence: string
}

// As in the report (src/report/health.ts), over the last minute.
const FAILING_SUCCESS = 0.5
const MIN_SUCCESS = 0.95
const MIN_FAILURES = 3
const MIN_FAULTS = 3
const MIN_FAULT_SHARE = 0.05

/** What is wrong now, in a few words: the last minute, the worst first. */
export const liveHealth = ({ windows, logs, events, at }: Snapshot): LiveHealth => {
  const minute = windows.find(({ seconds }) => seconds === 60)
  const hour = windows.find(({ seconds }) => seconds === 3600)
  const access = logs.filter(({ kind }) => kind === 'access')
  if (minute === undefined || hour === undefined || isEmpty(hour)) {
    const waiting = access.find(({ state }) => state === 'waiting')
    if (waiting !== undefined) return { status: 'waiting', sentence: `Waiting for ${waiting.path}: not there, or unreadable` }
    return { status: 'waiting', sentence: 'Nothing has come yet: nginx writes a line when a session ends' }
  }
  const lost = lostOf(events, at)
  if (lost !== undefined) return { status: 'degraded', sentence: lost }
  if (isEmpty(minute)) {
    const last = events.find(({ event }) => event in ENDS_ALL)
    if (last !== undefined && ENDS_ALL[last.event] === true) return { status: 'degraded', sentence: `Nothing in the last minute; ${formatSeconds(Math.max(0, Math.round((Date.parse(at) - Date.parse(last.at)) / 1000)))} ago: ${LIVE_EVENTS[last.event]}` }
    return { status: 'quiet', sentence: 'Quiet: no session ended and no handshake failed in the last minute' }
  }
  const { attempts, failed, successRate } = minute.handshakes
  const isFailing = successRate !== null && successRate < FAILING_SUCCESS && failed >= MIN_FAILURES
  const isFewer = failed >= MIN_FAILURES && successRate !== null && successRate < MIN_SUCCESS
  const isCut = minute.drops.faults >= MIN_FAULTS && minute.drops.faults >= minute.drops.count * MIN_FAULT_SHARE
  const failures = `${formatCount(failed)} of ${formatCount(attempts)} handshakes failed${mostly(minute.failures.map((row) => ({ ...row, kind: 'handshake' as const })), failed)}`
  const cuts = `${formatRate(cutsPerMinute(minute))} of ${formatRate(minute.drops.perMinute)} drops/min are cuts${mostly(minute.endings.filter(({ cause }) => isFault(cause)).map((row) => ({ ...row, kind: 'session' as const, count: row.sessions })), minute.drops.faults)}`
  if (isFailing || isFewer || isCut) {
    const parts = [...(isFailing ? [failures] : []), ...(isCut ? [cuts] : []), ...(isFewer && !isFailing ? [failures] : [])]
    return { status: isFailing ? 'failing' : 'degraded', sentence: parts.join('; ') }
  }
  const cut = minute.drops.count === 0 ? '' : minute.drops.faults === 0 ? `, none of ${formatCount(minute.drops.count)} drops is a cut` : `, ${formatCount(minute.drops.faults)} of ${formatCount(minute.drops.count)} drops ${minute.drops.faults === 1 ? 'is a cut' : 'are cuts'}`
  return { status: 'ok', sentence: `${formatShare(successRate)} of ${formatCount(attempts)} handshakes reached 101 in the last minute${cut}` }
}

/** nginx writes no line for sessions that it loses: for a minute they are the news, whatever else ended. */
const LOST_IS_NEWS_MS = 60_000

const lostOf = (events: Snapshot['events'], at: string): string | undefined => {
  const recent = events.filter(({ at: then }) => Date.parse(at) - Date.parse(then) < LOST_IS_NEWS_MS)
  const lost = recent.filter(({ event }) => event === 'sessions-lost').reduce((sum, { sessions }) => sum + (sessions ?? 0), 0)
  if (lost === 0) return undefined
  const why = recent.some(({ event }) => event === 'worker-crash') ? 'a worker of nginx crashed' : recent.some(({ event }) => event === 'nginx-stop') ? 'nginx was stopped' : 'nginx was started anew'
  return `${formatCount(lost)} ${lost === 1 ? 'session' : 'sessions'} lost: ${why} – ${LAYERS.nginx}`
}

/** Events after which nothing comes, and the one that ends that. */
const ENDS_ALL: Readonly<Partial<Record<LiveEventKind, boolean>>> = { blackout: true, 'nginx-stop': true, 'nginx-start': false }

const isEmpty = ({ handshakes, drops }: LiveFigures): boolean => handshakes.attempts + drops.count === 0

/** `count` times 60 over what was watched, as `perMinute` is: the same share of it. */
export const cutsPerMinute = ({ drops }: LiveFigures): number => (drops.count === 0 ? 0 : (drops.perMinute * drops.faults) / drops.count)

/** The most frequent one, when it is worth a word; layers are of it. */
const mostly = (rows: readonly (CauseRow & { readonly layer: LiveEnding['layer']; readonly count: number })[], all: number): string => {
  const most = rows.toSorted((a, b) => b.count - a.count)[0]
  if (most === undefined || most.count * 4 < all) return ''
  return `, ${most.count === all ? 'all' : 'mostly'} ${causeText(most)} – ${LAYERS[most.layer]}`
}

export interface ActiveFact {
  readonly text: string
  readonly tone: 'strong' | 'warn' | 'faint' | 'plain'
}

/** How many sessions are open, and what that figure is: the figure first, then the rest, the most telling first. */
export const activeFacts = ({ open, atLeast, nginxConnections }: Active, { at, timeOf }: { at: string; timeOf: (instant: string) => string }): ActiveFact[] => {
  const connections: ActiveFact[] = nginxConnections === null ? [] : [
    { text: `${formatCount(nginxConnections.count)} nginx connections`, tone: 'plain' },
    { text: `at ${timeOf(nginxConnections.at)}, all sites, idle too`, tone: 'faint' },
  ]
  if (open === null) {
    const figure: ActiveFact = atLeast === null ? { text: 'not known', tone: 'faint' } : { text: `at least ${formatCount(atLeast.count)} at ${timeOf(atLeast.at)}`, tone: 'strong' }
    return [figure, ...connections, { text: 'see wslog formats ws_open', tone: 'faint' }]
  }
  const { oldest } = open
  return [
    { text: `${formatCount(open.count)} open now`, tone: 'strong' },
    ...(open.lost > 0 ? [{ text: `${formatCount(open.lost)} lost: crash or stop`, tone: 'warn' as const }] : []),
    ...(open.untracked > 0 ? [{ text: `${formatCount(open.untracked)} more not kept track of`, tone: 'warn' as const }] : []),
    ...(open.waitingAtMost > 0 ? [{ text: `at most ${formatCount(open.waitingAtMost)} wait for 101`, tone: 'plain' as const }] : []),
    ...(oldest === null ? [] : [{ text: `oldest ${formatSeconds(Math.max(0, (Date.parse(at) - Date.parse(oldest.startedAt)) / 1000))} ${oldest.path}`, tone: 'plain' as const }]),
    ...connections,
  ]
}

/** What the figure of open sessions is. */
export const activeTitle = ({ open, atLeast }: Active): string => (open !== null ? 'Open, by OPEN lines' : atLeast !== null ? 'Open, a lower bound' : 'Open sessions')

/** What is wrong with the logs that are followed; empty when all is read. */
export const logTroubles = (logs: readonly FollowedLog[]): string[] => {
  const lag = Math.max(0, ...logs.map(({ lagSeconds }) => lagSeconds))
  const unread = logs.reduce((sum, { unreadBytes }) => sum + unreadBytes, 0)
  return [
    ...(lag >= MIN_LAG_SECONDS ? [`${formatSeconds(lag)} behind, ${formatBytes(unread)} unread`] : []),
    ...logs.filter(({ state }) => state === 'waiting').map(({ path }) => `waiting for ${path}`),
  ]
}

/** Less is how tails are: a line is read some milliseconds after it is written. */
export const MIN_LAG_SECONDS = 1

/** What is followed, and how much of it could be read. */
export const logFacts = (logs: readonly FollowedLog[]): string[] => {
  const sum = (of: (log: FollowedLog) => number): number => logs.reduce((all, log) => all + of(log), 0)
  const skipped = sum(({ lines }) => lines.skipped)
  const filtered = sum(({ lines }) => lines.filtered)
  return [
    ...logs.filter(({ state }) => state === 'following').map(({ path, kind, logFormat }) => `${path.replace(/^.*\//, '')}${kind === 'access' && logFormat !== null ? ` (${logFormat})` : ''}`),
    `${formatCount(sum(({ lines }) => lines.read))} lines${skipped > 0 ? `, ${formatCount(skipped)} skipped` : ''}${filtered > 0 ? `, ${formatCount(filtered)} filtered out` : ''}`,
  ]
}

export const TITLES = {
  causes: 'Why',
  latest: 'Latest',
  findings: 'Findings',
  events: 'What happened',
} as const

/** What stands in a row of the latest. */
export const LATEST_COLUMNS = 'when, age or status, why, whose, path'

export const NOTHING = {
  causes: 'nothing has ended yet',
  causesFaultsOnly: 'no cuts, no failed handshakes',
  latest: 'no drop yet',
  latestFaultsOnly: 'no cut and no failed handshake yet',
  findings: 'none',
  events: 'nothing yet',
} as const

/** Keys and what they do, as the last line has them. */
export const KEYS = [['q', 'quit'], ['p', 'pause'], ['f', 'faults only'], ['?', 'help']] as const

/** The help: keys, and what the figures mean. */
export const HELP: readonly (readonly [string, string])[] = [
  ['q, ^C', 'quit, and print the report of the whole run'],
  ['p', 'pause: the screen stands still, the tail goes on'],
  ['f', 'faults only: no orderly ends among causes and latest drops'],
  ['^L', 'paint the screen anew'],
  ['^Z', 'back to the shell; fg comes back'],
  ['', ''],
  ['now', 'the last 10 seconds; 12/60 min: of the 60, 12 watched so far'],
  ['handshakes/s', 'counted when their line comes: at the end of the session'],
  ['reached 101', 'the share of handshakes that became a WebSocket'],
  ['drop', 'the end of a session, of whatever kind'],
  ['cut ✗', 'a drop that nobody asked for; a failed handshake is marked, too'],
  ['by OPEN lines', 'open now, or waiting for 101; too many after a crash without -e'],
  ['a lower bound', 'open at once, of those that have ended since; others are unseen'],
  ['connections', 'as nginx counts them: idle ones and other sites included'],
  ['layer', 'where it broke: client, edge (a hop in front of nginx), nginx,'],
  ['', 'upstream, unknown'],
  ['confirmed', 'a log line says so; likely: fits one cause; guess: fits several'],
  ['Findings', 'true over the last hour, with the time from which on'],
]
