import type { OpenSessions } from '../session/open-sessions.ts'
import type { ProcessEvent, ProcessLog } from '../session/process-log.ts'
import type { ReadErrors } from './read-errors.ts'

/** The old nginx and the new one share the log for so long at most before the new one says that it starts. */
const UPGRADE_MS = 60_000

/** Stops and starts are notices: an error log of that level tells of all. */
export const tellsOfStops = ({ level }: Pick<ReadErrors, 'level'>): boolean => level === 'notice' || level === 'info'

/**
 * Gives up what the error log says in these events that nginx ended without a line, once all access lines up to them are read. A start ends what was open
 * before as well: after `quit` nginx may have been killed, or the machine have died. But for the start of a new binary,
 * beside which the old workers live on.
 */
export const applyLosses = (open: OpenSessions, events: readonly ProcessEvent[], { events: all }: Pick<ProcessLog, 'events'>): void => {
  const inOrder = events.toSorted((a, b) => a.atMs - b.atMs)
  for (const [index, { kind, atMs, detail }] of inOrder.entries()) {
    if (kind === 'worker-crash') open.processEnded({ pid: detail, atMs })
    else if (kind === 'stop') open.stopped({ atMs, next: workersStarted(inOrder, index) })
    else if (kind === 'start' && !all.some((other) => other.kind === 'binary-upgrade' && other.atMs <= atMs && atMs - other.atMs <= UPGRADE_MS)) open.stopped({ atMs, next: workersStarted(inOrder, index) })
  }
}

/** Workers that were started in the second of an event, after it. */
const workersStarted = (events: readonly ProcessEvent[], index: number): Set<number> => {
  const pids = new Set<number>()
  for (let at = index + 1; at < events.length && events[at]!.atMs === events[index]!.atMs; at++) if (events[at]!.kind === 'start-worker') pids.add(events[at]!.detail)
  return pids
}
