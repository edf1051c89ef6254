import { briefly, failedOf, failureFinding, mostOf } from './failed.ts'
import { isSocketIo } from '../session/socket-path.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

/** The backend took the handshake and hung up without an answer. */
export const upstreamClosed: Rule = (facts) => {
  const failed = failedOf(facts, 'upstream-closed')
  if (failed === undefined) return undefined
  const upstreams = mostOf(failed.rows, 'upstream').slice(0, 3).map(({ name }) => short(name)).join(', ')
  const isEngineIo = failed.rows.filter(({ path }) => isSocketIo(path)).length * 2 > failed.rows.length
  return failureFinding(facts, failed, {
    code: 'upstream-closed',
    layer: 'upstream',
    title: 'The backend hangs up on handshakes without an answer',
    detail: `${failed.count} handshakes (${percent(failed.share)}) got 502 because ${upstreams === '' ? 'the backend' : upstreams} closed the connection before any reply.${briefly(facts, failed)}${isEngineIo ? ' Engine.IO does so for a session that it does not know.' : ''}`,
    fix: {
      text: isEngineIo ? 'Send each client to the backend that knows its session (ip_hash, or hash with a cookie).' : "Look into the backend's log at these times: a crash, a server that shuts down, or one that expects TLS or another protocol.",
      nginx: isEngineIo ? '# in the http block; with the addresses of your backends\nupstream backend {\n    ip_hash;\n    server 10.0.0.1:8080;\n    server 10.0.0.2:8080;\n}' : '',
    },
    source: isEngineIo ? 'https://github.com/socketio/engine.io/issues/283' : 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_next_upstream',
  })
}
