import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './folder.ts'
import { errorStamp, timeLocal } from './nginx-time.ts'

/** Characters that a terminal obeys, that turn text around, or that nobody sees; the line feed is the program's own. */
export const DANGEROUS = /[^\P{C}\n]|[\u2028\u2029]/u

/** All of them at once: a title is set, the cursor asked for, a line written over, text turned around and hidden. */
export const ATTACK = 'a\u001B]0;owned\u0007\u001B[6n\r\b\u009B31m\u0085\u202Egnp\u2066\u200F\u200B\uFEFF\u2028\u2029\u00AD\u007Fz'

/** The same for the name of a file, which may not be long. */
const NAME = 'n\u001B[6n\r\u009B\u202E\u2066\u200B\u2028\u007F'

const ascii = (value: unknown): string => JSON.stringify(value).replaceAll(/[\u007F-\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
const escaped = (text: string): string => Array.from(Buffer.from(text), (byte) => (byte < 32 || byte > 126 || byte === 34 || byte === 92 ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte))).join('')

const COUNT = 12
const STEP_SECONDS = 7
/** Seconds since the epoch. */
const timesFrom = (first: number): number[] => Array.from({ length: COUNT }, (_, index) => first + index * STEP_SECONDS)
const STATUSES = [101, 101, 101, 502, 504, 400]


/** One record a time, each status and each way to fail among them, with the attack in every field that holds text. */
const jsonLog = (times: readonly number[]): string => times.map((seconds, index) => {
  const status = STATUSES[index % STATUSES.length]!
  return `${ascii({ msec: `${seconds}.000`, time_local: timeLocal(seconds * 1000), remote_addr: `${ATTACK}${index % 3}`, host: `${ATTACK}${index % 2}`, request: `GET /ws/${ATTACK}?${ATTACK} HTTP/1.1`, status: String(status), body_bytes_sent: '4', request_time: '6.000', upstream_response_time: '6.000', http_user_agent: ATTACK, upstream_addr: `${ATTACK}, ${ATTACK}`, connection: String(index + 1), connection_requests: '1', pid: '7', upstream_status: String(status), upstream_connect_time: '0.000', upstream_header_time: '0.001', upstream_bytes_sent: '1', upstream_bytes_received: '1', http_upgrade: 'websocket', request_completion: ATTACK, request_id: ATTACK, connections_active: '1' })}\n`
}).join('')

/** The format `ws`, as nginx escapes it; some lines break, with the attack as it is where they do. */
const wsLog = (times: readonly number[]): string => times.map((seconds, index) => {
  const text = escaped(ATTACK)
  const line = `${text} - ${text} [${timeLocal(seconds * 1000)}] "GET /ws/${text}?${text} HTTP/1.1" ${STATUSES[index % STATUSES.length]!} 4 rt=6.000 urt=6.000 ua="${text}" up="${text}"`
  return `${line}\n${index % 4 === 0 ? `${line.replace(' rt=', ATTACK)}\n${Buffer.from([0x9b, 0x85]).toString('latin1')}\n` : ''}`
}).join('')

const openLog = (times: readonly number[]): string => times.map((seconds, index) => `OPEN ${seconds}.000 ${100 + index} 1 9fe7a782e7de397e589ad710ff2ceff${index % 10} 7 ${escaped(ATTACK)} ${escaped(ATTACK)} "GET /ws/${escaped(ATTACK)} HTTP/1.1" "${escaped(ATTACK)}"\n`).join('')

const MESSAGES = ['upstream timed out (110: Connection timed out) while proxying upgraded connection', 'recv() failed (104: Connection reset by peer) while proxying upgraded connection', 'connect() failed (111: Connection refused) while connecting to upstream', `${ATTACK} while ${ATTACK}`, `limiting requests, excess: 1.000 by zone "${ATTACK}"`, `no live upstreams while connecting to upstream`, `"${ATTACK}" could not be resolved`]

const errorLog = (times: readonly number[]): string => `${errorStamp(times[0]! * 1000)} [notice] 7#7: signal 1 (SIGHUP) received from 1, reconfiguring ${ATTACK}\n${times.flatMap((seconds, index) =>
  MESSAGES.map((message) => `${errorStamp(seconds * 1000)} [${index % 2 === 0 ? 'info' : 'error'}] 7#7: *${index + 1} ${message}, client: ${ATTACK}, server: ${ATTACK}, request: "GET /ws/${ATTACK} HTTP/1.1", upstream: "http://${ATTACK}/ws", host: "${ATTACK}"\n`.replaceAll(/(?<!\n)\n(?!$)/g, ' '))).join('')}`

/** A folder and files with names that attack, too, and the attack in each field of each of them; `isNow`: their lines are of the last minutes. */
export const attackedLogs = ({ isNow = false } = {}) => {
  const times = timesFrom(isNow ? Math.floor(Date.now() / 1000) - COUNT * STEP_SECONDS : 1_795_226_144)
  const folder = join(temporaryFolder(), NAME)
  mkdirSync(folder)
  const file = (name: string, text: string | Buffer): string => {
    const path = join(folder, `${NAME}${name}`)
    writeFileSync(path, text)
    return path
  }
  return {
    folder,
    file,
    json: file('.json.log', jsonLog(times)),
    ws: file('.ws.log', wsLog(times)),
    open: file('.open.log', openLog(times) + jsonLog(times)),
    errors: file('.error.log', errorLog(times)),
    none: file('.none.log', `${ATTACK}\n${Buffer.from([0x9b]).toString('latin1')}\n`.repeat(3)),
    format: file('.conf', `log_format 'n${ATTACK}' '${ATTACK}$remote_addr [$time_local] ${ATTACK} $status';`),
    missing: join(folder, `${NAME}missing`),
  }
}
