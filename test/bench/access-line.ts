import type { Entry } from './traffic.ts'

/** A format that the benchmark writes: how it is called in `formats/`, and its usual line. */
export interface LineFormat {
  readonly name: string
  /** Bytes of an average line, which say how many fill a log of a given size. */
  readonly meanBytes: number
  readonly line: (entry: Entry) => string
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

const timeLocal = (timeMs: number): string => {
  const date = new Date(timeMs)
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]!}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}

/** 32 hexadecimal digits, others for every index. */
const requestId = (index: number): string => {
  const low = (Math.imul(index, 0x9e37_79b1) >>> 0).toString(16).padStart(8, '0')
  const high = (Math.imul(index, 0x85eb_ca6b) >>> 0).toString(16).padStart(8, '0')
  return low + high + low + high
}

const pid = ({ index }: Entry): number => 4000 + (index % 4)

/** What a proxied handshake looks like on the upstream's side. */
const received = ({ bytes }: Entry): number => bytes + 129

const ws = (entry: Entry): string => {
  const time = entry.seconds.toFixed(3)
  return `${entry.client} - ${entry.host} [${timeLocal(entry.endedAtMs)}] "GET ${entry.target} HTTP/1.1" ${entry.status} ${entry.bytes} rt=${time} urt=${time} ua="${entry.agent}" up="${entry.upstream}"`
}

const completion = ({ status }: Entry): string => (status === 499 ? '' : 'OK')

const wsPlus = (entry: Entry): string =>
  `${ws(entry)} cid=${entry.index + 1} creq=1 pid=${pid(entry)} ms=${(Math.floor(entry.endedAtMs) / 1000).toFixed(3)} us=${entry.status} uct=0.000 uht=0.001 ubs=308 ubr=${received(entry)} upg="websocket" rc="${completion(entry)}" rid=${requestId(entry.index)} act=62`

const wsJson = (entry: Entry): string => {
  const time = entry.seconds.toFixed(3)
  return `{"msec":"${(Math.floor(entry.endedAtMs) / 1000).toFixed(3)}","time_local":"${timeLocal(entry.endedAtMs)}","remote_addr":"${entry.client}","host":"${entry.host}","request":"GET ${entry.target} HTTP/1.1","status":"${entry.status}","body_bytes_sent":"${entry.bytes}","request_time":"${time}","upstream_response_time":"${time}","http_user_agent":"${entry.agent}","upstream_addr":"${entry.upstream}","connection":"${entry.index + 1}","connection_requests":"1","pid":"${pid(entry)}","upstream_status":"${entry.status}","upstream_connect_time":"0.000","upstream_header_time":"0.001","upstream_bytes_sent":"308","upstream_bytes_received":"${received(entry)}","http_upgrade":"websocket","request_completion":"${completion(entry)}","request_id":"${requestId(entry.index)}","connections_active":"62"}`
}

const ingress = (entry: Entry): string => {
  const time = entry.seconds.toFixed(3)
  return `${entry.client} - - [${timeLocal(entry.endedAtMs)}] "GET ${entry.target} HTTP/1.1" ${entry.status} ${entry.bytes} "-" "${entry.agent}" 308 ${time} [default-chat-8080] [] ${entry.upstream} ${entry.bytes} ${time} ${entry.status} ${requestId(entry.index)}`
}

export const WS: LineFormat = { name: 'ws', meanBytes: 239, line: ws }
export const WS_PLUS: LineFormat = { name: 'ws_plus', meanBytes: 394, line: wsPlus }
export const WS_JSON: LineFormat = { name: 'ws_json', meanBytes: 740, line: wsJson }
export const INGRESS: LineFormat = { name: 'ingress-nginx', meanBytes: 281, line: ingress }
