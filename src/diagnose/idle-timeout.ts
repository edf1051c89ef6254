import { endedOf, sampleOf } from './endings.ts'
import { agesOf, pingSeconds, timersOf } from './idle-timers.ts'
import { locationOf, nginxLines } from './nginx-lines.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { age, counted, listed, percent } from './wording.ts'

/** Longer than any ping interval; whoever has set more meant it. */
const LONG_TIMEOUT_S = 3600

/** nginx itself cuts quiet sessions: proxy_read_timeout is shorter than the pause between two messages. */
export const idleTimeout: Rule = (facts) => {
  const ended = endedOf(facts, 'idle-timeout')
  if (!isWorthSaying(ended)) return undefined
  const { sessions, share } = ended
  const timers = timersOf(facts, 'idle-timeout')
  const ages = timers.map(({ centerMs }) => centerMs / 1000)
  const isConfirmed = facts.report.endings.some(({ cause, confidence }) => cause === 'idle-timeout' && confidence === 'confirmed')
  const isLong = ages.length > 0 && Math.min(...ages) >= LONG_TIMEOUT_S - 1
  // Two clusters may read alike: sessions that nginx named, and those it did not.
  const inForce = listed([...new Set(ages.map(age))])
  // Where the timeout itself does not show, no session that it ended was shorter.
  const ping = pingSeconds(Math.min(60, ...(ages.length > 0 ? ages : sampleOf(facts, 'idle-timeout').flatMap(({ durationMs }) => (Number.isNaN(durationMs) ? [] : [durationMs / 1000])))))
  return {
    code: 'idle-timeout',
    // After an hour of silence most clients are gone: nginx only tidies up.
    severity: isLong ? 'info' : severityOf({ sessions, share }, isConfirmed ? 'confirmed' : 'likely'),
    layer: 'nginx',
    title: ages.length === 0 ? 'nginx cuts quiet sessions at proxy_read_timeout' : `nginx cuts quiet sessions after ${inForce}`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) ended at proxy_read_timeout${ages.length === 0 ? '' : ` (${inForce})`}${isConfirmed ? ', as nginx logged' : ', by their age and the timeout in force'}: nothing passed in either direction for so long. A client that vanished without a word looks the same, and so does a backend that stopped reading (proxy_send_timeout).`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { timeoutsSeconds: agesOf(timers), isConfirmed, sessions, pingSeconds: ping },
    fix: {
      text: isLong
        ? `Such a timeout is long enough: let the server ping every ${ping} s, so that it notices clients that are gone.`
        : `Let the server or the client send a ping every ${ping} s, and raise the timeout well above that. With pings a longer timeout does not keep dead clients: the server notices them.`,
      nginx: isLong ? '' : nginxLines({ into: locationOf(sampleOf(facts, 'idle-timeout')), lines: ['proxy_read_timeout 3600s;', 'proxy_send_timeout 3600s;'] }),
    },
    source: 'https://nginx.org/en/docs/http/websocket.html',
  }
}
