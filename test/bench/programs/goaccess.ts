import { installProgram } from '../../publish/programs.ts'
import { INGRESS, WS, WS_JSON, WS_PLUS } from '../access-line.ts'
import type { LogKind } from '../logs.ts'
import { type Program, shellOver } from './program.ts'

const OPTIONS = ['--no-global-config', '--no-progress', '--date-format=%d/%b/%Y', '--time-format=%H:%M:%S', '-o', 'json']
/** What has nothing to do with sessions; the rest stays: hits per day and hour, hosts, paths, statuses, upstream times. */
const LEAST = ['--no-query-string', ...['BROWSERS', 'OS', 'REFERRERS', 'REFERRING_SITES', 'KEYPHRASES', 'STATIC_REQUESTS', 'GEO_LOCATION'].map((panel) => `--ignore-panel=${panel}`)]

/** GoAccess's `--log-format` for a log; `agent` is its field for the user agent, or `%^` to skip that. */
const logFormat = ({ format }: LogKind, agent: string): string => {
  switch (format) {
    case WS: return `%h - %v [%d:%t %^] "%r" %s %b rt=%T urt=%^ ua="${agent}" up="%^"`
    case WS_PLUS: return `%h - %v [%d:%t %^] "%r" %s %b rt=%T urt=%^ ua="${agent}" %^`
    case WS_JSON: return `{"time_local":"%d:%t %^","remote_addr":"%h","host":"%v","request":"%r","status":"%s","body_bytes_sent":"%b","request_time":"%T","http_user_agent":"${agent}"}`
    case INGRESS: return `%h - %^ [%d:%t %^] "%r" %s %b "%^" "${agent}" %^ %T %^`
    default: throw new Error(`no GoAccess log-format for ${format.name}`)
  }
}

const goaccessWith = ({ name, key, does, agent, options }: { name: string; key: string; does: string; agent: string; options: readonly string[] }): Program => ({
  name,
  key,
  does,
  install: () => installProgram('goaccess', { package: 'goaccess' }) !== undefined,
  command: (logs) => {
    const given = [...OPTIONS, ...options, `--log-format=${logFormat(logs.kind, agent)}`]
    if (logs.kind.isCompressed) return shellOver(logs, 'goaccess -', given)
    return { file: 'goaccess', args: [logs.access, ...given], env: { LC_ALL: 'C' } }
  },
  found: (stdout) => ({ lines: (JSON.parse(stdout) as { general: { valid_requests: number } }).general.valid_requests }),
})

/** As it comes from the distribution. */
export const goaccess = goaccessWith({ name: 'GoAccess', key: 'goaccess', does: 'its report as JSON, as it comes', agent: '%u', options: [] })

/** As fast as options make it: no user agents, no query strings, no panels of browsers, referrers and the like. */
export const goaccessLeast = goaccessWith({ name: 'GoAccess, least', key: 'goaccess-least', does: 'the same without user agents, query strings, referrers', agent: '%^', options: LEAST })
