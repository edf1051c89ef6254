/**
 * The fields of an access line that wslog reads, as slots of a record. Numeric slots hold a number in
 * `record.number`, all others the byte range of their text; of a list, `number` is where its last item starts.
 */
export const Field = {
  client: 0,
  host: 1,
  request: 2,
  method: 3,
  uri: 4,
  args: 5,
  status: 6,
  bodyBytes: 7,
  requestTime: 8,
  upstreamTime: 9,
  upstream: 10,
  time: 11,
  upgrade: 12,
  userAgent: 13,
  connection: 14,
  pid: 15,
  completion: 16,
  connectTime: 17,
  connectionRequests: 18,
  requestId: 19,
  connectionsActive: 20,
  headerTime: 21,
  upstreamName: 22,
} as const
export type Field = (typeof Field)[keyof typeof Field]
export const FIELD_COUNT = 23

/**
 * How the text of a variable looks, so that a line which nginx cannot have written is refused:
 * - `text`: anything; `word`: anything without a space
 * - `list`: what `$upstream_*` write, tries apart by `, ` and ` : `
 * - `integer`: digits, `-` when unset; `status`: three digits (`009` and `000` exist)
 * - `seconds`: `1.234`, `-` when unset; `secondsList`: the same, by try
 * - `timeLocal`, `timeIso`, `epoch`: the three clocks of nginx
 */
export type Shape = 'text' | 'word' | 'list' | 'integer' | 'status' | 'seconds' | 'secondsList' | 'timeLocal' | 'timeIso' | 'epoch'

interface Variable {
  readonly shape: Shape
  /** The slot it fills; absent when wslog has no use for it. */
  readonly field?: Field
  /** Of several variables for one slot the highest rank is taken: `$msec` is finer than `$time_local`. */
  readonly rank?: number
}

/** Source: ngx_http_variables.c, ngx_http_log_module.c, ngx_http_upstream.c; the last row is of formats/ws_open.conf. */
const VARIABLES: Readonly<Record<string, Variable>> = {
  remote_addr: { shape: 'word', field: Field.client, rank: 1 },
  the_real_ip: { shape: 'word', field: Field.client, rank: 2 },
  host: { shape: 'word', field: Field.host, rank: 3 },
  http_host: { shape: 'text', field: Field.host, rank: 2 },
  server_name: { shape: 'word', field: Field.host, rank: 1 },
  request: { shape: 'text', field: Field.request },
  request_method: { shape: 'word', field: Field.method },
  request_uri: { shape: 'text', field: Field.uri, rank: 2 },
  uri: { shape: 'text', field: Field.uri, rank: 1 },
  document_uri: { shape: 'text', field: Field.uri, rank: 1 },
  args: { shape: 'text', field: Field.args },
  query_string: { shape: 'text', field: Field.args },
  status: { shape: 'status', field: Field.status },
  body_bytes_sent: { shape: 'integer', field: Field.bodyBytes },
  request_time: { shape: 'seconds', field: Field.requestTime },
  upstream_response_time: { shape: 'secondsList', field: Field.upstreamTime },
  upstream_addr: { shape: 'list', field: Field.upstream },
  time_local: { shape: 'timeLocal', field: Field.time, rank: 1 },
  time_iso8601: { shape: 'timeIso', field: Field.time, rank: 2 },
  msec: { shape: 'epoch', field: Field.time, rank: 3 },
  http_upgrade: { shape: 'text', field: Field.upgrade },
  http_user_agent: { shape: 'text', field: Field.userAgent },
  bytes_sent: { shape: 'integer' },
  request_length: { shape: 'integer' },
  connection: { shape: 'integer', field: Field.connection },
  connection_requests: { shape: 'integer', field: Field.connectionRequests },
  connection_time: { shape: 'seconds' },
  connections_active: { shape: 'integer', field: Field.connectionsActive },
  pid: { shape: 'integer', field: Field.pid },
  request_completion: { shape: 'text', field: Field.completion },
  request_id: { shape: 'word', field: Field.requestId },
  req_id: { shape: 'word' },
  upstream_status: { shape: 'list' },
  upstream_connect_time: { shape: 'secondsList', field: Field.connectTime },
  upstream_header_time: { shape: 'secondsList', field: Field.headerTime },
  upstream_response_length: { shape: 'list' },
  upstream_bytes_sent: { shape: 'list' },
  upstream_bytes_received: { shape: 'list' },
  ws_upstream: { shape: 'word', field: Field.upstreamName },
}

const ANY_TEXT: Variable = { shape: 'text' }

/** What is known of a variable; an unknown one (a `map`, a module's own) is any text. */
export const variableOf = (name: string): Variable => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name]! : ANY_TEXT)
