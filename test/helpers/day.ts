import type { Logs } from './facts.ts'
import { Seeded } from './seeded.ts'

/** The first second of every fixture. */
const DAY_START = Date.UTC(2026, 10, 20, 12)

export interface Visit {
  /** When it began, s since {@link DAY_START}. */
  readonly at: number
  readonly seconds: number
  readonly bytes?: number
  readonly status?: number
  readonly client?: string
  readonly path?: string
  readonly upstream?: string
  /** `$request_completion`. */
  readonly isComplete?: boolean
  /** Level and text of its line in the error log, as nginx writes it up to the fields. */
  readonly said?: readonly [level: string, text: string] | undefined
}

const RESET_104 = 'recv() failed (104: Connection reset by peer) while proxying upgraded connection'
/** Lines that nginx writes for endings of sessions. */
export const SAID = {
  idle: ['info', 'upstream timed out (110: Connection timed out) while proxying upgraded connection'],
  clientReset: ['info', RESET_104],
  clientLost: ['info', 'recv() failed (110: Connection timed out) while proxying upgraded connection'],
  clientStalled: ['info', 'client timed out (110: Connection timed out) while proxying upgraded connection'],
  upstreamReset: ['error', RESET_104],
  upstreamLost: ['error', 'recv() failed (113: No route to host) while proxying upgraded connection'],
  refused: ['error', 'connect() failed (111: Connection refused) while connecting to upstream'],
  noConnections: ['alert', '768 worker_connections are not enough while connecting to upstream'],
  noFiles: ['alert', 'socket() failed (24: Too many open files) while connecting to upstream'],
  noPorts: ['crit', 'connect() to 127.0.0.1:80 failed (99: Cannot assign requested address) while connecting to upstream'],
  tlsUpstream: ['error', 'SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream'],
  tlsVerify: ['error', 'upstream SSL certificate verify error: (18:self-signed certificate) while SSL handshaking to upstream'],
} as const satisfies Record<string, readonly [string, string]>

const two = (value: number): string => String(value).padStart(2, '0')

const stamp = (ms: number): string => {
  const at = new Date(ms)
  return `${at.getUTCFullYear()}/${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const local = (ms: number): string => {
  const at = new Date(ms)
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`
}

export interface DayOptions {
  /** Of the access log. `ws_plus` has `$msec`, `$connection` and `$request_completion`. */
  readonly format?: 'ws' | 'ws_plus'
  /** What the error log lets through; `none`: there is no error log. */
  readonly level?: 'none' | 'error' | 'notice' | 'info'
  /** Further lines of the error log: when, s, the level, the text, and the process that wrote it. */
  readonly further?: readonly (readonly [at: number, level: string, text: string, pid?: number])[]
}

const LEVELS = ['info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']
const PID = 4433

/** Writes visits as a real nginx would: an access log, and an error log beside it. */
export const logsOf = (visits: readonly Visit[], { format = 'ws_plus', level = 'info', further = [] }: DayOptions = {}): Logs => {
  const lines = visits.map((visit, index) => ({ ...visit, connection: index * 2 + 1, endMs: Math.round(DAY_START + (visit.at + visit.seconds) * 1000) })).sort((a, b) => a.endMs - b.endMs)
  const access = lines.map(({ client = '203.0.113.5', path = '/ws/room', upstream = '10.0.0.1:8080', status = 101, bytes = 300, seconds, isComplete = true, connection, endMs }) => {
    const rt = seconds.toFixed(3)
    const ws = `${client} - chat.example.com [${local(endMs)}] "GET ${path} HTTP/1.1" ${status} ${bytes} rt=${rt} urt=${rt} ua="okhttp/4.12.0" up="${upstream}"`
    return format === 'ws' ? ws : `${ws} cid=${connection} creq=1 pid=${PID} ms=${(endMs / 1000).toFixed(3)} us=${status} uct=0.000 uht=0.001 ubs=308 ubr=133 upg="websocket" rc="${isComplete ? 'OK' : ''}" rid=9fe7a782e7de397e589ad710ff2ceff0 act=62`
  })
  if (level === 'none') return { access: access.map((line) => `${line}\n`).join(''), error: undefined }
  const lastMs = lines.at(-1)?.endMs ?? DAY_START
  const entries = [
    // Clients that come and go prove that level info is on.
    ...[DAY_START, lastMs + 1000].map((ms) => ({ ms, severity: 'info', text: `${stamp(ms)} [info] ${PID}#${PID}: *999999 client 203.0.113.99 closed keepalive connection` })),
    ...further.map(([at, severity, text, pid = PID]) => ({ ms: DAY_START + at * 1000, severity, text: `${stamp(DAY_START + at * 1000)} [${severity}] ${pid}#${pid}: ${text}` })),
    ...lines.flatMap(({ said, endMs, connection, client = '203.0.113.5', path = '/ws/room', upstream = '10.0.0.1:8080' }) =>
      said === undefined ? [] : [{ ms: endMs, severity: said[0], text: `${stamp(endMs)} [${said[0]}] ${PID}#${PID}: *${connection} ${said[1]}, client: ${client}, server: chat.example.com, request: "GET ${path} HTTP/1.1", upstream: "http://${upstream}${path}", host: "chat.example.com"` }]),
  ]
  const error = entries.filter(({ severity }) => LEVELS.indexOf(severity) >= LEVELS.indexOf(level)).sort((a, b) => a.ms - b.ms).map(({ text }) => `${text}\n`).join('')
  return { access: access.map((line) => `${line}\n`).join(''), error }
}

/** Busy sessions of all ages over some minutes, from many clients and to three upstreams: what a healthy service looks like. Those still open at the end have no line. */
export const healthyVisits = (count: number, { minutes = 30, seed = 1 }: { minutes?: number; seed?: number } = {}): (Visit & { readonly upstream: string })[] => {
  const random = new Seeded(seed)
  const visits: (Visit & { readonly upstream: string })[] = []
  while (visits.length < count) {
    const visit = {
      at: random.next() * minutes * 60,
      seconds: random.logNormal({ median: 90, sigma: 1.2 }),
      bytes: 200 + random.int(0, 20_000),
      client: `198.51.100.${random.int(1, 200)}`,
      upstream: `10.0.0.${random.int(1, 4)}:8080`,
    }
    if (visit.at + visit.seconds < minutes * 60) visits.push(visit)
  }
  return visits
}
