import type { Rule } from './rule.ts'
import { counted } from './wording.ts'

/** A start so soon after a stop is a restart, which a reload could have spared. */
const RESTART_MS = 5 * 60_000

/** nginx was stopped, which ends every session without a line. */
export const nginxStop: Rule = ({ report }) => {
  const stops = report.events.filter(({ kind }) => kind === 'nginx-stop')
  if (stops.length === 0) return undefined
  const starts = report.events.filter(({ kind }) => kind === 'nginx-start')
  const restarts = stops.filter((stop) => starts.some(({ at }) => Date.parse(at) >= Date.parse(stop.at) && Date.parse(at) - Date.parse(stop.at) <= RESTART_MS))
  return {
    code: 'nginx-stop',
    severity: restarts.length > 0 ? 'warning' : 'info',
    layer: 'nginx',
    title: restarts.length > 0 ? `nginx was restarted ${restarts.length === 1 ? 'once' : `${restarts.length} times`}: a reload would keep the sessions` : `nginx was stopped ${stops.length === 1 ? 'once' : `${stops.length} times`}`,
    detail: `${counted(stops.length, 'stop')} ended every open session at once. nginx writes no access line for them: how many there were is not known, and none of them is counted in this report.`,
    sessions: 0,
    share: 0,
    sessionsPerDay: 0,
    evidence: { stops: stops.length, restarts: restarts.length, at: stops.slice(0, 20).map(({ at }) => at) },
    fix: { text: 'For a new configuration use nginx -s reload, for a new binary the upgrade by USR2 and QUIT, and to stop use nginx -s quit: the workers then stay until their sessions end.', nginx: '' },
    source: 'https://nginx.org/en/docs/control.html',
  }
}
