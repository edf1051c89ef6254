import type { Entry } from './traffic.ts'

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

const stamp = (timeMs: number): string => {
  const date = new Date(timeMs)
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

/** What nginx, at level info, logs about a request that its access log ends with this entry; undefined: nothing. */
export const errorLine = (entry: Entry): string | undefined => {
  const message = messageOf(entry)
  if (message === undefined) return undefined
  return `${stamp(entry.endedAtMs)} ${message} client: ${entry.client}, server: ${entry.host}, request: "GET ${entry.target} HTTP/1.1", upstream: "http://${entry.upstream}${entry.target}", host: "${entry.host}"`
}

const messageOf = ({ index, status, isIdle }: Entry): string | undefined => {
  const connection = `${4000 + (index % 4)}#0: *${index + 1}`
  if (isIdle) return `[info] ${connection} upstream timed out (110: Connection timed out) while proxying upgraded connection,`
  if (status === 502) return `[error] ${connection} connect() failed (111: Connection refused) while connecting to upstream,`
  if (status === 504) return `[error] ${connection} upstream timed out (110: Connection timed out) while reading response header from upstream,`
  return undefined
}
