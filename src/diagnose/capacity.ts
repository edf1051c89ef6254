import type { Finding } from '../report/report.ts'
import { said } from './messages.ts'
import { nginxLines } from './nginx-lines.ts'
import { type Facts, perDay, type Rule } from './rule.ts'
import { counted } from './wording.ts'

/** One handshake in a hundred turned away for want of room is an outage in the making. */
const CRITICAL_SHARE = 0.01
/** A session takes two connections, the client's and the upstream's; and room to double. */
const CONNECTIONS_A_SESSION = 4
const MIN_CONNECTIONS = 4096

interface Limit {
  readonly code: string
  readonly messages: readonly string[]
  readonly title: string
  readonly why: string
  readonly text: string
  readonly nginx: (connections: number) => string
  readonly source: string
}

const LIMITS: readonly Limit[] = [
  {
    code: 'capacity-connections',
    messages: ['no-connections', 'no-connections-upstream', 'reusing-connections'],
    title: 'nginx runs out of connections (worker_connections)',
    why: 'a session takes two connections of its worker, one to the client and one to the upstream, and so do those of old workers after a reload',
    text: 'Raise worker_connections, which counts for each worker, and the limit of open files with it.',
    nginx: (connections) => nginxLines({ into: 'the main context', lines: [`worker_rlimit_nofile ${connections * 2};`] }, { into: 'the events block', lines: [`worker_connections ${connections};`] }),
    source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_connections',
  },
  {
    code: 'capacity-files',
    messages: ['accept-no-files', 'accept-no-files-old', 'no-files-upstream', 'open-no-files'],
    title: 'nginx runs out of open files',
    why: 'every connection is an open file, and a session takes two',
    text: 'Raise the limit for the workers, and the one of the service (LimitNOFILE of systemd, ulimits of the container) if nginx may not.',
    nginx: (connections) => nginxLines({ into: 'the main context', lines: [`worker_rlimit_nofile ${connections * 4};`] }),
    source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_rlimit_nofile',
  },
  {
    code: 'capacity-ports',
    messages: ['connect-to-no-port-left', 'bind-no-port-left'],
    title: 'nginx runs out of local ports towards an upstream',
    why: 'each address and port of an upstream takes about 28,000 connections, as many as Linux has ports to call from (net.ipv4.ip_local_port_range)',
    text: 'Let the application listen on several ports or addresses, or on a unix socket, and name all of them; widen net.ipv4.ip_local_port_range to 1024 65535.',
    nginx: () => nginxLines({ into: 'http', lines: ['upstream ws_backend {', '    server 127.0.0.1:8080;', '    server 127.0.0.1:8081;', '    server 127.0.0.1:8082;', '}'] }),
    source: 'https://github.com/openstreetmap/operations/issues/335',
  },
]

/** nginx turned clients away for want of connections, files or ports. */
export const capacity: Rule = (facts): Finding[] => {
  const hit = LIMITS.map((limit) => ({ limit, lines: said(facts, limit.messages) })).filter(({ lines }) => lines > 0)
  return hit.map(({ limit, lines }) => findingOf(facts, limit, { lines, isOnly: hit.length === 1 }))
}

const findingOf = (facts: Facts, { code, title, why, text, nginx, source }: Limit, { lines, isOnly }: { lines: number; isOnly: boolean }): Finding => {
  const { handshakes, active } = facts.report
  const failed = handshakes.failures.reduce((sum, { cause, count }) => sum + (cause === 'capacity' ? count : 0), 0)
  // Which of several limits a handshake met is not kept: its own lines are the most.
  const sessions = isOnly ? failed : Math.min(failed, lines)
  const share = handshakes.attempts === 0 ? 0 : sessions / handshakes.attempts
  const connections = roomFor(active.peak ?? 0)
  return {
    code,
    severity: share >= CRITICAL_SHARE ? 'critical' : 'warning',
    layer: 'nginx',
    title,
    detail: `${counted(lines, 'line')} of the error log ${lines === 1 ? 'says' : 'say'} so; ${sessions === 0 ? 'clients turned away before their request was read have no access line' : `${counted(sessions, 'handshake')} failed for want of room`}. It comes of open sessions: ${why}.${active.peak !== null && active.peak > 0 ? ` At least ${counted(active.peak, 'session')} were open at a time.` : ''}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { lines, failedHandshakes: sessions, peakSessions: active.peak },
    fix: { text, nginx: nginx(connections) },
    source,
  }
}

/** The next power of two that has room for so many sessions in one worker. */
const roomFor = (sessions: number): number => 2 ** Math.ceil(Math.log2(Math.max(MIN_CONNECTIONS, sessions * CONNECTIONS_A_SESSION)))
