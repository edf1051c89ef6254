import { SAID } from '../helpers/day.ts'
import type { Seeded } from '../helpers/seeded.ts'

export const DAY_MS = 86_400_000
/** Midnight before the first day, UTC. */
export const MONTH_START = Date.UTC(2026, 9, 1)

/** A request as it will stand in the access log, once it has ended. */
export interface Visit {
  readonly startMs: number
  readonly endMs: number
  readonly status: number
  readonly bytes: number
  readonly client: string
  readonly path: string
  /** `-`: nginx asked none. */
  readonly upstream: string
  readonly asksForWebSocket: boolean
  /** `$request_completion`. */
  readonly isComplete: boolean
  /** Level and text of its line in the error log. */
  readonly said: readonly [level: string, text: string] | undefined
}

const UPSTREAMS = ['10.0.0.1:8080', '10.0.0.2:8080', '10.0.0.3:8080']
const FAILURES: readonly { status: number; upstream: boolean; said: Visit['said'] }[] = [
  { status: 502, upstream: true, said: SAID.refused },
  { status: 502, upstream: true, said: undefined },
  { status: 404, upstream: false, said: undefined },
  { status: 403, upstream: true, said: undefined },
  { status: 499, upstream: true, said: undefined },
  { status: 504, upstream: true, said: ['error', 'upstream timed out (110: Connection timed out) while connecting to upstream'] },
]

const session = (random: Seeded, parts: Pick<Visit, 'startMs' | 'endMs'> & Partial<Visit>): Visit => ({
  status: 101,
  bytes: 200 + random.int(0, 20_000),
  client: `198.51.100.${random.int(1, 250)}`,
  path: `/ws/room/${random.int(1, 40)}`,
  upstream: random.pick(UPSTREAMS),
  asksForWebSocket: true,
  isComplete: true,
  said: undefined,
  ...parts,
})

/** An hour of the day, more often one in which people are awake. */
const momentOf = (random: Seeded, dayStartMs: number): number => {
  for (;;) {
    const share = random.next()
    if (random.next() < 0.6 - 0.4 * Math.cos(2 * Math.PI * share)) return Math.floor(dayStartMs + share * DAY_MS)
  }
}

const ordinaryVisit = (random: Seeded, startMs: number): Visit => {
  const lasting = (seconds: number): Pick<Visit, 'startMs' | 'endMs'> => ({ startMs, endMs: Math.round(startMs + seconds * 1000) })
  const age = (median: number): number => random.logNormal({ median, sigma: 1.4 })
  const kind = random.next()
  // nginx says each of its own cuts, but some error logs lost lines, or had another level for a while.
  if (kind < 0.24) return session(random, { ...lasting(60 + random.next() * 0.02), bytes: 0, said: random.next() < 0.9 ? SAID.idle : undefined })
  if (kind < 0.29) return session(random, { ...lasting(age(200)), said: SAID.clientReset })
  if (kind < 0.31) return session(random, { ...lasting(age(400)), said: SAID.clientLost })
  if (kind < 0.325) return session(random, { ...lasting(age(200)), said: SAID.upstreamReset })
  if (kind < 0.355) return session(random, { ...lasting(3600 * (3 + 40 * random.next())) })
  if (kind < 0.42) {
    const { status, upstream, said } = random.pick(FAILURES)
    return session(random, { ...lasting(random.next() * 2), status, bytes: 157, said, ...(upstream ? {} : { upstream: '-', path: '/wss/old' }) })
  }
  if (kind < 0.47) return session(random, { ...lasting(random.next() * 0.2), status: 200, bytes: 1234, path: '/api/rooms', asksForWebSocket: false })
  return session(random, lasting(age(300)))
}

/** A hop in front of nginx cuts a few quiet sessions a day: too few to be seen in one. */
const edgeCuts = (random: Seeded, dayStartMs: number): Visit[] =>
  Array.from({ length: random.int(2, 6) }, () => {
    const startMs = momentOf(random, dayStartMs)
    return session(random, { startMs, endMs: Math.round(startMs + 350_000 + random.next() * 20), bytes: 0, client: '203.0.113.254' })
  })

/** The second upstream stops at midnight: its sessions end before and after it, and for seconds it refuses. */
const midnightRestart = (random: Seeded, midnightMs: number): Visit[] => [
  ...Array.from({ length: 16 }, () => session(random, { startMs: midnightMs - random.int(60_000, 3_000_000), endMs: midnightMs + random.int(-900, 900), upstream: UPSTREAMS[1]! })),
  ...Array.from({ length: 5 }, () => {
    const startMs = midnightMs + random.int(1000, 9000)
    return session(random, { startMs, endMs: startMs + 2, status: 502, bytes: 157, upstream: UPSTREAMS[1]!, said: SAID.refused })
  }),
]

export interface VisitsOptions {
  readonly days: number
  readonly perDay: number
  /** Days, from 0, at whose end the second upstream restarts. */
  readonly restarts: ReadonlySet<number>
  /** Days without a request. */
  readonly silent: ReadonlySet<number>
}

/** All that ends within the days, in the order in which it ends. */
export const visitsOf = (random: Seeded, { days, perDay, restarts, silent }: VisitsOptions): Visit[] => {
  const visits: Visit[] = []
  for (let day = 0; day < days; day++) {
    if (silent.has(day)) continue
    const dayStartMs = MONTH_START + day * DAY_MS
    for (let count = Math.round(perDay * (0.8 + 0.4 * random.next())); count > 0; count--) visits.push(ordinaryVisit(random, momentOf(random, dayStartMs)))
    visits.push(...edgeCuts(random, dayStartMs))
    if (restarts.has(day)) visits.push(...midnightRestart(random, dayStartMs + DAY_MS))
  }
  const isSilentAt = (ms: number): boolean => silent.has(Math.floor((ms - MONTH_START) / DAY_MS))
  return visits.filter(({ endMs }) => endMs < MONTH_START + days * DAY_MS && !isSilentAt(endMs)).sort((a, b) => a.endMs - b.endMs)
}
