import { describe, expect, it } from 'vitest'
import { addressOf, endOpen, judge, type Made, type MadeLog, refusedWhile, reloadLines, START_MS, traffic } from '../helpers/sessions.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const ONE = '10.0.0.1:80'
const CUT_MS = 900_400
const atOne = (one: Made): boolean => one.upstream === ONE


interface Case {
  readonly name: string
  readonly make: () => MadeLog
  /** Sessions that are found, of those that were cut, at least; 0: all stay closed. */
  readonly finds?: { readonly cause: Made['truth']; readonly share: number; readonly wrong?: number }
  readonly says?: readonly string[]
}

const restart = (options: Parameters<typeof traffic>[0] = {}, { isRefused = true, downMs = 4000, spreadMs = 40, who = atOne }: { isRefused?: boolean; downMs?: number; spreadMs?: number; who?: (one: Made) => boolean } = {}): Pick<MadeLog, 'sessions' | 'failures'> => {
  const sessions = traffic(options)
  endOpen(sessions, { atMs: CUT_MS, spreadMs, truth: 'upstream-restart', who })
  const failures = refusedWhile(sessions, { fromMs: CUT_MS, toMs: CUT_MS + spreadMs + downMs, who })
  return { sessions, failures: isRefused ? failures : [] }
}

/** A reload: sessions older than it are cut together some time later, those of new workers live on. */
const reload = ({ afterMs, ...options }: { afterMs: number } & NonNullable<Parameters<typeof traffic>[0]>): { sessions: Made[]; process: MadeLog['process'] } => {
  const sessions = traffic(options)
  endOpen(sessions, { atMs: CUT_MS, truth: 'worker-shutdown', isComplete: false, who: ({ startMs }) => startMs < CUT_MS - afterMs })
  return { sessions, process: reloadLines({ atMs: CUT_MS - afterMs, exitMs: CUT_MS }) }
}

const CASES: readonly Case[] = [
  {
    name: 'a broadcast after which 60 % of the clients of one upstream leave in a second',
    make: () => {
      const sessions = traffic({ rate: 4 })
      const random = new Seeded(3)
      endOpen(sessions, { atMs: CUT_MS, spreadMs: 1000, truth: 'closed', who: (one) => atOne(one) && random.next() < 0.6 })
      return { sessions, level: 'info' }
    },
  },
  {
    name: 'a broadcast after which 60 % of all clients leave, over many small upstreams',
    make: () => {
      const sessions = traffic({ rate: 3, upstreams: times(60, (index) => `10.0.1.${index}:80`) })
      const random = new Seeded(3)
      endOpen(sessions, { atMs: CUT_MS, spreadMs: 600, truth: 'closed', who: () => random.next() < 0.6 })
      return { sessions, level: 'error' }
    },
  },
  {
    name: 'a show is over: everybody at one upstream leaves within a second, and some come back at once',
    make: () => {
      const sessions = traffic({ rate: 4 })
      endOpen(sessions, { atMs: CUT_MS, spreadMs: 900, truth: 'closed', who: atOne })
      return { sessions, level: 'info' }
    },
  },
  {
    name: 'a page that loads itself again at full minutes, half of its clients each time',
    make: () => {
      const sessions = traffic({ rate: 2 })
      const random = new Seeded(4)
      for (let minute = 2; minute < 29; minute++) {
        const before = sessions.filter(({ startMs, endMs, upstream }) => upstream === ONE && startMs < minute * 60_000 && endMs > minute * 60_000 + 500)
        for (const one of before) {
          if (random.next() < 0.5) continue
          const leftMs = one.endMs - minute * 60_000
          one.endMs = minute * 60_000 + random.int(50, 450)
          sessions.push({ ...one, startMs: one.endMs + random.int(80, 400), endMs: one.endMs + 500 + leftMs })
        }
      }
      return { sessions, level: 'info' }
    },
  },
  {
    name: 'screens that all load themselves again every five minutes, at an upstream of their own',
    make: () => {
      const sessions = traffic({ rate: 2, upstreams: ['10.0.0.2:80', '10.0.0.3:80'] })
      const random = new Seeded(4)
      for (let screen = 0; screen < 60; screen++) {
        let startMs = random.int(0, 300_000)
        const client = addressOf(random)
        for (let at = 300_000; at <= 1_800_000; at += 300_000) {
          const endMs = at + random.int(0, 400)
          sessions.push({ startMs, endMs, bytes: 5000, client, upstream: ONE, path: '/ws', isComplete: true, truth: 'closed', isExplained: false })
          startMs = endMs + random.int(150, 500)
        }
      }
      return { sessions, level: 'info' }
    },
  },
  {
    name: 'the server tells all clients of one upstream to load the page again',
    make: () => {
      const sessions = traffic({ rate: 4 })
      endOpen(sessions, { atMs: CUT_MS, spreadMs: 200, truth: 'closed', who: atOne })
      const random = new Seeded(8)
      for (const one of sessions.filter(({ endMs, upstream }) => upstream === ONE && endMs >= CUT_MS && endMs < CUT_MS + 200)) sessions.push({ ...one, startMs: one.endMs + random.int(60, 600), endMs: one.endMs + 700 + Math.round(random.exponential(120_000)) })
      return { sessions, level: 'info' }
    },
  },
  {
    name: 'clients of cron connect at :00 to an upstream of their own and are cut idle at :30',
    make: () => {
      const sessions = traffic({ rate: 6, upstreams: ['10.0.0.2:80', '10.0.0.3:80'] })
      const random = new Seeded(4)
      for (let minute = 1; minute < 29; minute++) for (let one = 0; one < 30; one++) {
        const startMs = minute * 60_000 + random.int(0, 300)
        sessions.push({ startMs, endMs: startMs + 30_000 + random.int(0, 4), bytes: 0, client: `10.9.0.${one}`, upstream: ONE, path: '/ws', isComplete: true, truth: 'idle-timeout', isExplained: false })
      }
      return { sessions, level: 'error' }
    },
  },
  {
    name: 'the hop in front restarts, one of two',
    make: () => {
      const sessions = traffic({ rate: 4, clients: ['10.1.0.1', '10.1.0.2'] })
      endOpen(sessions, { atMs: CUT_MS, truth: 'closed', who: ({ client }) => client === '10.1.0.2' })
      return { sessions, level: 'info' }
    },
    says: ['edge'],
  },
  { name: 'the hop in front restarts, the only one', make: () => { const sessions = traffic({ rate: 4, clients: ['10.1.0.1'] }); endOpen(sessions, { atMs: CUT_MS, truth: 'closed' }); return { sessions } }, says: ['unknown'] },
  { name: 'the hop in front restarts, with client addresses by realip', make: () => { const sessions = traffic({ rate: 4 }); endOpen(sessions, { atMs: CUT_MS, truth: 'closed' }); return { sessions, level: 'error' } }, says: ['unknown'] },
  { name: 'the hop in front of a single upstream restarts, at level info', make: () => { const sessions = traffic({ rate: 4, upstreams: [ONE], clients: ['10.1.0.1'] }); endOpen(sessions, { atMs: CUT_MS, truth: 'closed' }); return { sessions, level: 'info' } }, says: ['unknown'] },
  { name: 'the hop in front of a single upstream restarts, with $request_completion', make: () => { const sessions = traffic({ rate: 4, upstreams: [ONE] }); endOpen(sessions, { atMs: CUT_MS, truth: 'closed' }); return { sessions, hasCompletion: true } }, says: ['unknown'] },
  { name: 'a restart of one of four', make: () => ({ ...restart({ rate: 4 }), level: 'info' }), finds: { cause: 'upstream-restart', share: 0.98 }, says: ['upstream'] },
  { name: 'a restart of one of four, without an error log', make: () => restart({ rate: 4 }), finds: { cause: 'upstream-restart', share: 0.98 } },
  { name: 'a restart of one of four that nobody met refused, with an error log', make: () => ({ ...restart({ rate: 4 }, { isRefused: false }), level: 'error' }), finds: { cause: 'upstream-restart', share: 0.98 } },
  { name: 'a restart of one of four, in whole seconds', make: () => ({ ...restart({ rate: 4 }), level: 'error', isWholeSeconds: true }), finds: { cause: 'upstream-restart', share: 0.98 } },
  { name: 'a restart of the only upstream, refused', make: () => ({ ...restart({ rate: 4, upstreams: [ONE] }), level: 'notice' }), finds: { cause: 'upstream-restart', share: 0.98 } },
  { name: 'a restart of the only upstream, refused, everything behind one hop', make: () => ({ ...restart({ rate: 4, upstreams: [ONE], clients: ['10.1.0.1'] }), level: 'info' }), finds: { cause: 'upstream-restart', share: 0.98 } },
  { name: 'a restart of the only upstream, with nothing to say so', make: () => restart({ rate: 4, upstreams: [ONE] }, { isRefused: false }), says: ['unknown'] },
  {
    name: 'a restart of the only upstream long after a reload, when the last old sessions end with it',
    make: () => {
      const made = restart({ rate: 4, upstreams: [ONE] }, { isRefused: false })
      return { ...made, level: 'notice', process: reloadLines({ atMs: 300_000, exitMs: CUT_MS }) }
    },
  },
  { name: 'a restart of two upstreams on one host, two others alive', make: () => ({ ...restart({ rate: 4 }, { who: ({ upstream }) => upstream < '10.0.0.3' }), level: 'error' }), finds: { cause: 'upstream-restart', share: 0.98 } },
  { name: 'a graceful deploy: one upstream closes its sessions over 8 s', make: () => ({ ...restart({ rate: 8, upstreams: [ONE, '10.0.0.2:80'] }, { spreadMs: 8000 }), level: 'error' }), finds: { cause: 'upstream-restart', share: 0.5, wrong: 0.04 }, says: ['upstream'] },
  {
    name: 'four upstreams restart one after the other',
    make: () => {
      const sessions = traffic({ rate: 8 })
      const failures = [1, 2, 3, 4].flatMap((number) => {
        const who = ({ upstream }: Made): boolean => upstream === `10.0.0.${number}:80`
        const atMs = CUT_MS + number * 20_000
        endOpen(sessions, { atMs, truth: 'upstream-restart', who })
        return refusedWhile(sessions, { fromMs: atMs, toMs: atMs + 4000, who })
      })
      return { sessions, failures, level: 'error' }
    },
    finds: { cause: 'upstream-restart', share: 0.98 },
  },
  { name: 'a restart at 10,000 drops a minute', make: () => ({ ...restart({ seconds: 1800, rate: 167, medianMs: 60_000, sigma: 0.8 }), level: 'error' }), finds: { cause: 'upstream-restart', share: 0.5 } },
  {
    name: 'a hundred thousand short sessions beside a restart of an upstream with few',
    make: () => {
      const sessions = [...traffic({ rate: 60, medianMs: 2000 }), ...traffic({ rate: 0.2, upstreams: [ONE], seed: 12, medianMs: 600_000 })]
      endOpen(sessions, { atMs: CUT_MS, truth: 'upstream-restart', who: (one) => atOne(one) && one.endMs - one.startMs > 60_000 })
      return { sessions, level: 'error' }
    },
  },
  { name: '10,000 drops a minute and nothing else', make: () => ({ sessions: traffic({ rate: 167, medianMs: 30_000 }), level: 'error' }), says: [] },
  { name: 'a log of 20 sessions', make: () => ({ sessions: traffic({ rate: 20 / 1800, medianMs: 60_000 }) }), says: [] },
  { name: 'a log of 20 sessions, all of which end together', make: () => { const sessions = traffic({ rate: 20 / 900, seconds: 900, medianMs: 3_000_000 }); endOpen(sessions, { atMs: CUT_MS, truth: 'closed' }); return { sessions } } },
  { name: 'nginx -s reload, over four upstreams, with notices', make: () => ({ ...reload({ rate: 4, afterMs: 30_000 }), level: 'notice' }), finds: { cause: 'worker-shutdown', share: 0.98 }, says: ['nginx'] },
  { name: 'nginx -s reload, over four upstreams, without notices', make: () => ({ sessions: reload({ rate: 4, afterMs: 30_000 }).sessions, level: 'error' }), finds: { cause: 'worker-shutdown', share: 0.98 }, says: ['nginx'] },
  { name: 'nginx -s reload with 240 s: new workers hold many young sessions', make: () => ({ ...reload({ rate: 8, afterMs: 240_000 }), level: 'info' }), finds: { cause: 'worker-shutdown', share: 0.98 }, says: ['nginx'] },
  { name: 'nginx -s reload with 240 s, without an error log', make: () => ({ sessions: reload({ rate: 8, afterMs: 240_000 }).sessions }), finds: { cause: 'worker-shutdown', share: 0.98 } },
  { name: 'nginx -s reload, one upstream, with notices', make: () => ({ ...reload({ rate: 4, upstreams: [ONE], afterMs: 30_000 }), level: 'notice' }), finds: { cause: 'worker-shutdown', share: 0.98 } },
  { name: 'nginx -s reload, one upstream, with nothing', make: () => ({ sessions: reload({ rate: 4, upstreams: [ONE], afterMs: 30_000 }).sessions }) },
  { name: 'the server changes its processes gracefully, one upstream: old ones are killed 30 s later', make: () => { const { sessions } = reload({ rate: 4, upstreams: [ONE], afterMs: 30_000 }); for (const one of sessions) if (one.truth === 'worker-shutdown') Object.assign(one, { truth: 'upstream-restart', isComplete: true }); return { sessions, level: 'error' } } },
  { name: 'nginx -s reload, one upstream, with $request_completion', make: () => ({ sessions: reload({ rate: 4, upstreams: [ONE], afterMs: 30_000 }).sessions, hasCompletion: true }), finds: { cause: 'worker-shutdown', share: 0.98 } },
  {
    name: 'nginx -s quit without a timeout: sessions go on and end by themselves',
    make: () => ({ sessions: traffic({ seconds: 900, rate: 4 }), level: 'notice', process: [
      { atMs: START_MS + 900_000, kind: 'quit', pid: 1, detail: -1 }, { atMs: START_MS + 900_000, kind: 'graceful-shutdown', pid: 11, detail: -1 }, { atMs: START_MS + 1_790_000, kind: 'worker-exiting', pid: 11, detail: -1 },
    ] }),
    says: [],
  },
  {
    name: 'nginx -s quit with worker_shutdown_timeout',
    make: () => {
      const sessions = traffic({ seconds: 870, rate: 4 })
      endOpen(sessions, { atMs: CUT_MS, truth: 'worker-shutdown', isComplete: false })
      return { sessions, level: 'notice', process: reloadLines({ atMs: 870_400, exitMs: CUT_MS }).map((event) => (event.kind === 'reload' ? { ...event, kind: 'quit' as const } : event)) }
    },
    finds: { cause: 'worker-shutdown', share: 0.98 },
  },
  {
    name: 'an upstream that lost its network: nginx gives up on all of its sessions at once, no error log',
    make: () => {
      const sessions = traffic({ rate: 4 }).filter((one) => !(atOne(one) && one.startMs > CUT_MS - 60_000 && one.startMs < CUT_MS + 30_000))
      endOpen(sessions, { atMs: CUT_MS, truth: 'upstream-lost', who: atOne })
      return { sessions }
    },
  },
]

describe('who cut sessions, under fire', () => {
  it.each(CASES)('$name', ({ make, finds, says }) => {
    const log = make()
    const { faults, invented, wrong, found, patterns } = judge(log)
    expect(invented, JSON.stringify(wrong)).toBeLessThanOrEqual(faults * (finds?.wrong ?? 0.01))
    if (finds !== undefined) {
      const all = log.sessions.filter(({ truth, endMs }) => truth === finds.cause && endMs < 1_800_000).length
      expect(all).toBeGreaterThan(10)
      expect(found(finds.cause) / all).toBeGreaterThanOrEqual(finds.share)
    } else expect(faults).toBe(0)
    if (says !== undefined) expect([...new Set(patterns.cuts.map(({ by }) => by))]).toEqual(says)
  })
})
