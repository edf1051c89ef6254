import type { FollowedLog, RunTotals } from '../../src/live/snapshot.ts'
import type { OpenState } from '../../src/session/open-sessions.ts'

export const log = (changes: Partial<FollowedLog> = {}): FollowedLog => ({
  path: '/var/log/nginx/ws_access.log', kind: 'access', state: 'following', logFormat: 'ws_plus', lines: { read: 0, parsed: 0, skipped: 0, filtered: 0 }, unreadBytes: 0, lagSeconds: 0, ...changes,
})

export const openState = (changes: Partial<OpenState> = {}): OpenState => ({
  count: 0, waitingAtMost: 0, waitingSeconds: 1, oldest: null, byUpstream: [], byPath: [], lost: 0, untracked: 0, ...changes,
})

/** What a tail has counted; nothing, unless said. */
export const totalsOf = (changes: Partial<RunTotals> = {}): RunTotals => ({
  succeeded: 0, lost: null, failures: [], drops: [], durations: { edges: [1, 60], counts: [0, 0, 0], sum: 0 }, active: { open: null, atLeast: null, nginxConnections: null }, logs: [log()], by: [], ...changes,
})

/** A tail that has seen some of everything. */
export const BUSY: RunTotals = totalsOf({
  succeeded: 1200,
  lost: 7,
  failures: [{ cause: 'refused', layer: 'upstream', count: 30 }, { cause: 'forbidden', layer: 'upstream', count: 5 }],
  drops: [{ cause: 'closed', layer: 'unknown', isFault: false, count: 700 }, { cause: 'idle-timeout', layer: 'nginx', isFault: true, count: 480 }],
  durations: { edges: [1, 60, 61], counts: [100, 200, 480, 400], sum: 123_456.75 },
  active: {
    open: openState({ count: 345, waitingAtMost: 4, lost: 7, oldest: { startedAt: '2026-11-20T12:00:00.500Z', client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '' }, byPath: [{ name: '/chat', open: 300 }, { name: '/feed', open: 40 }] }),
    atLeast: { count: 290, at: '2026-11-20T13:00:00.000Z' },
    nginxConnections: { count: 811, at: '2026-11-20T13:00:00.000Z' },
  },
  logs: [
    log({ lines: { read: 2000, parsed: 1900, skipped: 60, filtered: 40 }, unreadBytes: 4096, lagSeconds: 2.5 }),
    log({ path: '/var/log/nginx/ws_error.log', kind: 'error', state: 'waiting', lines: { read: 90, parsed: 80, skipped: 10, filtered: 0 } }),
  ],
  by: [{ field: 'paths', rows: [{ name: '/chat', succeeded: 1000, failed: 20, faults: 400 }, { name: 'other', succeeded: 200, failed: 15, faults: 80 }] }],
})
