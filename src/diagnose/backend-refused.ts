import { briefly, failedOf, failureFinding, mostOf } from './failed.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

/** Refusals so soon after a backend went away belong to its restart. */
const RESTART_MS = 60_000

/** Nobody listens where proxy_pass leads. */
export const backendRefused: Rule = (facts) => {
  const failed = failedOf(facts, 'refused')
  if (failed === undefined) return undefined
  const upstreams = mostOf(failed.rows, 'upstream')
  const restarts = facts.report.events.filter(({ kind }) => kind === 'upstream-restart').map(({ at, upstream }) => ({ atMs: Date.parse(at), upstreams: upstream?.split(', ') ?? [] }))
  const inRestart = failed.rows.filter(({ endedAtMs, upstream }) => restarts.some(({ atMs, upstreams: own }) => own.includes(upstream) && endedAtMs >= atMs - 1000 && endedAtMs < atMs + RESTART_MS)).length
  const isGuess = failed.confidence === 'guess'
  return failureFinding(facts, failed, {
    code: 'backend-refused',
    layer: 'upstream',
    title: `The backend${upstreams.length === 1 ? ` ${short(upstreams[0]!.name)}` : ''} ${isGuess ? 'may refuse' : 'refuses'} connections`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) got 502 ${isGuess ? 'at once, as when' : 'because'} nobody listened at ${upstreams.slice(0, 3).map(({ name }) => short(name)).join(', ') || 'its address'}.${briefly(facts, failed)}${inRestart * 2 > failed.rows.length ? ' Most came right after a backend had dropped its sessions: a restart.' : ''}`,
    evidence: { upstreamRestarts: restarts.length, rightAfterRestart: inRestart },
    fix: {
      text: 'Start the backend, or correct the address: inside of a container 127.0.0.1 is the container itself. For restarts, run two and let nginx try the other one.',
      nginx: '# in the http block; with the addresses of your backends\nupstream backend {\n    server 10.0.0.1:8080;\n    server 10.0.0.2:8080;\n}',
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server',
  })
}
