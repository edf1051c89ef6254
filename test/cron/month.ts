import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'
import { Seeded } from '../helpers/seeded.ts'
import { type Served, serve, turnsOf } from './month-nginx.ts'
import { DAY_MS, MONTH_START, visitsOf } from './month-visits.ts'

export type LogName = 'ws_access.log' | 'ws_error.log'
export type MonthFormat = 'ws_plus' | 'combined'

/** What nginx writes in one go, and when. Mostly a line; a torn one may lack its line feed. */
export interface Written {
  readonly ms: number
  readonly log: LogName
  readonly text: string
}

export interface Month {
  readonly days: number
  /** In the order in which it is written. */
  readonly written: readonly Written[]
}

const AGENTS = ['okhttp/4.12.0', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', 'app \\x22quoted\\x22 \\xC3\\xA9', '-']
const HOST = 'chat.example.com'

const accessLine = (visit: Served, format: MonthFormat): string => {
  const { client, path, status, bytes, upstream, startMs, endMs, pid, connection, isComplete, asksForWebSocket } = visit
  const agent = AGENTS[connection % AGENTS.length]!
  const request = `${client} - ${format === 'combined' ? '-' : HOST} [${timeLocal(endMs)}] "GET ${path}?token=${(connection * 7919).toString(36)} HTTP/1.1" ${status} ${bytes}`
  if (format === 'combined') return `${request} "-" "${agent}"`
  const rt = ((endMs - startMs) / 1000).toFixed(3)
  const isAsked = upstream !== '-'
  const id = (connection * 1_000_003 + pid).toString(16).padStart(32, '0')
  return `${request} rt=${rt} urt=${isAsked ? rt : '-'} ua="${agent}" up="${upstream}" cid=${connection} creq=1 pid=${pid} ms=${(endMs / 1000).toFixed(3)} us=${isAsked ? status : '-'} uct=${isAsked ? '0.000' : '-'} uht=${isAsked ? '0.001' : '-'} ubs=308 ubr=133 upg="${asksForWebSocket ? 'websocket' : '-'}" rc="${isComplete ? 'OK' : ''}" rid=${id} act=62`
}

const errorLine = ({ client, path, upstream, endMs, pid, connection, said }: Served): string =>
  `${errorStamp(endMs)} [${said![0]}] ${pid}#${pid}: *${connection} ${said![1]}, client: ${client}, server: ${HOST}, request: "GET ${path} HTTP/1.1", upstream: "http://${upstream}${path}", host: "${HOST}"`

/** Now and then a disk was full, or nginx was killed: a line breaks off, with the next one behind it or on its own. */
const torn = (random: Seeded, line: string): string => {
  if (random.next() >= 0.004) return `${line}\n`
  return `${line.slice(0, random.int(1, line.length))}${random.next() < 0.5 ? '\n' : ''}`
}

/** Days on which nginx buffers its access log: a line comes up to half a minute after the end, and after its error line. */
const FLUSH_MS = 30_000

/** Thirty days (or so) of an access log and of the error log beside it: the same for the same seed. */
export const makeMonth = (seed: number, { days = 30, perDay = 240, format = 'ws_plus' }: { days?: number; perDay?: number; format?: MonthFormat } = {}): Month => {
  const random = new Seeded(seed)
  const someDays = (count: number): Set<number> => new Set(random.shuffled(Array.from({ length: days - 2 }, (_, day) => day + 1)).slice(0, count))
  const silent = someDays(1)
  const buffered = someDays(Math.ceil(days / 8))
  const visits = visitsOf(random, { days, perDay, silent, restarts: someDays(Math.ceil(days / 6)) })
  const { served, notices } = serve(visits, turnsOf(random, days))
  const written: Written[] = []
  for (const visit of served) {
    if (visit.said !== undefined) written.push({ ms: visit.endMs, log: 'ws_error.log', text: torn(random, errorLine(visit)) })
    const isBuffered = buffered.has(Math.floor((visit.endMs - MONTH_START) / DAY_MS))
    written.push({ ms: isBuffered ? Math.ceil((visit.endMs + 1) / FLUSH_MS) * FLUSH_MS : visit.endMs, log: 'ws_access.log', text: torn(random, accessLine(visit, format)) })
  }
  for (const { ms, text } of notices) written.push({ ms, log: 'ws_error.log', text: `${text}\n` })
  // Clients that come and go show that level info is on.
  for (let day = 0; day < days; day++) {
    for (const ms of [MONTH_START + day * DAY_MS + random.int(1000, DAY_MS)]) written.push({ ms, log: 'ws_error.log', text: `${errorStamp(ms)} [info] 4433#4433: *${900_001 + day} client 203.0.113.99 closed keepalive connection\n` })
  }
  return { days, written: written.sort((a, b) => a.ms - b.ms) }
}
