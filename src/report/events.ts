import type { Summary } from '../aggregate/summary.ts'
import type { Cut } from '../cluster/cuts.ts'
import type { Patterns } from '../cluster/patterns.ts'
import type { Loss } from '../session/losses.ts'
import type { ProcessEvent, ProcessLog } from '../session/process-log.ts'
import type { EventReport } from './report.ts'
import { findSurges } from './surges.ts'

/** An old worker's last sessions are cut this long after the reload at most: `worker_shutdown_timeout`. */
const MAX_SHUTDOWN_MS = 3_600_000
/** Lines of several processes about one thing come within this time. */
const TOGETHER_MS = 3000

/** What happened at one time to many sessions, in the order of time. `losses`: sessions that ended without a line, where markers told of their beginning; undefined: none did. */
export const findEvents = (summary: Summary, { cuts }: Patterns, errors: { readonly process: ProcessLog } | undefined, losses: readonly Loss[] | undefined = undefined): EventReport[] => {
  const told = errors === undefined ? [] : processEvents(errors.process, cuts, losses)
  const untold = (losses ?? []).filter(({ how, atMs }) => how !== 'crash' && !told.some(({ kind, at }) => kind === 'nginx-stop' && isTogether(Date.parse(at), atMs))).map(eventOfLoss)
  const inferred = cuts.filter((cut) => cut.by !== 'nginx' || !told.some(({ kind, at, until }) => kind === 'reload' && Date.parse(at) <= cut.toMs && cut.fromMs <= Date.parse(until ?? at))).map(eventOfCut)
  return [...told, ...untold, ...inferred, ...findSurges(summary)].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/** What nginx itself did, as its error log tells it. */
export const processEvents = (process: ProcessLog, cuts: readonly Cut[], losses: readonly Loss[] | undefined): EventReport[] => [...reloads(process, cuts), ...stops(process, losses), ...crashes(process, losses)]

const instant = (ms: number): string => new Date(ms).toISOString()

const EVENT_OF: Readonly<Record<Cut['by'], Pick<EventReport, 'kind' | 'detail'>>> = {
  upstream: { kind: 'upstream-restart', detail: 'all sessions of the upstream ended in one moment, those of others live on' },
  nginx: { kind: 'reload', detail: 'the sessions of all upstreams ended in one moment, newer ones live on: old workers at worker_shutdown_timeout' },
  edge: { kind: 'edge-restart', detail: 'all sessions of one address ended in one moment, those of others live on' },
  unknown: { kind: 'ends-together', detail: 'many sessions ended in one moment; nothing in the logs says why' },
}

const eventOfCut = (cut: Cut): EventReport => ({
  ...EVENT_OF[cut.by],
  at: instant(cut.fromMs),
  until: instant(cut.toMs),
  sessions: Math.max(1, Math.round(cut.sessions - cut.expected)),
  upstream: cut.by === 'upstream' ? [...cut.upstreams].join(', ') : null,
  ...(cut.isAlone ? { detail: 'all sessions of the upstream ended in one moment; no other upstream had any' } : {}),
  ...(cut.client === undefined ? {} : { detail: `all sessions of ${cut.client} ended in one moment, those of others live on` }),
})

const reloads = (process: ProcessLog, cuts: readonly Cut[]): EventReport[] =>
  merged(process.events.filter(({ kind }) => kind === 'reload')).map((first, index, all) => {
    const next = all[index + 1]?.atMs ?? Number.POSITIVE_INFINITY
    const own = cuts.filter(({ by, fromMs }) => by === 'nginx' && fromMs >= first.atMs - TOGETHER_MS && fromMs < Math.min(next, first.atMs + MAX_SHUTDOWN_MS))
    const sessions = own.reduce((sum, cut) => sum + cut.sessions, 0)
    const seconds = own.map(({ fromMs }) => Math.max(0, Math.round((fromMs - first.atMs) / 1000)))
    return {
      kind: 'reload', at: instant(first.atMs), until: own.length > 0 ? instant(own.at(-1)!.toMs) : null, sessions, upstream: null,
      detail: sessions === 0 ? 'nginx was reloaded; its old workers keep their sessions' : `nginx was reloaded; its old workers cut their sessions ${seconds.join(' and ')} s later`,
    }
  })

/** A loss that the line of a stop tells of, or several lines together. */
const isTogether = (stopMs: number, lossMs: number): boolean => lossMs >= stopMs && lossMs - stopMs <= TOGETHER_MS

const eventOfLoss = ({ atMs, sessions }: Loss): EventReport => ({
  kind: 'nginx-stop', at: instant(atMs), until: null, sessions, upstream: null,
  detail: `nginx was started anew: ${sessions === 1 ? 'a session' : `${sessions} sessions`} of before ended without a line`,
})

/** nginx writes no access line for sessions that a stop cuts. */
const stops = (process: ProcessLog, losses: readonly Loss[] | undefined): EventReport[] => [
  ...merged(process.events.filter(({ kind }) => kind === 'stop')).map((first): EventReport => {
    const sessions = losses === undefined ? null : sumOf(losses.filter(({ how, atMs }) => how !== 'crash' && isTogether(first.atMs, atMs)))
    return { kind: 'nginx-stop', at: instant(first.atMs), until: null, sessions, upstream: null, detail: `nginx was stopped: ${sessions === null ? 'sessions open then have no line, and how many is not known' : sessions === 0 ? 'no session was open' : 'sessions open then have no line'}` }
  }),
  ...merged(process.events.filter(({ kind }) => kind === 'start')).map((first): EventReport => ({ kind: 'nginx-start', at: instant(first.atMs), until: null, sessions: 0, upstream: null, detail: 'nginx was started' })),
]

const crashes = (process: ProcessLog, losses: readonly Loss[] | undefined): EventReport[] =>
  process.events.filter(({ kind }) => kind === 'worker-crash').map(({ atMs, detail }): EventReport => {
    // Without $pid in the marker no loss is a crash's, and nobody knows how many there were.
    const own = losses?.filter((loss) => loss.how === 'crash' && loss.atMs === atMs && loss.pid === detail) ?? []
    const sessions = own.length === 0 ? null : sumOf(own)
    return {
      kind: 'worker-crash', at: instant(atMs), until: null, sessions, upstream: null,
      detail: `a worker${detail > 0 ? ` (${detail})` : ''} was killed or crashed: its sessions have no line${sessions === null ? ', and how many is not known' : ''}`,
    }
  })

const sumOf = (losses: readonly Loss[]): number => losses.reduce((sum, { sessions }) => sum + sessions, 0)

/** Several lines about one thing as their first. */
const merged = (events: readonly ProcessEvent[]): ProcessEvent[] => {
  const firsts: ProcessEvent[] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for (const event of events.toSorted((a, b) => a.atMs - b.atMs)) {
    if (event.atMs - lastMs > TOGETHER_MS) firsts.push(event)
    lastMs = event.atMs
  }
  return firsts
}
