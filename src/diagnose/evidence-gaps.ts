import type { MissingEvidence } from '../report/report.ts'
import { nginxLines } from './nginx-lines.ts'
import type { Rule } from './rule.ts'
import { shareOfSessions } from './endings.ts'
import { counted, listed, percent } from './wording.ts'

/** What each would show. The order is that of use. */
const SHOWS: Readonly<Record<MissingEvidence, string>> = {
  'error-log': 'an error log at level info would tell timeouts and resets from orderly ends',
  'info-level': 'level info in the error log would tell timeouts and resets of clients from orderly ends',
  'request-time': '$request_time would tell how long sessions live',
  'body-bytes': '$body_bytes_sent would tell quiet sessions from busy ones',
  'upstream-addr': '$upstream_addr would tell which upstream it was',
  'request-completion': '$request_completion would show what nginx cut itself',
  connection: '$connection would join error lines to sessions without a doubt',
  'http-upgrade': '$http_upgrade would tell failed WebSocket handshakes from other requests',
  host: '$host would tell the sites apart',
}

/** Without one of these a verdict is missing; the others only make it surer. */
const WEIGHTY: ReadonlySet<MissingEvidence> = new Set(['error-log', 'info-level', 'request-time', 'body-bytes', 'upstream-addr', 'request-completion'])

/** formats/ws_plus.conf, as a test makes sure. */
export const WS_PLUS: readonly string[] = [
  "log_format ws_plus '$remote_addr - $host [$time_local] \"$request\" $status $body_bytes_sent '",
  "                   'rt=$request_time urt=$upstream_response_time '",
  "                   'ua=\"$http_user_agent\" up=\"$upstream_addr\" '",
  "                   'cid=$connection creq=$connection_requests pid=$pid ms=$msec us=$upstream_status uct=$upstream_connect_time '",
  "                   'uht=$upstream_header_time ubs=$upstream_bytes_sent ubr=$upstream_bytes_received upg=\"$http_upgrade\" rc=\"$request_completion\" '",
  "                   'rid=$request_id act=$connections_active';",
]

/** What these logs cannot tell, and the lines that would: advice, never a warning. */
export const evidenceGaps: Rule = (facts) => {
  const { evidence, endings, sessions: all } = facts.report
  const missing = (Object.keys(SHOWS) as MissingEvidence[]).filter((each) => evidence.missing.includes(each))
  if (all.count === 0 || !missing.some((each) => WEIGHTY.has(each))) return undefined
  const sessions = endings.reduce((sum, { cause, confidence, sessions: count }) => sum + (cause === 'closed' && confidence === 'guess' ? count : 0), 0)
  const share = shareOfSessions(facts, sessions)
  const needsErrors = missing.includes('error-log') || missing.includes('info-level')
  const needsFormat = missing.some((each) => each !== 'error-log' && each !== 'info-level')
  return {
    code: 'evidence-gaps',
    severity: 'info',
    layer: 'nginx',
    title: sessions > 0 ? `These logs cannot tell how ${percent(share)} of sessions ended` : 'Some things these logs cannot tell',
    detail: `${sessions > 0 ? `${counted(sessions, 'session')} ${sessions === 1 ? 'is' : 'are'} called closed only because nothing says otherwise. ` : ''}${sentence(listed(missing.map((each) => SHOWS[each]), missing.length))}.`,
    sessions,
    share,
    sessionsPerDay: 0,
    evidence: { missing },
    fix: {
      text: `${needsErrors ? 'Level info writes a line for each session that ends by a timeout or a reset, and some more for clients that come and go: give the WebSocket location a file of its own. ' : ''}${needsFormat ? 'The format ws_plus has all that wslog can use; name it in access_log. ' : ''}Then run wslog with -e and ${needsErrors ? 'that error log and the main one, which tells of reloads' : 'the error log'}.`,
      nginx: nginxLines(
        ...(needsFormat ? [{ into: 'http' as const, lines: WS_PLUS }] : []),
        {
          into: 'the location of /ws/',
          lines: [...(needsFormat ? ['access_log /var/log/nginx/ws_access.log ws_plus;'] : []), ...(needsErrors ? ['error_log /var/log/nginx/ws_error.log info;'] : [])],
        },
      ),
    },
    source: needsErrors ? 'https://nginx.org/en/docs/ngx_core_module.html#error_log' : 'https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format',
  }
}

const sentence = (text: string): string => text[0]!.toUpperCase() + text.slice(1)
