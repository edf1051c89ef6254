import { scaled, shareOfSessions } from './endings.ts'
import { agesOf, idleTimers, pingSeconds } from './idle-timers.ts'
import { perDay, type Rule } from './rule.ts'
import { age, counted, listed, percent } from './wording.ts'

/** Idle timers that end fewer of all sessions than this end those of clients that are gone. */
const MIN_SHARE = 0.1
const MIN_SESSIONS = 10
/** Of the sessions that lived as long as the shortest timer, so many got nothing: a pong or ping would have shown. */
const MIN_SILENT = 0.5
/** The handshake comes before the timer starts, and timers are a little early. */
const EARLY_MS = 350
/** Nothing, or a lone Close frame: an empty ping is two bytes. */
const SILENT_BYTES: ReadonlySet<number> = new Set([0, 4])

/** Sessions fall silent and idle timers end them: nobody pings. */
export const noHeartbeat: Rule = (facts) => {
  const timers = idleTimers(facts)
  const [shortest] = timers
  if (shortest === undefined) return undefined
  const sessions = timers.reduce((sum, cluster) => sum + cluster.sessions, 0)
  const share = shareOfSessions(facts, sessions)
  const { sessionSample } = facts.summary
  const old = sessionSample.rows.filter(({ durationMs, bytesToClient }) => durationMs >= shortest.fromMs - EARLY_MS && bytesToClient >= 0)
  const silent = old.filter(({ bytesToClient }) => SILENT_BYTES.has(bytesToClient))
  if (sessions < MIN_SESSIONS || share < MIN_SHARE || silent.length < old.length * MIN_SILENT) return undefined
  const ping = pingSeconds(shortest.centerMs / 1000)
  const ages = listed(timers.map(({ centerMs }) => age(centerMs / 1000)))
  const echoes = timers.flatMap(({ echoesMs }) => echoesMs.map((ms) => age(ms / 1000)))
  return {
    code: 'no-heartbeat',
    severity: 'warning',
    layer: 'upstream',
    title: `Quiet sessions have no heartbeat: a ping every ${ping} s ${timers.some(({ cause }) => cause === null) ? 'may' : 'would'} keep them`,
    detail: `Of ${counted(scaled(old.length, sessionSample), 'session')} that lived for ${age(shortest.centerMs / 1000)} or longer, ${percent(silent.length / old.length)} never got a ping, a pong or a message; idle timers (${ages}) ended ${percent(share)} of all sessions.${echoes.length === 0 ? '' : ` Others ended as long after their last message (at ${listed(echoes)}).`}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { timersSeconds: agesOf(timers), silentShare: silent.length / old.length, pingSeconds: ping },
    fix: {
      text: `nginx sends no pings of its own: let the application send one every ${ping} s (ws: socket.ping(), Socket.IO: pingInterval, STOMP: heart-beat, Python websockets: ping_interval). That is well below the shortest timer seen, ${age(shortest.centerMs / 1000)}, and finds dead clients, too.`,
      nginx: '',
    },
    source: 'https://nginx.org/en/docs/http/websocket.html',
  }
}
