import type { HandshakeCause, Layer, SessionCause } from '../cause/cause.ts'
import { type LevelName, LEVELS } from './level.ts'
import type { Message, ProcessStep } from './message.ts'

export type { Message } from './message.ts'

// The texts are those of nginx 1.22.1 and 1.31.5, seen in real logs or read in the source.
// To add one: a row below. Of rows that fit the same entry the first is taken, so the narrower one stands above.

const TUNNEL = 'proxying upgraded connection'
const CONNECTING = 'connecting to upstream'
const SSL_UPSTREAM = 'SSL handshaking to upstream'
const SENDING = 'sending request to upstream'
const HEADER = 'reading response header from upstream'
const CLIENT_HEADERS = 'reading client request headers'
const CLIENT_LINE = 'reading client request line'
const WAITING = 'waiting for request'
const SSL_CLIENT = 'SSL handshaking'

const RESET = '104: Connection reset by peer'
const PIPE = '32: Broken pipe'
const TIMED_OUT = '110: Connection timed out'
const NO_ROUTE = '113: No route to host'
const NET_UNREACHABLE = '101: Network is unreachable'
const REFUSED = '111: Connection refused'

const ERROR = ['error'] as const
const INFO = ['info'] as const
const NOTICE = ['notice'] as const
const ALERT = ['alert'] as const
/** Levels that a directive sets: limit_req_log_level, limit_conn_log_level; a delay is one below its own. */
const LIMIT_LEVELS = ['info', 'notice', 'warn', 'error'] as const

interface Where {
  readonly action?: string
  readonly levels?: readonly LevelName[]
  readonly side?: Layer
  readonly isAside?: boolean
  readonly quotesClient?: boolean
}

const row = (id: string, text: string, phase: Message['phase'], { action, levels = LEVELS, side = 'unknown', isAside = false, quotesClient = false }: Where): Message => ({
  id, text, action, levels, phase, side, sessionCause: undefined, handshakeCause: undefined, process: undefined, isAside, quotesClient,
})

const tunnel = (id: string, text: string, sessionCause: SessionCause | undefined, where: Where): Message => ({ ...row(`tunnel-${id}`, text, 'tunnel', { action: TUNNEL, ...where }), sessionCause })

/**
 * The same text twice: a client's connection reports at `info`, an upstream's at `error` (`c->log_error` and
 * `u->peer.log_error`, read by ngx_connection_error). The level is all that tells the sides apart.
 */
const bothSides = (id: string, text: string, kind: 'reset' | 'lost'): Message[] => [
  tunnel(`${id}-info`, text, `client-${kind}`, { levels: INFO, side: 'client' }),
  tunnel(`${id}-error`, text, `upstream-${kind}`, { levels: ERROR, side: 'upstream' }),
]

const TUNNEL_MESSAGES: readonly Message[] = [
  ...bothSides('recv-reset', `recv() failed (${RESET})`, 'reset'),
  ...bothSides('recv-timed-out', `recv() failed (${TIMED_OUT})`, 'lost'),
  ...bothSides('recv-no-route', `recv() failed (${NO_ROUTE})`, 'lost'),
  ...bothSides('recv-net-unreachable', `recv() failed (${NET_UNREACHABLE})`, 'lost'),
  ...bothSides('send-reset', `send() failed (${RESET})`, 'reset'),
  ...bothSides('send-broken-pipe', `send() failed (${PIPE})`, 'reset'),
  ...bothSides('send-timed-out', `send() failed (${TIMED_OUT})`, 'lost'),
  ...bothSides('send-no-route', `send() failed (${NO_ROUTE})`, 'lost'),
  ...bothSides('send-net-unreachable', `send() failed (${NET_UNREACHABLE})`, 'lost'),
  // Only the 101 header itself is written with writev(), so the client was gone before it got it.
  ...bothSides('writev-reset', `writev() failed (${RESET})`, 'reset'),
  ...bothSides('writev-broken-pipe', `writev() failed (${PIPE})`, 'reset'),
  ...bothSides('writev-timed-out', `writev() failed (${TIMED_OUT})`, 'lost'),
  ...bothSides('ssl-write-reset', `SSL_write() failed (${RESET})`, 'reset'),
  ...bothSides('ssl-write-broken-pipe', `SSL_write() failed (${PIPE})`, 'reset'),
  ...bothSides('ssl-write-timed-out', `SSL_write() failed (${TIMED_OUT})`, 'lost'),
  ...bothSides('ssl-write', 'SSL_write() failed (SSL: …)', 'reset'),
  ...bothSides('ssl-read-timed-out', `SSL_read() failed (${TIMED_OUT})`, 'lost'),
  ...bothSides('ssl-read-reset', `SSL_read() failed (${RESET})`, 'reset'),
  ...bothSides('ssl-read', 'SSL_read() failed (SSL: …)', 'reset'),
  // OpenSSL reasons that nginx does not list are `crit` on either side: nothing tells which.
  tunnel('ssl-read-crit', 'SSL_read() failed (SSL: …)', undefined, { levels: ['crit'] }),
  tunnel('ssl-write-crit', 'SSL_write() failed (SSL: …)', undefined, { levels: ['crit'] }),
  // Both are reported on the client's connection, hence `info`; proxy_read_timeout and proxy_send_timeout alike.
  tunnel('upstream-timed-out', `upstream timed out (${TIMED_OUT})`, 'idle-timeout', { levels: INFO, side: 'nginx' }),
  tunnel('client-timed-out', `client timed out (${TIMED_OUT})`, 'client-stalled', { levels: INFO, side: 'client' }),
]

const handshake = (handshakeCause: HandshakeCause, side: Layer, id: string, text: string, where: Where = {}): Message => ({ ...row(id, text, 'handshake', { levels: ERROR, side, ...where }), handshakeCause })

const UPSTREAM_MESSAGES: readonly Message[] = [
  handshake('refused', 'upstream', 'connect-refused', `connect() failed (${REFUSED})`, { action: CONNECTING }),
  handshake('connect-timeout', 'upstream', 'connect-no-route', `connect() failed (${NO_ROUTE})`, { action: CONNECTING }),
  handshake('connect-timeout', 'upstream', 'connect-net-unreachable', `connect() failed (${NET_UNREACHABLE})`, { action: CONNECTING }),
  handshake('connect-timeout', 'upstream', 'connect-timed-out', `connect() failed (${TIMED_OUT})`, { action: CONNECTING }),
  handshake('refused', 'upstream', 'connect-reset', `connect() failed (${RESET})`, { action: CONNECTING }),
  handshake('refused', 'upstream', 'connect-to-refused', `connect() to … failed (${REFUSED})`, { action: CONNECTING }),
  handshake('connect-timeout', 'upstream', 'connect-to-no-route', `connect() to … failed (${NO_ROUTE})`, { action: CONNECTING }),
  handshake('connect-timeout', 'upstream', 'connect-to-net-unreachable', `connect() to … failed (${NET_UNREACHABLE})`, { action: CONNECTING }),
  handshake('refused', 'upstream', 'connect-to-no-socket', 'connect() to … failed (2: No such file or directory)', { action: CONNECTING, levels: ['crit'] }),
  // The listen queue of a unix socket is full.
  handshake('refused', 'upstream', 'connect-to-queue-full', 'connect() to … failed (11: Resource temporarily unavailable)', { action: CONNECTING }),
  // SELinux, or the rights of a unix socket.
  handshake('other', 'nginx', 'connect-to-denied', 'connect() to … failed (13: Permission denied)', { action: CONNECTING, levels: ['crit'] }),
  handshake('capacity', 'nginx', 'connect-to-no-port-left', 'connect() to … failed (99: Cannot assign requested address)', { action: CONNECTING, levels: ['crit', 'error'] }),
  handshake('capacity', 'nginx', 'bind-no-port-left', 'bind(…) failed (99: Cannot assign requested address)', { action: CONNECTING, levels: ['crit', 'error'] }),
  handshake('connect-timeout', 'upstream', 'upstream-timed-out-connecting', `upstream timed out (${TIMED_OUT})`, { action: CONNECTING }),
  handshake('tls-upstream', 'upstream', 'upstream-timed-out-ssl', `upstream timed out (${TIMED_OUT})`, { action: SSL_UPSTREAM }),
  handshake('handshake-timeout', 'upstream', 'upstream-timed-out-header', `upstream timed out (${TIMED_OUT})`, { action: HEADER }),
  handshake('handshake-timeout', 'upstream', 'upstream-timed-out-sending', `upstream timed out (${TIMED_OUT})`, { action: SENDING }),
  handshake('no-live-upstream', 'upstream', 'no-live-upstreams', 'no live upstreams', { action: CONNECTING }),
  handshake('upstream-closed', 'upstream', 'upstream-closed-header', 'upstream prematurely closed connection', { action: HEADER }),
  handshake('upstream-closed', 'upstream', 'upstream-reset-header', `recv() failed (${RESET})`, { action: HEADER }),
  handshake('handshake-timeout', 'upstream', 'upstream-lost-header', `recv() failed (${TIMED_OUT})`, { action: HEADER }),
  handshake('handshake-timeout', 'upstream', 'upstream-unreachable-header', `recv() failed (${NO_ROUTE})`, { action: HEADER }),
  handshake('upstream-closed', 'upstream', 'upstream-ssl-read-header', 'SSL_read() failed (…)', { action: HEADER, levels: ['error', 'crit'] }),
  handshake('upstream-closed', 'upstream', 'upstream-reset-sending', `writev() failed (${RESET})`, { action: SENDING }),
  handshake('upstream-closed', 'upstream', 'upstream-broken-pipe-sending', `writev() failed (${PIPE})`, { action: SENDING }),
  handshake('upstream-closed', 'upstream', 'upstream-send-reset-sending', `send() failed (${RESET})`, { action: SENDING }),
  handshake('upstream-closed', 'upstream', 'upstream-send-broken-pipe-sending', `send() failed (${PIPE})`, { action: SENDING }),
  handshake('upstream-closed', 'upstream', 'upstream-ssl-write-sending', 'SSL_write() failed (…)', { action: SENDING, levels: ['error', 'crit'] }),
  handshake('bad-reply', 'upstream', 'upstream-too-big-header', 'upstream sent too big header', { action: HEADER }),
  handshake('bad-reply', 'upstream', 'upstream-invalid-header', 'upstream sent invalid header: "…"', { action: HEADER }),
  handshake('bad-reply', 'upstream', 'upstream-invalid-header-old', 'upstream sent invalid header', { action: HEADER }),
  handshake('bad-reply', 'upstream', 'upstream-no-valid-header', 'upstream sent no valid HTTP/1.0 header', { action: HEADER }),
  handshake('bad-reply', 'upstream', 'upstream-duplicate-header', 'upstream sent duplicate header line: …', { action: HEADER }),
  row('upstream-temporarily-disabled', 'upstream server temporarily disabled', 'handshake', { levels: ['warn'], side: 'upstream', isAside: true }),
  handshake('dns', 'nginx', 'resolve-not-found', '… could not be resolved (3: Host not found)'),
  handshake('dns', 'nginx', 'resolve-server-failure', '… could not be resolved (2: Server failure)'),
  handshake('dns', 'nginx', 'resolve-timed-out', '… could not be resolved (110: Operation timed out)'),
  handshake('dns', 'nginx', 'resolve-failed', '… could not be resolved (…)'),
  handshake('dns', 'nginx', 'no-resolver', 'no resolver defined to resolve …'),
  handshake('other', 'nginx', 'upstream-invalid-port', 'invalid port in upstream "…"', { quotesClient: true }),
  handshake('other', 'nginx', 'upstream-no-port', 'no port in upstream "…"', { quotesClient: true }),
  handshake('other', 'nginx', 'upstream-no-host', 'no host in upstream "…"', { quotesClient: true }),
  handshake('other', 'nginx', 'upstream-invalid-prefix', 'invalid URL prefix in "…"', { quotesClient: true }),
  handshake('tls-upstream', 'nginx', 'upstream-ssl-handshake', 'SSL_do_handshake() failed (…)', { action: SSL_UPSTREAM, levels: ['error', 'crit', 'alert'] }),
  handshake('tls-upstream', 'upstream', 'upstream-ssl-closed', 'peer closed connection in SSL handshake', { action: SSL_UPSTREAM }),
  handshake('tls-upstream', 'nginx', 'upstream-ssl-verify', 'upstream SSL certificate verify error: (…)', { action: SSL_UPSTREAM }),
  handshake('tls-upstream', 'nginx', 'upstream-ssl-name', 'upstream SSL certificate does not match "…"', { action: SSL_UPSTREAM }),
  handshake('capacity', 'nginx', 'no-connections-upstream', '… worker_connections are not enough', { action: CONNECTING, levels: ALERT }),
  handshake('capacity', 'nginx', 'no-files-upstream', 'socket() failed (24: Too many open files)', { action: CONNECTING, levels: ALERT }),
  // Written by ngx_http_upstream_check_broken_connection, which is off once there is a tunnel.
  handshake('client-gone', 'client', 'client-gone-upstream', 'epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too', { levels: INFO }),
  handshake('client-gone', 'client', 'client-gone', 'epoll_wait() reported that client prematurely closed connection', { levels: INFO }),
  handshake('client-gone', 'client', 'client-gone-upstream-kqueue', 'kevent() reported that client prematurely closed connection, so upstream connection is closed too', { levels: INFO }),
  handshake('client-gone', 'client', 'client-gone-upstream-select', 'client prematurely closed connection, so upstream connection is closed too', { levels: INFO }),
  handshake('other', 'nginx', 'upgrade-in-subrequest', 'connection upgrade in subrequest'),
]

const NGINX_MESSAGES: readonly Message[] = [
  handshake('rate-limited', 'nginx', 'limit-conn', 'limiting connections by zone "…"', { levels: LIMIT_LEVELS }),
  handshake('rate-limited', 'nginx', 'limit-req', 'limiting requests, excess: … by zone "…"', { levels: LIMIT_LEVELS }),
  row('limit-conn-dry-run', 'limiting connections, dry run, by zone "…"', 'handshake', { levels: LIMIT_LEVELS, side: 'nginx', isAside: true }),
  row('limit-req-dry-run', 'limiting requests, dry run, excess: … by zone "…"', 'handshake', { levels: LIMIT_LEVELS, side: 'nginx', isAside: true }),
  row('limit-req-delay', 'delaying request, excess: …, by zone "…"', 'handshake', { levels: LIMIT_LEVELS, side: 'nginx', isAside: true }),
  row('limit-req-delay-dry-run', 'delaying request, dry run, excess: …, by zone "…"', 'handshake', { levels: LIMIT_LEVELS, side: 'nginx', isAside: true }),
  handshake('forbidden', 'nginx', 'access-forbidden', 'access forbidden by rule'),
  handshake('not-found', 'nginx', 'open-not-found', 'open() "…" failed (2: No such file or directory)', { quotesClient: true }),
  handshake('not-found', 'nginx', 'open-not-a-directory', 'open() "…" failed (20: Not a directory)', { quotesClient: true }),
  handshake('not-found', 'nginx', 'open-name-too-long', 'open() "…" failed (36: File name too long)', { quotesClient: true }),
  handshake('forbidden', 'nginx', 'open-denied', 'open() "…" failed (13: Permission denied)', { quotesClient: true }),
  handshake('capacity', 'nginx', 'open-no-files', 'open() "…" failed (24: Too many open files)', { levels: ['crit', 'alert', 'error'], quotesClient: true }),
  handshake('not-found', 'nginx', 'file-not-found', '"…" is not found (2: No such file or directory)', { quotesClient: true }),
  handshake('forbidden', 'nginx', 'file-denied', '"…" is forbidden (13: Permission denied)', { quotesClient: true }),
  handshake('forbidden', 'nginx', 'directory-forbidden', 'directory index of "…" is forbidden', { quotesClient: true }),
  handshake('other', 'nginx', 'redirection-cycle', 'rewrite or internal redirection cycle …', { quotesClient: true }),
  handshake('other', 'client', 'body-too-large', 'client intended to send too large body: … bytes'),
  handshake('unauthorized', 'client', 'basic-missing', 'no user/password was provided for basic authentication', { levels: INFO }),
  handshake('unauthorized', 'client', 'basic-unknown-user', 'user "…" was not found in "…"', { quotesClient: true }),
  handshake('unauthorized', 'client', 'basic-password', 'user "…": password mismatch', { quotesClient: true }),
  handshake('server-error', 'nginx', 'auth-request-status', 'auth request unexpected status: …'),
]

const badClient = (id: string, text: string, where: Where = {}): Message => handshake('client-gone', 'client', id, text, { levels: INFO, action: CLIENT_HEADERS, ...where })

const CLIENT_MESSAGES: readonly Message[] = [
  badClient('client-no-host', 'client sent HTTP/1.1 request without "Host" header'),
  badClient('client-invalid-host', 'client sent invalid host header'),
  badClient('client-invalid-header', 'client sent invalid header line: "…"', { quotesClient: true }),
  badClient('client-long-header', 'client sent too long header line: "…"', { quotesClient: true }),
  badClient('client-duplicate-header', 'client sent duplicate header line: …', { quotesClient: true }),
  badClient('client-unknown-encoding', 'client sent unknown "Transfer-Encoding": "…"', { quotesClient: true }),
  badClient('client-plain-on-https', 'client sent plain HTTP request to HTTPS port'),
  badClient('client-no-certificate', 'client sent no required SSL certificate'),
  badClient('client-certificate-verify', 'client SSL certificate verify error: (…)'),
  badClient('client-timed-out-headers', `client timed out (${TIMED_OUT})`),
  badClient('client-closed-headers', 'client prematurely closed connection'),
  badClient('client-reset-headers', `recv() failed (${RESET})`),
  badClient('client-invalid-method', 'client sent invalid method', { action: CLIENT_LINE }),
  badClient('client-invalid-request', 'client sent invalid request', { action: CLIENT_LINE }),
  badClient('client-invalid-version', 'client sent invalid version', { action: CLIENT_LINE }),
  badClient('client-long-uri', 'client sent too long URI', { action: CLIENT_LINE }),
  badClient('client-timed-out-line', `client timed out (${TIMED_OUT})`, { action: CLIENT_LINE }),
  badClient('client-closed-line', 'client prematurely closed connection', { action: CLIENT_LINE }),
  badClient('client-reset-line', `recv() failed (${RESET})`, { action: CLIENT_LINE }),
  handshake('client-gone', 'client', 'client-pseudo-header', 'client sent unknown pseudo-header "…"', { levels: INFO, quotesClient: true }),
  handshake('client-gone', 'client', 'client-connect-method', 'client sent CONNECT method', { levels: INFO }),
]

const connection = (id: string, text: string, where: Where = {}): Message => row(id, text, 'connection', { levels: INFO, side: 'client', ...where })

const CONNECTION_MESSAGES: readonly Message[] = [
  connection('keepalive-closed', 'client … closed keepalive connection'),
  connection('keepalive-reset', `recv() failed (${RESET})`, { action: 'keepalive' }),
  connection('waiting-timed-out', `client timed out (${TIMED_OUT})`, { action: WAITING }),
  connection('waiting-closed', 'client closed connection', { action: WAITING }),
  connection('waiting-reset', `recv() failed (${RESET})`, { action: WAITING }),
  connection('waiting-lost', `recv() failed (${TIMED_OUT})`, { action: WAITING }),
  connection('ssl-failed', 'SSL_do_handshake() failed (…)', { action: SSL_CLIENT, levels: ['info', 'error', 'crit', 'alert'] }),
  connection('ssl-peer-closed', 'peer closed connection in SSL handshake', { action: SSL_CLIENT }),
  connection('ssl-closed', 'client closed connection', { action: SSL_CLIENT }),
  connection('ssl-timed-out', `client timed out (${TIMED_OUT})`, { action: SSL_CLIENT }),
  connection('ssl-shutdown', 'SSL_shutdown() failed (…)', { levels: ['info', 'error', 'crit', 'alert'], side: 'unknown' }),
  // The header as the client sent it, raw line ends and all, before 1.23.2.
  connection('proxy-protocol-broken', 'broken header: "…"', { action: 'reading PROXY protocol', levels: ERROR, side: 'nginx', quotesClient: true }),
  connection('proxy-protocol-closed', 'client closed connection', { action: 'reading PROXY protocol' }),
  connection('proxy-protocol-timed-out', `client timed out (${TIMED_OUT})`, { action: 'reading PROXY protocol' }),
  connection('proxy-protocol-reset', `recv() failed (${RESET})`, { action: 'reading PROXY protocol' }),
  connection('accept-no-files', 'accept4() failed (24: Too many open files)', { levels: ['crit'], side: 'nginx' }),
  connection('accept-no-files-old', 'accept() failed (24: Too many open files)', { levels: ['crit'], side: 'nginx' }),
  connection('no-connections', '… worker_connections are not enough', { levels: ALERT, side: 'nginx' }),
  connection('reusing-connections', '… worker_connections are not enough, reusing connections', { levels: ['warn'], side: 'nginx', isAside: true }),
]

const process = (id: string, text: string, step?: ProcessStep, levels: readonly LevelName[] = NOTICE): Message => ({ ...row(id, text, 'process', { levels, side: 'nginx' }), process: step })

const PROCESS_MESSAGES: readonly Message[] = [
  process('start-nginx', 'nginx/…', 'start'),
  process('start-openresty', 'openresty/…', 'start'),
  process('start-angie', 'Angie/…', 'start'),
  process('start-tengine', 'Tengine/…', 'start'),
  process('start-workers', 'start worker processes'),
  process('start-worker', 'start worker process …', 'start-worker'),
  process('start-cache-manager', 'start cache manager process …'),
  process('start-cache-loader', 'start cache loader process …'),
  process('signal-started', 'signal process started'),
  // The step is told once: by the line that says what is being done, or by the signal where there is none.
  process('signal-hup', 'signal 1 (SIGHUP) received from …, reconfiguring'),
  process('reconfiguring', 'reconfiguring', 'reload'),
  process('signal-quit', 'signal 3 (SIGQUIT) received from …, shutting down', 'quit'),
  process('signal-term', 'signal 15 (SIGTERM) received from …, exiting', 'stop'),
  process('signal-int', 'signal 2 (SIGINT) received from …, exiting', 'stop'),
  process('signal-int-kernel', 'signal 2 (SIGINT) received, exiting', 'stop'),
  process('signal-usr1', 'signal 10 (SIGUSR1) received from …, reopening logs'),
  process('reopening-logs', 'reopening logs', 'reopen'),
  process('signal-usr2', 'signal 12 (SIGUSR2) received from …, changing binary'),
  process('start-new-binary', 'start new binary process …', 'binary-upgrade'),
  process('signal-winch', 'signal 28 (SIGWINCH) received from …, stop accepting connections'),
  process('signal-chld', 'signal 17 (SIGCHLD) received from …'),
  process('signal-other', 'signal …', undefined, ['info', 'notice']),
  process('gracefully-shutting-down', 'gracefully shutting down', 'graceful-shutdown'),
  process('exiting', 'exiting', 'worker-exiting'),
  process('exit', 'exit'),
  process('worker-killed', 'worker process … exited on signal …', 'worker-crash', ALERT),
  process('worker-exited', 'worker process … exited with code …', 'worker-exited', ['notice', 'alert']),
  process('worker-exited-fatally', 'worker process … exited with fatal code …', 'worker-exited', ALERT),
  process('cache-manager-exited', 'cache manager process … exited with code …'),
  process('cache-loader-exited', 'cache loader process … exited with code …'),
  process('new-binary-exited', 'new binary process … exited with code …'),
  process('open-socket-left', 'open socket #… left in connection …', 'open-socket-left', ALERT),
  process('aborting', 'aborting', undefined, ALERT),
  process('event-method', 'using the "…" event method'),
  process('built-by', 'built by …'),
  process('system', 'OS: …'),
  process('file-limit', 'getrlimit(RLIMIT_NOFILE): …'),
  process('using-inherited-sockets', 'using inherited sockets from "…"'),
  process('epoll-interrupted', 'epoll_wait() failed (4: Interrupted system call)', undefined, INFO),
  process('log-write-incomplete', 'write() to "…" was incomplete: … of …', undefined, ALERT),
  process('log-write-failed', 'write() to "…" failed (28: No space left on device)', undefined, ALERT),
  process('config-host-not-found', 'host not found in upstream "…"…', undefined, ['emerg']),
  process('bind-failed', 'bind() to … failed (98: Address already in use)', undefined, ['emerg', 'notice']),
  process('still-could-not-bind', 'still could not bind()', undefined, ['emerg']),
]

const other = (id: string, text: string, where: Where): Message => row(id, text, 'other', where)

// Of requests that got their response's header: no handshake that failed, and no tunnel.
const OTHER_MESSAGES: readonly Message[] = [
  other('response-timed-out', `upstream timed out (${TIMED_OUT})`, { action: 'reading upstream', levels: ERROR, side: 'upstream' }),
  other('response-closed', 'upstream prematurely closed connection', { action: 'reading upstream', levels: ERROR, side: 'upstream' }),
  other('response-reset', `recv() failed (${RESET})`, { action: 'reading upstream', levels: ERROR, side: 'upstream' }),
  other('response-buffered', 'an upstream response is buffered to a temporary file …', { levels: ['warn'], side: 'nginx', isAside: true }),
  other('body-buffered', 'a client request body is buffered to a temporary file …', { levels: ['warn'], side: 'nginx', isAside: true }),
  other('sending-timed-out', `client timed out (${TIMED_OUT})`, { action: 'sending to client', levels: INFO, side: 'client' }),
  other('client-recv-failed', 'recv() failed (…)', { levels: INFO, side: 'client' }),
  other('client-send-failed', 'send() failed (…)', { levels: INFO, side: 'client' }),
  other('client-writev-failed', 'writev() failed (…)', { levels: INFO, side: 'client' }),
  other('stream-client-disconnected', 'client disconnected, bytes from/to client:…', { levels: INFO }),
  other('stream-upstream-disconnected', 'upstream disconnected, bytes from/to client:…', { levels: INFO }),
  other('stream-connected', 'client … connected to …', { levels: INFO }),
  other('stream-proxy-connected', 'proxy … connected to …', { levels: INFO }),
]

/** Every message that is known. */
export const MESSAGES: readonly Message[] = [
  ...TUNNEL_MESSAGES, ...UPSTREAM_MESSAGES, ...NGINX_MESSAGES, ...CLIENT_MESSAGES, ...CONNECTION_MESSAGES, ...PROCESS_MESSAGES, ...OTHER_MESSAGES,
]
