import { describe, expect, it } from 'vitest'
import { addressOf, endOpen, idleCut, judge, type Made, type MadeLog, traffic } from '../helpers/sessions.ts'
import { Seeded, times } from '../helpers/seeded.ts'

interface Case {
  readonly name: string
  readonly make: () => MadeLog
  readonly finds?: { readonly cause: Made['truth']; readonly share: number }
}

const LB = ['10.1.0.1', '10.1.0.2']
const ONE = '10.0.0.1:80'

/** Who watches a service: connects at even times, waits, leaves. */
const probe = ({ everyMs = 30_000, waitMs = 10_000, bytes = 0, client = '10.7.0.7', seed = 2, path = '/ws' } = {}): Made[] => {
  const random = new Seeded(seed)
  return times(Math.floor(1_790_000 / everyMs), (index) => {
    const startMs = index * everyMs + random.int(0, 40)
    return { startMs, endMs: startMs + waitMs + random.int(1, 6), bytes, client, upstream: random.pick([ONE, '10.0.0.2:80']), path, isComplete: true, truth: 'closed', isExplained: false }
  })
}

/** Silent sessions of a hop in front, cut by it, beside its busy ones, and others that come directly. */
const behindHop = (options: Parameters<typeof traffic>[0] = {}): Made[] => {
  const sessions = traffic({ clients: LB, silentPercent: 40, ...options })
  idleCut(sessions, { afterMs: 60_000, truth: 'edge-idle-timeout' })
  return sessions
}

/** Every session is greeted, and then silent: nginx cuts it. */
const greeted = (): Made[] => {
  const sessions = traffic({ silentPercent: 50, rate: 3 })
  idleCut(sessions, { afterMs: 60_000, truth: 'idle-timeout' })
  for (const one of sessions) if (one.truth === 'idle-timeout') one.bytes = 118
  return sessions
}

const CASES: readonly Case[] = [
  { name: 'a probe that says nothing and leaves after 10 s, at level info', make: () => ({ sessions: [...traffic(), ...probe()], level: 'info' }) },
  { name: 'a probe that says nothing and leaves after 10 s, without an error log', make: () => ({ sessions: [...traffic(), ...probe()] }) },
  { name: 'a probe that says Close and leaves after 10 s', make: () => ({ sessions: [...traffic(), ...probe({ bytes: 4 })], level: 'info' }) },
  { name: 'a probe through the hop in front that all sessions come through', make: () => ({ sessions: [...traffic({ clients: ['10.1.0.1'] }), ...probe({ client: '10.1.0.1' })], level: 'info' }) },
  { name: 'a probe through the hop in front that says Close', make: () => ({ sessions: [...traffic({ clients: ['10.1.0.1'], silentPercent: 10 }), ...probe({ client: '10.1.0.1', bytes: 4 })], level: 'info' }) },
  { name: 'probes of a dozen addresses', make: () => ({ sessions: [...traffic({ silentPercent: 10 }), ...times(12, (index) => probe({ client: `10.7.0.${index}`, seed: index, everyMs: 60_000 + index * 777 })).flat()], level: 'info' }) },
  { name: 'probes of a dozen addresses that say Close', make: () => ({ sessions: [...traffic({ silentPercent: 10 }), ...times(12, (index) => probe({ client: `10.7.0.${index}`, seed: index, everyMs: 60_000 + index * 777, bytes: 4 })).flat()], level: 'info' }) },
  { name: 'two hops in front, idle at 60 s, beside direct clients, at level info', make: () => ({ sessions: [...behindHop(), ...traffic({ seed: 9, silentPercent: 20 })], level: 'info' }), finds: { cause: 'edge-idle-timeout', share: 0.95 } },
  { name: 'two hops in front, idle at 60 s, beside direct quiet clients, without an error log', make: () => ({ sessions: [...behindHop(), ...traffic({ seed: 9, silentPercent: 20 })] }), finds: { cause: 'edge-idle-timeout', share: 0.95 } },
  { name: 'everything behind one hop, idle at 60 s, at level info', make: () => ({ sessions: behindHop({ clients: ['10.1.0.1'] }), level: 'info' }), finds: { cause: 'edge-idle-timeout', share: 0.95 } },
  { name: 'everything behind one hop, idle at 60 s, without an error log', make: () => ({ sessions: behindHop({ clients: ['10.1.0.1'] }) }) },
  { name: 'everything behind one hop, idle at 60 s, nginx waits an hour', make: () => ({ sessions: behindHop({ clients: ['10.1.0.1'] }), readTimeoutMs: 3_600_000 }), finds: { cause: 'edge-idle-timeout', share: 0.95 } },
  {
    name: 'everything behind one hop, quiet only at one upstream, whose sessions the hop cuts',
    make: () => { const sessions = traffic({ clients: ['10.1.0.1'], silentPercent: 40 }); for (const one of sessions) if (one.bytes === 0) one.upstream = ONE; idleCut(sessions, { afterMs: 60_000, truth: 'edge-idle-timeout' }); return { sessions, level: 'info' } },
    finds: { cause: 'edge-idle-timeout', share: 0.95 },
  },
  {
    name: 'nginx waits 60 s where the clients of one address are quiet, others are busy; no error log',
    make: () => { const sessions = traffic(); sessions.push(...traffic({ seed: 8, rate: 0.3, silentPercent: 100, clients: ['10.3.3.3'] })); idleCut(sessions, { afterMs: 60_000, truth: 'idle-timeout' }); return { sessions, level: 'error' } },
  },
  {
    name: 'nginx waits 60 s in one location, which an internal address uses; no error log',
    make: () => { const sessions = traffic({ silentPercent: 20 }); const own = traffic({ seed: 8, rate: 0.3, silentPercent: 70, clients: ['10.3.3.3'], path: '/feed', upstreams: ['10.0.0.9:80'] }); idleCut(own, { afterMs: 60_000, truth: 'idle-timeout' }); return { sessions: [...sessions, ...own] } },
  },
  {
    name: 'the hop in front and nginx race at 60 s: some lines, some silence',
    make: () => {
      const sessions = traffic({ clients: ['10.1.0.1'], silentPercent: 40 })
      const random = new Seeded(3)
      const byNginx = new Set(sessions.filter(() => random.next() < 0.5))
      idleCut(sessions, { afterMs: 60_000, truth: 'idle-timeout', isExplained: true, who: (one) => byNginx.has(one) })
      idleCut(sessions, { afterMs: 60_000, truth: 'edge-idle-timeout', jitterMs: 6, who: (one) => !byNginx.has(one) })
      return { sessions, level: 'info' }
    },
    finds: { cause: 'edge-idle-timeout', share: 0.95 },
  },
  { name: 'nginx waits 60 s, and is said to', make: () => { const sessions = traffic({ silentPercent: 40 }); idleCut(sessions, { afterMs: 60_000, truth: 'idle-timeout' }); return { sessions, readTimeoutMs: 60_000 } }, finds: { cause: 'idle-timeout', share: 0.95 } },
  { name: 'nginx waits 60 s, and nothing tells', make: () => { const sessions = traffic({ silentPercent: 40 }); idleCut(sessions, { afterMs: 60_000, truth: 'idle-timeout' }); return { sessions, level: 'notice' } } },
  {
    name: 'a server closes idle sessions without a Close frame at one of its programs, through one hop; another is left alone',
    make: () => { const sessions = traffic({ clients: ['10.1.0.1'], silentPercent: 40 }); for (const [index, one] of sessions.entries()) one.path = index % 2 === 0 ? '/a' : '/b'; idleCut(sessions, { afterMs: 45_000, truth: 'upstream-idle-timeout', who: ({ path }) => path === '/a' }); return { sessions, level: 'info' } },
  },
  { name: 'a server says Close after 45 s of silence', make: () => { const sessions = traffic({ silentPercent: 40 }); idleCut(sessions, { afterMs: 45_000, bytes: 4, truth: 'upstream-idle-timeout' }); return { sessions, level: 'info' } }, finds: { cause: 'upstream-idle-timeout', share: 0.95 } },
  { name: 'one upstream closes quiet sessions after 45 s, others live longer', make: () => { const sessions = traffic({ silentPercent: 40 }); idleCut(sessions, { afterMs: 45_000, truth: 'upstream-idle-timeout', who: ({ upstream }) => upstream === ONE }); return { sessions, level: 'info' } }, finds: { cause: 'upstream-idle-timeout', share: 0.95 } },
  {
    name: 'clients of some mobile network lose their quiet sessions at 5 min, others do not',
    make: () => { const sessions = traffic({ silentPercent: 40, medianMs: 400_000 }); const random = new Seeded(1); for (const one of sessions) if (random.next() < 0.3) one.client = `100.64.${random.int(0, 255)}.${random.int(1, 255)}`; idleCut(sessions, { afterMs: 300_000, truth: 'closed', jitterMs: 900, who: ({ client }) => client.startsWith('100.64.') }); return { sessions, level: 'info' } },
  },
  { name: 'sessions that are greeted, then idle, then cut by nginx at 60 s: no lifetime', make: () => ({ sessions: greeted(), level: 'error' }) },
  {
    name: 'a lifetime limit at 10 min beside an idle timer at 60 s',
    make: () => { const sessions = traffic({ silentPercent: 30, medianMs: 400_000 }); idleCut(sessions, { afterMs: 60_000, truth: 'idle-timeout' }); const random = new Seeded(1); for (const one of sessions) if (one.endMs - one.startMs > 600_000) Object.assign(one, { endMs: one.startMs + 600_000 + random.int(0, 8), truth: 'lifetime-limit' }); return { sessions, readTimeoutMs: 60_000 } },
    finds: { cause: 'idle-timeout', share: 0.95 },
  },
  {
    name: 'an idle timer whose busy sessions echo at a message every 25 s',
    make: () => {
      const sessions = traffic({ silentPercent: 30 })
      const random = new Seeded(1)
      for (const one of sessions) {
        const messages = one.bytes === 0 ? 0 : random.int(0, 5)
        if (one.bytes !== 0) one.bytes = 100
        if (messages === 4 || one.endMs - one.startMs < 60_000 + messages * 25_000) { if (one.bytes === 100) one.bytes = 4000; continue }
        Object.assign(one, { endMs: one.startMs + 60_000 + messages * 25_000 + random.int(0, 5), bytes: messages * 30, truth: 'idle-timeout' })
      }
      return { sessions, readTimeoutMs: 60_000 }
    },
    finds: { cause: 'idle-timeout', share: 0.2 },
  },
  {
    name: 'clients of cron, idle-cut together at :00 and 45 s, in whole seconds, by the hop in front',
    make: () => {
      const sessions = traffic({ clients: ['10.1.0.1'] })
      const random = new Seeded(4)
      for (let minute = 1; minute < 29; minute++) for (let one = 0; one < 20; one++) {
        const startMs = minute * 60_000 + random.int(0, 300)
        sessions.push({ startMs, endMs: startMs + 45_000 + random.int(0, 4), bytes: 0, client: '10.1.0.1', upstream: random.pick([ONE, '10.0.0.2:80']), path: '/ws', isComplete: true, truth: 'edge-idle-timeout', isExplained: false })
      }
      return { sessions, level: 'info', isWholeSeconds: true }
    },
    finds: { cause: 'edge-idle-timeout', share: 0.95 },
  },
  { name: 'quiet sessions that end by themselves around the timer', make: () => { const sessions = traffic({ rate: 20, medianMs: 60_000, sigma: 0.1, silentPercent: 50, clients: ['10.1.0.1'] }); idleCut(sessions, { afterMs: 60_000, truth: 'edge-idle-timeout', who: ({ startMs }) => startMs % 9 === 0 }); return { sessions, level: 'info' } } },
  { name: 'a log of 20 quiet sessions', make: () => ({ sessions: traffic({ rate: 20 / 1800, silentPercent: 100, medianMs: 30_000 }), level: 'info' }) },
  {
    name: 'a quarter of a million sessions, of which a sample is kept: a hop in front, and a restart',
    make: () => {
      const sessions = [...behindHop({ rate: 80, medianMs: 100_000 }), ...traffic({ seed: 9, rate: 60, silentPercent: 20, medianMs: 100_000 })]
      endOpen(sessions, { atMs: 900_400, truth: 'upstream-restart', who: ({ upstream }) => upstream === ONE })
      return { sessions: sessions.filter(({ startMs, endMs, upstream }) => !(upstream === ONE && startMs >= 900_000 && startMs < 904_000 && endMs > 900_440)), level: 'info' }
    },
    finds: { cause: 'edge-idle-timeout', share: 0.95 },
  },
  {
    name: 'clients that give up after 20 s of waiting, of any address, through realip',
    make: () => { const sessions = traffic({ silentPercent: 30 }); const random = new Seeded(7); for (const one of sessions) if (one.bytes === 0 && random.next() < 0.4 && one.endMs - one.startMs > 20_000) Object.assign(one, { endMs: one.startMs + 20_000 + random.int(0, 30), client: addressOf(random) }); return { sessions, level: 'info' } },
  },
]

describe('who ended sessions at one age, under fire', () => {
  it.each(CASES)('$name', ({ make, finds }) => {
    const log = make()
    const { faults, wrong, found, verdicts, patterns } = judge(log)
    const shown = JSON.stringify({ wrong, clusters: patterns.clusters.map(({ centerMs, cause, sessions, expected, isLabelled, evidence }) => ({ centerMs, cause, sessions, expected, isLabelled, evidence })) }, undefined, 1)
    // A planned maximum is no fault.
    const invented = Object.entries(wrong).reduce((sum, [said, count]) => sum + (said.startsWith('lifetime-limit') ? 0 : count), 0)
    if (finds === undefined) expect(faults, shown).toBe(0)
    expect(invented, shown).toBeLessThanOrEqual(faults * 0.01)
    if (finds !== undefined) expect(found(finds.cause) / verdicts.filter(({ made }) => made.truth === finds.cause && !made.isExplained).length, shown).toBeGreaterThanOrEqual(finds.share)
  })
})
