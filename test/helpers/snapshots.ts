import { type Confidence, type HandshakeCause, isFault, type Layer, LAYER_OF, LAYER_OF_FAILURE, type SessionCause } from '../../src/cause/cause.ts'
import { type FollowedLog, type LiveEnding, type LiveEvent, type LiveEventKind, type LiveFigures, type LiveMinute, type Snapshot, TAIL_SCHEMA } from '../../src/live/snapshot.ts'
import type { Finding } from '../../src/report/report.ts'
import { type Seeded, times } from './seeded.ts'

const AT_MS = Date.UTC(2026, 10, 21, 14, 3, 27)
export const instant = (secondsAgo: number): string => new Date(AT_MS - secondsAgo * 1000).toISOString()

type Ended = readonly [SessionCause, number, Confidence]
type Failed = readonly [HandshakeCause, number, Confidence]

/** Figures that fit together: every session that ended stands among the endings. */
export const figuresOf = (seconds: number, { endings = [], failures = [], watchedSeconds = seconds }: { endings?: readonly Ended[]; failures?: readonly Failed[]; watchedSeconds?: number } = {}): LiveFigures => {
  const succeeded = endings.reduce((sum, [, sessions]) => sum + sessions, 0)
  const failed = failures.reduce((sum, [, count]) => sum + count, 0)
  const faults = endings.reduce((sum, [cause, sessions]) => sum + (isFault(cause) ? sessions : 0), 0)
  const attempts = succeeded + failed
  const per = (count: number, ofSeconds: number): number => (watchedSeconds === 0 ? 0 : (count * ofSeconds) / watchedSeconds)
  return {
    seconds, watchedSeconds,
    handshakes: { begun: null, attempts, succeeded, failed, perSecond: per(attempts, 1), successRate: attempts === 0 ? null : succeeded / attempts },
    drops: { count: succeeded, faults, perMinute: per(succeeded, 60) },
    endings: endings.map(([cause, sessions, confidence]) => ({ cause, layer: LAYER_OF[cause], confidence, sessions })),
    failures: failures.map(([cause, count, confidence]) => ({ cause, layer: LAYER_OF_FAILURE[cause], confidence, count })),
  }
}

export const logOf = (parts: Partial<FollowedLog> = {}): FollowedLog => ({
  path: '/var/log/nginx/ws_access.log', kind: 'access', state: 'following', logFormat: 'ws', lines: { read: 0, parsed: 0, skipped: 0, filtered: 0 }, unreadBytes: 0, lagSeconds: 0, ...parts,
})

export const eventOf = (event: LiveEventKind, parts: Partial<LiveEvent> = {}): LiveEvent => ({ schema: TAIL_SCHEMA, kind: 'event', event, at: instant(60), sessions: null, upstream: null, detail: '', ...parts })

export const endingOf = (cause: SessionCause | HandshakeCause, parts: Partial<LiveEnding> = {}): LiveEnding => {
  const isSession = cause in LAYER_OF
  const layer: Layer = isSession ? LAYER_OF[cause as SessionCause] : LAYER_OF_FAILURE[cause as HandshakeCause]
  return {
    kind: isSession ? 'session' : 'handshake', at: instant(1), durationSeconds: isSession ? 60 : 0.003, status: isSession ? 101 : 502, client: '203.0.113.9', host: 'chat.example', path: '/ws/room/17', upstream: '10.0.0.3:8080',
    cause, layer, confidence: 'confirmed', isFault: isSession ? isFault(cause as SessionCause) : true, ...parts,
  }
}

export const findingOf = (parts: Partial<Finding> = {}): Finding => ({
  code: 'idle-timeout', severity: 'critical', layer: 'nginx', title: 'nginx cuts sessions that are silent for 60 s (proxy_read_timeout)', detail: 'It does.', sessions: 512, share: 0.21, sessionsPerDay: 12_300, evidence: {},
  fix: { text: 'Send a ping every 25 s, or raise proxy_read_timeout for this location.\nThen reload.', nginx: 'proxy_read_timeout 1h;' }, source: 'https://nginx.org/', ...parts,
})

const minutesOf = (of: (index: number) => Omit<LiveMinute, 'minute'>): LiveMinute[] =>
  times(60, (index) => ({ minute: new Date(Math.floor(AT_MS / 60_000) * 60_000 - (59 - index) * 60_000).toISOString(), ...of(index) }))

/** The first second of a tail: nothing has come. */
export const emptySnapshot = (parts: Partial<Snapshot> = {}): Snapshot => ({
  schema: TAIL_SCHEMA, kind: 'interval', version: '1.2.3', at: instant(0), startedAt: instant(1),
  interval: figuresOf(60, { watchedSeconds: 1 }),
  windows: [10, 60, 300, 3600].map((seconds) => figuresOf(seconds, { watchedSeconds: 1 })),
  minutes: minutesOf(() => ({ begun: null, attempts: 0, succeeded: 0, drops: 0, faults: 0 })),
  active: { open: null, atLeast: null, nginxConnections: null },
  latest: [], events: [], findings: [], gone: [], logs: [logOf({ logFormat: null }), logOf({ path: '/var/log/nginx/ws_error.log', kind: 'error', logFormat: null })], ...parts,
})

const scaled = <Cause>(rows: readonly (readonly [Cause, number, Confidence])[], by: number): (readonly [Cause, number, Confidence])[] => rows.map(([cause, count, confidence]) => [cause, Math.round(count * by), confidence])

const ENDINGS: readonly Ended[] = [['idle-timeout', 512, 'confirmed'], ['client-reset', 61, 'confirmed'], ['upstream-restart', 33, 'likely'], ['edge-idle-timeout', 12, 'likely'], ['closed', 2130, 'guess'], ['lifetime-limit', 40, 'likely']]
const FAILURES: readonly Failed[] = [['refused', 48, 'confirmed'], ['upgrade-missing', 17, 'likely'], ['unauthorized', 9, 'guess']]

const LATEST: readonly LiveEnding[] = [
  endingOf('idle-timeout', { durationSeconds: 60.03 }), endingOf('closed', { confidence: 'guess', durationSeconds: 1841.2, path: '/ws/聊天室/大厅', client: '2001:db8:85a3::8a2e:370:7334' }), endingOf('refused', { at: instant(2) }),
  endingOf('client-reset', { at: instant(4), durationSeconds: 12.4, client: '198.51.100.23' }), endingOf('upgrade-missing', { at: instant(9), status: 400, path: '/socket.io/' }), endingOf('idle-timeout', { at: instant(11), path: `/ws/${'long/'.repeat(40)}` }),
  ...times(40, (index) => endingOf(index % 3 === 0 ? 'idle-timeout' : 'closed', { at: instant(12 + index * 3), durationSeconds: 60 + index * 37, client: `192.0.2.${index}`, confidence: index % 3 === 0 ? 'confirmed' : 'guess' })),
]

/** A server on which much goes on, and something is wrong. */
export const busySnapshot = (parts: Partial<Snapshot> = {}): Snapshot => ({
  schema: TAIL_SCHEMA, kind: 'interval', version: '1.2.3', at: instant(0), startedAt: instant(8 * 3600),
  interval: figuresOf(60, { endings: scaled(ENDINGS, 0.2), failures: scaled(FAILURES, 0.2) }),
  windows: [
    figuresOf(10, { endings: scaled(ENDINGS, 0.04), failures: scaled(FAILURES, 0.04) }), figuresOf(60, { endings: scaled(ENDINGS, 0.2), failures: scaled(FAILURES, 0.2) }),
    figuresOf(300, { endings: ENDINGS, failures: FAILURES }), figuresOf(3600, { endings: scaled(ENDINGS, 11), failures: scaled(FAILURES, 9) }),
  ],
  minutes: minutesOf((index) => {
    const drops = index === 34 ? 1210 : Math.round(420 + 130 * Math.sin(index / 4))
    return { begun: null, attempts: drops + 12, succeeded: drops, drops, faults: index < 21 ? 0 : index === 34 ? 830 : Math.round(90 + 30 * Math.sin(index / 3)) }
  }),
  active: {
    open: {
      count: 12_345, waitingAtMost: 12, waitingSeconds: 0.4, lost: 7, untracked: 0,
      oldest: { startedAt: instant(3.1 * 86_400), client: '203.0.113.77', host: 'chat.example', path: '/ws/room/17', upstream: '' },
      byUpstream: [{ name: '10.0.0.3:8080', open: 6200 }, { name: '10.0.0.4:8080', open: 6100 }, { name: '', open: 45 }],
      byPath: [{ name: '/ws/room', open: 9100 }, { name: '/ws/聊天室', open: 2900 }, { name: '/socket.io/', open: 345 }],
    },
    atLeast: { count: 9800, at: instant(3300) }, nginxConnections: { count: 14_002, at: instant(3) },
  },
  latest: LATEST,
  events: [
    eventOf('reconnect-storm', { at: instant(1500), sessions: 830, detail: '830 handshakes in 20 s, 14 times the usual' }), eventOf('finding', { at: instant(2400), detail: 'nginx cuts sessions' }),
    eventOf('upstream-restart', { at: instant(1530), sessions: 830, upstream: '10.0.0.3:8080', detail: 'others live on' }), eventOf('reload', { at: instant(90_000), detail: 'signal 1 (SIGHUP) received' }),
  ],
  findings: [
    { finding: findingOf(), since: instant(2400) },
    { finding: findingOf({ code: 'restarts', severity: 'warning', layer: 'upstream', title: 'A backend that stops takes 830 sessions with it', fix: { text: 'Drain before stopping.', nginx: '' } }), since: instant(1500) },
  ],
  gone: [{ code: 'dns', title: 'The name of a backend could not be resolved', at: instant(5000) }],
  logs: [logOf({ lines: { read: 1_204_331, parsed: 1_204_319, skipped: 12, filtered: 0 } }), logOf({ path: '/var/log/nginx/ws_error.log', kind: 'error', logFormat: 'nginx', lines: { read: 20_113, parsed: 20_113, skipped: 0, filtered: 0 } })],
  ...parts,
})

const HOSTILE = ['\u001B[2J\u001B]0;owned\u0007', 'x\r\ny\t', '\u009B31m', '\u202Egnp\u2066', 'a\u200Bb\uFEFF', 'a\u2028b', `a${'\u0301'.repeat(500)}`, '聊天室'.repeat(50), `/${'long/'.repeat(2000)}`, '\u{1F600}'.repeat(90), '\uD800', '', '\u{1F1E9}\u{1F1EA}'.repeat(40), 'ｆｕｌｌ', '각'.repeat(30)]

/** A busy snapshot in which every text that a client, a backend or an administrator could choose is one of these. */
export const hostileSnapshot = (random: Seeded): Snapshot => {
  const text = (): string => `${random.pick(HOSTILE)}${random.pick(HOSTILE)}`
  const busy = busySnapshot()
  const place = (): { client: string; host: string; path: string; upstream: string } => ({ client: text(), host: text(), path: text(), upstream: text() })
  return busySnapshot({
    latest: busy.latest.map((ending) => ({ ...ending, ...place() })),
    events: busy.events.map((event) => ({ ...event, upstream: text(), detail: text() })),
    findings: busy.findings.map(({ finding, since }) => ({ since, finding: { ...finding, title: text(), fix: { text: text(), nginx: text() } } })),
    gone: [{ code: 'x', title: text(), at: instant(9) }],
    logs: [logOf({ path: text(), logFormat: text() }), logOf({ path: text(), state: 'waiting' })],
    active: { ...busy.active, open: { ...busy.active.open!, oldest: { startedAt: instant(9), ...place() }, byUpstream: times(9, () => ({ name: text(), open: random.int(0, 1e9) })), byPath: times(9, () => ({ name: text(), open: 1 })) } },
  })
}
