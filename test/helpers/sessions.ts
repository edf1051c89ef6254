import { coverageOf } from './coverage.ts'
import { Summary } from '../../src/aggregate/summary.ts'
import type { HandshakeCause, SessionCause } from '../../src/cause/cause.ts'
import { endingVerdict, failureVerdict, type Verdict } from '../../src/cause/verdict.ts'
import { ErrorEvidence } from '../../src/cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../../src/cluster/patterns.ts'
import { type ProcessEvent, ProcessLog } from '../../src/session/process-log.ts'
import type { FailureEvent, HandshakeEvent, NameTables, SessionEvent } from '../../src/session/session.ts'
import { Seeded, times } from './seeded.ts'
import { Table } from './name-table.ts'

/** When made logs begin: a full minute. */
export const START_MS = Date.UTC(2026, 10, 20, 8)

/** A session in plain values. Times in ms since {@link START_MS}. */
export interface Made {
  startMs: number
  endMs: number
  bytes: number
  client: string
  upstream: string
  path: string
  /** What `$request_completion` shows, where the format has it. */
  isComplete: boolean
  /** What ended it. */
  truth: SessionCause
  /** An error line says so. */
  isExplained: boolean
}

export interface MadeFailure {
  readonly atMs: number
  readonly upstream: string
  readonly cause: HandshakeCause
}

const UPSTREAMS = ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80', '10.0.0.4:80']

interface Traffic {
  readonly seed?: number
  readonly seconds?: number
  /** Sessions that begin in a second. */
  readonly rate?: number
  readonly upstreams?: readonly string[]
  /** Clients; 0: an own address for each session. */
  readonly clients?: readonly string[]
  readonly path?: string
  /** The median of their ages. */
  readonly medianMs?: number
  readonly sigma?: number
  /** Of a hundred so many are silent. */
  readonly silentPercent?: number
}

/** Sessions as real services have them: they come at any time, and leave when they like. */
export const traffic = ({ seed = 1, seconds = 1800, rate = 2, upstreams = UPSTREAMS, clients = [], path = '/ws', medianMs = 120_000, sigma = 1.2, silentPercent = 0 }: Traffic = {}): Made[] => {
  const random = new Seeded(seed)
  return times(Math.round(seconds * rate), () => {
    const startMs = Math.floor(random.next() * seconds * 1000)
    const isSilent = random.next() * 100 < silentPercent
    return {
      startMs,
      endMs: startMs + Math.max(20, Math.round(random.logNormal({ median: medianMs, sigma }))),
      bytes: isSilent ? 0 : random.int(40, 60_000),
      client: clients.length > 0 ? random.pick(clients) : addressOf(random),
      upstream: random.pick(upstreams),
      path,
      isComplete: true,
      truth: 'closed',
      isExplained: false,
    }
  })
}

export const addressOf = (random: Seeded): string => `${random.int(11, 100)}.${random.int(0, 256)}.${random.int(0, 256)}.${random.int(1, 255)}`

interface Ending {
  readonly atMs: number
  /** Each ends at any time in so many ms. */
  readonly spreadMs?: number
  readonly truth: SessionCause
  readonly isComplete?: boolean
  readonly seed?: number
  readonly who?: (session: Made) => boolean
}

/** Ends the sessions that are open at a time; gives how many. */
export const endOpen = (sessions: readonly Made[], { atMs, spreadMs = 40, truth, isComplete = true, seed = 5, who = () => true }: Ending): number => {
  const random = new Seeded(seed)
  const open = sessions.filter((one) => one.startMs < atMs && one.endMs > atMs + spreadMs && who(one))
  for (const one of open) Object.assign(one, { endMs: atMs + random.int(0, Math.max(1, spreadMs)), truth, isComplete })
  return open.length
}

/** Cuts silent sessions at an age, as an idle timer does. */
export const idleCut = (sessions: readonly Made[], { afterMs, truth, jitterMs = 4, bytes = 0, seed = 6, isExplained = false, who = () => true }: { afterMs: number; truth: SessionCause; jitterMs?: number; bytes?: number; seed?: number; isExplained?: boolean; who?: (session: Made) => boolean }): number => {
  const random = new Seeded(seed)
  const cut = sessions.filter((one) => one.bytes === 0 && one.endMs - one.startMs > afterMs && who(one))
  for (const one of cut) Object.assign(one, { endMs: one.startMs + afterMs + random.int(0, jitterMs), bytes, truth, isExplained })
  return cut.length
}

/** Moves what would begin while an upstream is down: it is refused, and comes back when it is up again. */
export const refusedWhile = (sessions: readonly Made[], { fromMs, toMs, who = () => true }: { fromMs: number; toMs: number; who?: (session: Made) => boolean }): MadeFailure[] => {
  const failures: MadeFailure[] = []
  for (const one of sessions) {
    if (one.startMs < fromMs || one.startMs >= toMs || !who(one)) continue
    failures.push({ atMs: one.startMs, upstream: one.upstream, cause: 'refused' })
    const shift = toMs - one.startMs + (one.startMs % 500)
    one.startMs += shift
    one.endMs += shift
  }
  return failures
}

export interface MadeLog {
  readonly sessions: readonly Made[]
  readonly failures?: readonly MadeFailure[]
  /** The log ends: later sessions are not in it. Default: 30 minutes. */
  readonly seconds?: number
  /** `$time_local` alone: whole seconds. */
  readonly isWholeSeconds?: boolean
  /** The format has `$request_completion`. */
  readonly hasCompletion?: boolean
  /** The finest level of the error log; undefined: there is none. */
  readonly level?: 'error' | 'notice' | 'info'
  readonly process?: readonly ProcessEvent[] | undefined
  readonly readTimeoutMs?: number
}

/** What nginx writes at a reload: `exitMs` is when the old workers have left. */
export const reloadLines = ({ atMs, exitMs, pids = [11, 12] }: { atMs: number; exitMs: number; pids?: readonly number[] }): ProcessEvent[] => {
  const at = (ms: number): number => Math.floor((START_MS + ms) / 1000) * 1000
  return [
    { atMs: at(atMs), kind: 'reload', pid: 1, detail: -1 },
    ...pids.map((pid): ProcessEvent => ({ atMs: at(atMs), kind: 'graceful-shutdown', pid, detail: -1 })),
    ...pids.map((pid): ProcessEvent => ({ atMs: at(exitMs), kind: 'worker-exiting', pid, detail: -1 })),
  ]
}

/** What was found in a made log, and what each session was said to have ended of. */
export interface Judged {
  readonly summary: Summary
  readonly errors: ErrorEvidence | undefined
  readonly patterns: Patterns
  readonly verdicts: readonly { readonly made: Made; readonly verdict: Verdict<SessionCause>; readonly cluster: number }[]
  /** Sessions said to have ended of a fault that no error line tells, and those of them that did not. */
  readonly faults: number
  readonly invented: number
  /** By cause and truth, the wrong ones. */
  readonly wrong: Readonly<Record<string, number>>
  /** Sessions of a cause that were found. */
  readonly found: (cause: SessionCause) => number
}

/** Feeds a Summary with a made log, looks for patterns, and labels each session. */
export const judge = ({ sessions, failures = [], seconds = 1800, isWholeSeconds = false, hasCompletion = false, level, process = [], readTimeoutMs }: MadeLog): Judged => {
  const tables = { upstreams: new Table(), hosts: new Table(), paths: new Table(), clients: new Table(), userAgents: new Table() } satisfies NameTables
  const toMs = START_MS + seconds * 1000
  const span = { fromMs: START_MS, toMs }
  const info = level === 'info' ? span : undefined
  const stamp = (ms: number): number => (isWholeSeconds ? Math.floor((START_MS + ms) / 1000) * 1000 : START_MS + ms)
  const events = sessions
    .filter(({ startMs, endMs }) => startMs >= 0 && endMs >= startMs && endMs < seconds * 1000)
    .toSorted((a, b) => a.endMs - b.endMs)
    .map((made) => ({ made, event: eventOf(made) }))
  function eventOf(made: Made): HandshakeEvent {
    const endedAtMs = stamp(made.endMs)
    return {
      endedAtMs, startedAtMs: endedAtMs - (made.endMs - made.startMs), durationMs: made.endMs - made.startMs, status: 101, bytesToClient: made.bytes,
      client: tables.clients.idOf(made.client), host: 0, path: tables.paths.idOf(made.path), upstream: tables.upstreams.idOf(made.upstream), userAgent: 0, isUpstreamKnown: true, tries: 1,
      isComplete: hasCompletion ? made.isComplete : undefined,
      verdict: made.isExplained ? endingVerdict(made.truth, 'confirmed') : endingVerdict('closed', info === undefined ? 'guess' : 'likely'),
      isExplained: made.isExplained, cluster: -1,
    } as HandshakeEvent
  }
  const summary = new Summary()
  for (const { event } of events) {
    summary.covered(event.endedAtMs)
    summary.session(event as SessionEvent, tables)
  }
  for (const { atMs, upstream, cause } of failures) {
    const at = stamp(atMs)
    summary.failure({ ...events[0]!.event, status: 502, endedAtMs: at, startedAtMs: at, durationMs: 0, bytesToClient: 0, upstream: tables.upstreams.idOf(upstream), verdict: failureVerdict(cause, 'upstream', 'guess'), isExplained: false } as FailureEvent, tables)
  }
  summary.settle(tables)
  const log = new ProcessLog()
  log.events.push(...process)
  const errors = level === undefined ? undefined : new ErrorEvidence({ coverage: coverageOf(level, span), process: log })
  const patterns = findPatterns(summary, { errors, readTimeoutMs })
  const verdicts = events.map(({ made, event }) => {
    if (!made.isExplained) patterns.label(event as SessionEvent, tables)
    return { made, verdict: event.verdict as Verdict<SessionCause>, cluster: event.cluster }
  })
  const said = verdicts.filter(({ made, verdict }) => !made.isExplained && verdict.isFault)
  const bad = verdicts.filter(({ made, verdict }) => !made.isExplained && verdict.cause !== 'closed' && verdict.cause !== made.truth)
  const wrong: Record<string, number> = {}
  for (const { made, verdict } of bad) wrong[`${verdict.cause}, truly ${made.truth}`] = (wrong[`${verdict.cause}, truly ${made.truth}`] ?? 0) + 1
  return {
    summary, errors, patterns, verdicts, wrong,
    faults: said.length,
    invented: said.filter(({ made, verdict }) => verdict.cause !== made.truth).length,
    found: (cause) => verdicts.filter(({ made, verdict }) => made.truth === cause && verdict.cause === cause && !made.isExplained).length,
  }
}
