import type { Seeded } from '../helpers/seeded.ts'
import type { Cause, FarmOptions } from './farm-options.ts'
import type { Visit } from './farm-plan.ts'

interface Failure {
  readonly cause: Cause
  readonly path: string
  readonly status: number
  readonly query?: Visit['query']
  readonly more?: Partial<Visit>
}

/** Every way to fail that one machine can make; `/odd/` is a backend that answers what the query says. */
const FAILURES: readonly Failure[] = [
  { cause: 'upgrade-missing', path: '/plain/room', status: 400, query: { say: 400 } },
  { cause: 'upgrade-missing', path: '/plain/room', status: 426, query: { say: 426 } },
  { cause: 'upgrade-missing', path: '/plain/room', status: 200, query: { say: 200 } },
  { cause: 'upgrade-missing', path: '/plain/room', status: 404, query: { say: 404 } },
  { cause: 'not-found', path: '/nowhere/room', status: 404 },
  { cause: 'not-found', path: '/gone/room', status: 404 },
  { cause: 'redirected', path: '/odd', status: 301 },
  { cause: 'redirected', path: '/moved/room', status: 302 },
  { cause: 'redirected', path: '/https/room', status: 308 },
  { cause: 'forbidden', path: '/deny/room', status: 403 },
  { cause: 'forbidden', path: '/limited/room', status: 403 },
  { cause: 'forbidden', path: '/odd/room', status: 403, query: { say: 403 } },
  { cause: 'unauthorized', path: '/basic/room', status: 401 },
  { cause: 'unauthorized', path: '/odd/room', status: 401, query: { say: 401 } },
  { cause: 'refused', path: '/dead/room', status: 502 },
  { cause: 'refused', path: '/dead/room', status: 502 },
  { cause: 'connect-timeout', path: '/hole/room', status: 504 },
  { cause: 'handshake-timeout', path: '/odd/room', status: 504, query: { say: 'nothing' } },
  { cause: 'upstream-closed', path: '/odd/room', status: 502, query: { say: 'shut' } },
  { cause: 'upstream-closed', path: '/odd/room', status: 502, query: { say: 'reset' } },
  { cause: 'no-live-upstream', path: '/down/room', status: 502 },
  { cause: 'bad-reply', path: '/odd/room', status: 9, query: { say: 'garbage' } },
  { cause: 'bad-reply', path: '/odd/room', status: 502, query: { say: 'big' } },
  { cause: 'bad-reply', path: '/odd/room', status: 502, query: { say: 'invalid' } },
  { cause: 'tls-upstream', path: '/tls/room', status: 502 },
  { cause: 'dns', path: '/name/room', status: 502, query: { name: 'none' } },
  { cause: 'dns', path: '/name/room', status: 502, query: { name: 'fail' } },
  { cause: 'dns', path: '/name/room', status: 502, query: { name: 'silent' } },
  { cause: 'client-gone', path: '/odd/room', status: 499, query: { say: 'nothing' }, more: { leave: 'fin', leaveAfter: 600 } },
  { cause: 'client-gone', path: '/hole/room', status: 499, more: { leave: 'rst', leaveAfter: 400 } },
  { cause: 'client-gone', path: '/long/room', status: 400, more: { head: 'no-host' } },
  { cause: 'client-gone', path: '/long/room', status: 400, more: { head: 'bad-header' } },
  { cause: 'client-gone', path: '/long/room', status: 408, more: { head: 'half-sent' } },
  { cause: 'client-gone', path: '/long/room', status: 400, more: { head: 'half-sent', leave: 'fin', leaveAfter: 300 } },
  { cause: 'server-error', path: '/odd/room', status: 500, query: { say: 500 } },
  { cause: 'server-error', path: '/odd/room', status: 503, query: { say: 503 } },
  { cause: 'other', path: '/odd/room', status: 413, more: { head: 'with-body' } },
]

interface Tools {
  readonly random: Seeded
  readonly newId: (cause: Cause) => string
  readonly address: () => string
}

/** The handshakes that fail, spread over the farm; they keep off the moments at which they would fail for another reason. */
export const planHandshakes = (options: FarmOptions, { random, newId, address }: Tools): Visit[] => {
  if (options.handshakesEach === 0) return []
  const end = options.seconds * 1000
  const takes = Math.max(options.handshakeTimeout * 1000, 3000) + 1500
  /** With one backend for all, a handshake while it is down would be refused, whatever it was to fail of. */
  const isUp = (at: number): boolean => !options.singleUpstream || options.kills.every((kill) => at < kill * 1000 - takes || at > (kill + options.downFor) * 1000 + 2500)
  const isFree = (at: number): boolean =>
    isUp(at) && at + takes < end && options.reloads.every((reload) => at < reload * 1000 - takes || at > reload * 1000 + options.shutdownTimeout * 1000 + 1500)
  const moment = (): number => {
    for (let tries = 0; tries < 500; tries++) {
      const at = Math.round(400 + random.next() * (end - 400))
      if (isFree(at)) return at
    }
    return 400
  }
  const visits: Visit[] = []
  const visit = (cause: Cause, at: number, path: string, status: number, more: Partial<Visit> = {}): void => {
    visits.push({ id: newId(cause), cause, at, from: address(), path, status, query: {}, ...more })
  }
  for (let round = 0; round < options.handshakesEach; round++) {
    for (const { cause, path, status, query, more } of FAILURES) visit(cause, moment(), path, status, { ...more, ...(query && { query }) })
    // Two at a time are one too many: the first one is a session like any other.
    const who = `v${counterOf(visits)}`
    const req = moment()
    visit('closed', req, '/limit-req/room', 101, { query: { who }, leave: 'fin', leaveAfter: 700, until: req + 700 })
    visit('rate-limited', req + 250, '/limit-req/room', 503, { query: { who } })
    const conn = moment()
    visit('closed', conn, '/limit-conn/room', 101, { query: { who }, leave: 'close', leaveAfter: 900, until: conn + 900 })
    visit('rate-limited', conn + 400, '/limit-conn/room', 429, { query: { who } })
  }
  // A group whose two peers are dead: whoever comes first is refused by both, the others find none alive.
  const firstReload = Math.min(...options.reloads, options.seconds) * 1000
  visit('refused', 300, '/group/room', 502)
  for (let round = 0; round < options.handshakesEach; round++) visit('no-live-upstream', Math.round(1500 + random.next() * (firstReload - 3000)), '/group/room', 502)
  // A backend that answers 502 itself: no line of nginx's, and not a refusal.
  if (options.handshakesEach > 1) visit('server-error', moment(), '/odd/room', 502, { query: { say: 502 } })
  for (const kill of options.kills) {
    for (let index = 0; index < options.handshakesEach * 2; index++) {
      visit('refused', Math.round(kill * 1000 + 300 + random.next() * (options.downFor * 1000 - 900)), '/flaky/room', 502)
    }
  }
  return visits
}

const counterOf = (visits: readonly Visit[]): number => visits.length
