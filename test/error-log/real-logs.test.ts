import { describe, expect, it } from 'vitest'
import { detectErrorLog } from '../../src/error-log/detect.ts'
import { endingsOf, farmCauses, readErrorLog, realErrorLogs } from '../helpers/error-log.ts'

/** What the entries of one connection must come to, by how it really ended; other endings leave nothing that decides. */
const CAUSES: Readonly<Record<string, string>> = {
  client_rst: 'client-reset', 'client_killed_unread(RST)': 'client-reset', client_rst_under_backpressure: 'client-reset',
  backend_rst: 'upstream-reset', 'backend_killed_unread(RST)': 'upstream-reset', 'backend_killed_under_backpressure(RST)': 'upstream-reset',
  backend_killed_under_backpressure: 'upstream-reset', proxy_read_timeout: 'idle-timeout', proxy_send_timeout: 'idle-timeout', send_timeout: 'client-stalled',
  no_live_upstreams: 'no-live-upstream', connect_refused: 'refused', connect_refused_all_peers: 'refused', connect_timeout: 'connect-timeout',
  connect_timeout_2_peers: 'connect-timeout', connect_host_unreachable: 'connect-timeout', connect_net_unreachable: 'connect-timeout', unix_socket_missing: 'refused',
  unix_socket_refused: 'refused', dns_nxdomain: 'dns', dns_servfail: 'dns', dns_timeout: 'dns', invalid_port: 'other', invalid_url_prefix: 'other',
  upstream_prematurely_closed: 'upstream-closed', upstream_reset_in_handshake: 'upstream-closed', upstream_header_timeout: 'handshake-timeout',
  upstream_no_valid_header: 'bad-reply', upstream_invalid_header: 'bad-reply', upstream_prematurely_closed_partial: 'upstream-closed', upstream_too_big_header: 'bad-reply',
  'client_gave_up_in_handshake(FIN)': 'client-gone', client_rst_in_handshake: 'client-gone', client_gave_up_while_connecting: 'client-gone',
  limit_conn: 'rate-limited', limit_req: 'rate-limited', access_forbidden_by_rule: 'forbidden', auth_basic_missing: 'unauthorized', auth_basic_unknown_user: 'unauthorized',
  auth_basic_password_mismatch: 'unauthorized', auth_request_500: 'server-error', open_failed_404: 'not-found', directory_forbidden_403: 'forbidden', body_too_large_413: 'other',
  no_host_header: 'client-gone', invalid_host: 'client-gone', invalid_header_line: 'client-gone', invalid_method: 'client-gone', tls_hello_on_plain_port: 'client-gone',
  too_long_uri_414: 'client-gone', too_long_header_400: 'client-gone', header_timeout_408: 'client-gone', unsafe_uri: 'client-gone', connect_method: 'client-gone',
  http_version_505: 'client-gone', invalid_request: 'client-gone', unknown_te_501: 'client-gone', fin_in_headers: 'client-gone',
  upstream_cert_verify_error: 'tls-upstream', upstream_cert_name_mismatch: 'tls-upstream', upstream_not_tls: 'tls-upstream', upstream_reset_in_tls_handshake: 'tls-upstream',
  upstream_tls_handshake_timeout: 'tls-upstream', upstream_tls_no_shared_cipher: 'tls-upstream', http_to_tls_upstream: 'upstream-closed',
  plain_http_to_https_port: 'client-gone', client_cert_required: 'client-gone',
}
/** Endings after tries that failed, or whose line is another's: their entries decide nothing about the end. */
const RETRIED = new Set(['retried_ok_101', 'limit dry run, 101', 'limit_req_delayed_then_101', 'plain', 'client_fin', 'upstream_503', 'plain request, keepalive', 'plain request, keepalive, then client closes'])

describe.each(realErrorLogs)('$name', ({ bytes }) => {
  const log = readErrorLog(bytes)

  it('is read whole: every line belongs to an entry, and every entry is known', () => {
    expect(log.counts).toMatchObject({ read: log.counts.parsed, skipped: 0, filtered: 0 })
    expect(log.entries.filter(({ message }) => message === undefined)).toEqual([])
  })

  it('is read alike in blocks of one line', () => {
    expect(readErrorLog(bytes, { linesPerBlock: 1 })).toEqual(log)
  })

  it('is found to be an error log, unless it holds nothing', () => {
    expect(detectErrorLog(bytes)).toEqual(bytes.length === 0 ? undefined : { envelope: undefined })
  })

  it('has the client and the server in every entry of a request', () => {
    const pattern = /, client: (\S+), server: ([^,]+)/
    const expected = bytes.toString('latin1').split('\n').flatMap((line) => pattern.exec(line)?.slice(1).join(' ') ?? [])
    expect(log.entries.filter(({ client }) => client !== '').map(({ client, server }) => `${client} ${server}`)).toEqual(expected)
  })
})

/** Truth stands beside the logs of one connection after the other; the farm's is told otherwise. */
const STAGED = realErrorLogs.filter(({ folder }) => folder !== 'farm')

describe.each(STAGED)('$name', ({ folder, bytes }) => {
  const log = readErrorLog(bytes)

  it('says of each connection what really happened to it', () => {
    const endings = endingsOf(folder)
    const wrong = log.entries.flatMap(({ pid, connection, message }) => {
      const cause = message?.sessionCause ?? message?.handshakeCause
      const ends = endings.get(`${pid} *${connection}`)
      if (cause === undefined || ends === undefined || ends.some((ending) => RETRIED.has(ending))) return []
      return ends.some((ending) => CAUSES[ending] === cause) ? [] : [`${pid} *${connection}: ${message!.id} is ${cause}, but it was ${ends.join()}`]
    })
    expect(wrong).toEqual([])
  })
})

describe.each(STAGED.filter(({ name }) => name.endsWith('/error.log')))('$name', ({ folder, bytes }) => {
  const log = readErrorLog(bytes)

  it('has a cause for each connection that failed with an entry', () => {
    const causes = new Map(log.entries.map(({ pid, connection, message }) => [`${pid} *${connection}`, message?.sessionCause ?? message?.handshakeCause]))
    for (const { pid, connection, message } of log.entries) {
      const cause = message?.sessionCause ?? message?.handshakeCause
      if (cause !== undefined) causes.set(`${pid} *${connection}`, cause)
    }
    const missing = [...endingsOf(folder)].filter(([key, ends]) => causes.has(key) && causes.get(key) === undefined && ends.some((ending) => ending in CAUSES && !RETRIED.has(ending)))
    expect(missing).toEqual([])
  })
})

describe('the farm', () => {
  it('has the causes that were staged', () => {
    const causes = farmCauses()
    const seen: Record<string, Set<string>> = {}
    for (const { request, message } of readErrorLog(realErrorLogs.find(({ name }) => name === 'farm/error_info.log')!.bytes).entries) {
      const staged = causes.get(/id=([a-z0-9]+)/.exec(request)?.[1] ?? '')
      const cause = message?.sessionCause ?? message?.handshakeCause
      if (staged !== undefined && cause !== undefined) (seen[staged] ??= new Set()).add(cause)
    }
    expect(Object.fromEntries(Object.entries(seen).map(([staged, found]) => [staged, [...found].sort()]))).toMatchObject({
      'idle-timeout': ['idle-timeout'], 'client-reset': ['client-reset'], 'upstream-reset': ['upstream-reset'], 'not-found': ['not-found'],
      refused: ['refused'], 'handshake-timeout': ['handshake-timeout'],
    })
  })
})
