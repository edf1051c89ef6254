import type { Visit } from './farm-plan.ts'
import type { Cause } from './farm-options.ts'

interface Texts {
  readonly rich: string
  readonly ws: string
  readonly info: string
  readonly warn: string
}

const PROXYING = 'while proxying upgraded connection'
const READING = 'while reading response header from upstream'

/** The error line of each cause, with its level; `null`: none at all. Causes of several ways are told apart by the status. */
const ERROR_LINE: Readonly<Partial<Record<Cause, RegExp | null>>> = {
  'idle-timeout': new RegExp(`\\[info\\].* upstream timed out \\(110: .*\\) ${PROXYING}`),
  'client-stalled': new RegExp(`\\[info\\].* client timed out \\(110: .*\\) ${PROXYING}`),
  'client-reset': new RegExp(`\\[info\\].* (?:recv|send)\\(\\) failed \\((?:104|32): .*\\) ${PROXYING}`),
  'upstream-reset': new RegExp(`\\[error\\].* (?:recv|send)\\(\\) failed \\((?:104|32): .*\\) ${PROXYING}`),
  'client-lost': new RegExp(`\\[info\\].* recv\\(\\) failed \\((?:110|113): .*\\) ${PROXYING}`),
  'upstream-lost': new RegExp(`\\[error\\].* recv\\(\\) failed \\((?:110|113): .*\\) ${PROXYING}`),
  'worker-shutdown': null,
  'edge-idle-timeout': null,
  'upstream-idle-timeout': null,
  'lifetime-limit': null,
  'upgrade-missing': null,
  redirected: null,
  'server-error': null,
  'rate-limited': /\[error\].* limiting (?:requests|connections)/,
  refused: /\[error\].* connect\(\) failed \(111: /,
  'connect-timeout': /\[error\].* upstream timed out \(110: .*\) while connecting to upstream/,
  'handshake-timeout': new RegExp(`\\[error\\].* upstream timed out \\(110: .*\\) ${READING}`),
  'upstream-closed': new RegExp(`\\[error\\].* (?:upstream prematurely closed connection|recv\\(\\) failed \\(104: .*\\)) ${READING}`),
  'no-live-upstream': /\[error\].* no live upstreams while connecting to upstream/,
  'bad-reply': new RegExp(`\\[error\\].* upstream sent (?:no valid HTTP/1.0 header|too big header|invalid header.*) ${READING}`),
  'tls-upstream': /\[error\].* SSL_do_handshake\(\) failed .* while SSL handshaking to upstream/,
  dns: /\[error\].* could not be resolved/,
  'client-gone': /\[info\].* client (?:prematurely closed connection|sent|timed out)/,
}

const byId = (text: string): Map<string, string[]> => {
  const lines = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    // An error line may name the id twice, in the request and in the upstream.
    const id = /[?&]id=([a-z]+\d+)/.exec(line)?.[1]
    if (id !== undefined) lines.set(id, [...(lines.get(id) ?? []), line])
  }
  return lines
}

/** How far an age may be from its plan: a busy machine is late, and nginx cuts up to 0.3 s early. */
const SLACK_S = 1

/** What in the logs of a farm is not as its plan says; empty when the truth can be trusted. */
export const checkFarm = (visits: readonly Visit[], { rich, ws, info, warn }: Texts): string[] => {
  const complaints: string[] = []
  const [richOf, wsOf, infoOf, warnOf] = [byId(rich), byId(ws), byId(info), byId(warn)]
  for (const { id, cause, status, at, until } of visits) {
    const lines = richOf.get(id) ?? []
    if (lines.length !== 1 || wsOf.get(id)?.length !== 1) {
      complaints.push(`${id}: ${lines.length} and ${wsOf.get(id)?.length ?? 0} access lines`)
      continue
    }
    const [, logged = '', rt = ''] = /" (\d{3}) \d+ rt=([\d.]+)/.exec(lines[0]!) ?? []
    if (Number(logged) !== status) complaints.push(`${id}: status ${logged}, not ${status}`)
    if (until !== undefined && cause !== 'client-stalled' && Math.abs(Number(rt) - (until - at) / 1000) > SLACK_S) complaints.push(`${id}: lived ${rt} s, not ${(until - at) / 1000}`)
    const errors = infoOf.get(id) ?? []
    const wanted = ERROR_LINE[cause]
    if (wanted === null && errors.length > 0) complaints.push(`${id}: has an error line: ${errors[0]}`)
    if (wanted instanceof RegExp && !errors.some((line) => wanted.test(line))) complaints.push(`${id}: no error line of its own, but ${errors[0] ?? 'none'}`)
    if (cause === 'closed' && errors.some((line) => line.includes(PROXYING))) complaints.push(`${id}: closed, and yet ${errors[0]}`)
    if ((warnOf.get(id) ?? []).some((line) => line.includes('[info]'))) complaints.push(`${id}: an [info] line among the warnings`)
    if (cause === 'worker-shutdown' && !lines[0]!.includes(' rc="" ')) complaints.push(`${id}: completed, though it was cut`)
  }
  return complaints
}
