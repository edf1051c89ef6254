import type { Escape, LogFormatDirective } from '../../src/log-format/directive.ts'
import { type Shape, variableOf } from '../../src/log-format/fields.ts'
import type { Token } from '../../src/log-format/tokens.ts'
import { type Seeded, times } from '../helpers/seeded.ts'
import { INTERESTING } from './interesting.ts'

const VARIABLES = [
  'remote_addr', 'the_real_ip', 'host', 'http_host', 'server_name', 'request', 'request_method', 'request_uri', 'uri', 'args', 'status', 'status', 'status', 'body_bytes_sent', 'request_time', 'request_time',
  'upstream_response_time', 'upstream_addr', 'time_local', 'time_local', 'time_iso8601', 'time_iso8601', 'msec', 'msec', 'http_upgrade', 'http_user_agent', 'bytes_sent', 'request_length', 'connection', 'connection_requests',
  'connection_time', 'connections_active', 'pid', 'request_completion', 'request_id', 'req_id', 'upstream_status', 'upstream_connect_time', 'upstream_header_time', 'upstream_response_length', 'upstream_bytes_sent', 'ws_upstream',
  'http_x_forwarded_for', 'cookie_a', 'scheme', 'constructor', '__proto__', '1', 'ssl_protocol',
]
const BETWEEN = [' ', ' ', ' ', '" "', '" ', ' "', '"', ' - ', ' [', '] ', '] "', '|', '\t', ',', ', ', ' : ', ':', ';', ' rt=', ' ua="', '" up="', '/', '-', '.', '0', ' é ', '\\', '{', '}', '","b":"', "'"]

/** A `log_format` that somebody might write. */
export const randomFormat = (random: Seeded): LogFormatDirective => {
  const escape = random.pick(['default', 'default', 'default', 'json', 'none'] as const)
  const names = times(random.int(1, 9), () => random.pick(VARIABLES))
  return { name: 'random', escape, value: escape === 'json' && random.next() < 0.7 ? objectOf(random, names) : textOf(random, names) }
}

const textOf = (random: Seeded, names: readonly string[]): string =>
  names.map((name, index) => `${index === 0 ? random.pick(['', '', '', 'OPEN ', '[', '"', 'a ']) : random.pick(BETWEEN)}\${${name}}`).join('') + random.pick(['', '', '', '"', ' ', ']', ' end'])

const objectOf = (random: Seeded, names: readonly string[]): string =>
  `{${names.map((name, index) => `"${random.next() < 0.9 ? `${name}${random.next() < 0.2 ? '' : index}` : random.pick(['__proto__', 'constructor', '', 'é', 'a\\"b'])}":${random.next() < 0.3 ? `\${${name}}` : `"\${${name}}"`}`).join(random.pick([',', ', ']))}}`

/** A line that nginx could have written in a format, or nearly: clients put strange texts into it. */
export const lineIn = (random: Seeded, tokens: readonly Token[], escape: Escape): string =>
  tokens.map((token) => (token.kind === 'literal' ? Buffer.from(token.text, 'utf8').toString('latin1') : valueOf(random, variableOf(token.name).shape, escape))).join('')

const digits = (random: Seeded, count: number): string => times(count, () => String(random.int(0, 10))).join('')
const seconds = (random: Seeded): string => (random.next() < 0.15 ? '-' : `${digits(random, random.int(1, 5))}.${digits(random, 3)}`)
const tries = (random: Seeded, one: () => string): string => times(random.pick([1, 1, 1, 2, 3]), (index) => (index === 0 ? '' : random.pick([', ', ' : '])) + one()).join('')

const valueOf = (random: Seeded, shape: Shape, escape: Escape): string => {
  switch (shape) {
    case 'text':
      return escaped(times(random.pick([0, 1, 1, 1, 2, 3]), () => (random.next() < 0.6 ? random.pick(['-', 'a', 'GET /ws HTTP/1.1', 'Mozilla/5.0 (X11)', 'websocket']) : random.pick(INTERESTING))).join(random.pick(['', ' '])), escape)
    case 'word':
      return random.pick(['-', '127.0.0.1', '::1', 'unix:', 'ws.example.com', 'abc', '', 'a"b', 'a\\x22'])
    case 'list':
      return tries(random, () => random.pick(['-', '10.0.0.1:80', '[::1]:8080', 'unix:/run/x.sock', '502', '', 'pool']))
    case 'integer':
      return random.next() < 0.15 ? random.pick(['-', '']) : digits(random, random.int(1, 16))
    case 'status':
      return random.pick(['101', '200', '000', '009', '499', '502', '999'])
    case 'seconds':
      return seconds(random)
    case 'secondsList':
      return tries(random, () => seconds(random))
    case 'timeLocal':
      return `2${random.int(0, 10)}/${random.pick(['Nov', 'Feb', 'Jan'])}/2026:0${random.int(0, 10)}:${random.int(10, 60)}:${random.int(10, 61)} ${random.pick(['+0000', '-0330', '+1400'])}`
    case 'timeIso':
      return `2026-11-2${random.int(0, 10)}T0${random.int(0, 10)}:${random.int(10, 60)}:${random.int(10, 61)}${random.pick(['+00:00', '-03:30', '+14:00'])}`
    case 'epoch':
      return `17952${digits(random, 5)}.${digits(random, 3)}`
  }
}

const escaped = (text: string, escape: Escape): string => {
  if (escape === 'none') return text
  if (escape === 'json') return JSON.stringify(text).slice(1, -1)
  return text.replaceAll(/["\\\u0000-\u001F\u007F-\u00FF]/g, (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}
