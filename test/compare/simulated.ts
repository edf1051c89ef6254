import type { SessionCause } from '../../src/cause/cause.ts'
import type { ComparableMinute, ComparableReport } from '../../src/compare/comparison.ts'
import { Seeded, times } from '../helpers/seeded.ts'

/** A site, as the one who simulates it knows it. */
export interface Site {
  readonly minutes: number
  /** Handshakes a minute, on average over the day. */
  readonly attemptsPerMinute: number
  /** How much busier noon is than midnight, 0..1. */
  readonly dayAndNight: number
  /** Share of handshakes that fail for reasons of their own. */
  readonly failing: number
  /** Outages of the backend a day: for a while most handshakes fail. */
  readonly outagesPerDay: number
  /** Restarts of the backend a day: each ends many of the sessions that are open. */
  readonly restartsPerDay: number
  /** Storms of resets a day: a network that is bad for half an hour. */
  readonly stormsPerDay: number
  /** Ends an hour of open sessions, by causes that each session meets by itself. */
  readonly closedPerHour: number
  readonly resetPerHour: number
  readonly idlePerHour: number
  /** How much the clients' own ends vary from one quarter of an hour to the next: sigma of a log-normal that forgets slowly. */
  readonly mood: number
  /** Whether minutes tell drops by cause. */
  readonly hasCauses: boolean
}

export const USUAL: Site = {
  minutes: 1440, attemptsPerMinute: 10, dayAndNight: 0.6, failing: 0.01, outagesPerDay: 1.5, restartsPerDay: 2, stormsPerDay: 2, closedPerHour: 4, resetPerHour: 0.3, idlePerHour: 0.5, mood: 0.3, hasCauses: true,
}

const DAY_MINUTES = 1440
const START = Date.UTC(2026, 10, 18)

const poisson = (random: Seeded, mean: number): number => {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.next(); product > limit; product *= random.next()) count++
  return count
}

/** Moments at random, so many a day, each with how many minutes it lasts. */
const incidents = (random: Seeded, { perDay, minutes, lasting }: { perDay: number; minutes: number; lasting: number }): { from: number; to: number }[] =>
  times(poisson(random, (perDay * minutes) / DAY_MINUTES), () => {
    const from = random.int(0, minutes)
    return { from, to: from + 1 + Math.floor(random.exponential(lasting)) }
  })

/** A report over a stretch of this site's time: minutes with bursts, sessions that live as long as their causes let them. */
export const simulate = (site: Site, random: Seeded, { day = 0 }: { day?: number } = {}): ComparableReport => {
  const { minutes } = site
  const outages = incidents(random, { perDay: site.outagesPerDay, minutes, lasting: 4 })
  const storms = incidents(random, { perDay: site.stormsPerDay, minutes, lasting: 30 })
  const restarts = incidents(random, { perDay: site.restartsPerDay, minutes, lasting: 0.01 })
  const ends: Record<'closed' | 'client-reset' | 'idle-timeout' | 'upstream-restart', number> = { closed: 0, 'client-reset': 0, 'idle-timeout': 0, 'upstream-restart': 0 }
  const failures = { refused: 0, 'not-found': 0 }
  const ages: number[] = []
  // Ages, in minutes, of the sessions that are open.
  let open: number[] = times(Math.round((site.attemptsPerMinute * 60) / (site.closedPerHour + site.resetPerHour + site.idlePerHour)), () => random.exponential(60 / (site.closedPerHour + site.resetPerHour + site.idlePerHour)))
  let mood = 0
  let peak = 0
  const timeline = times(minutes, (index): ComparableMinute => {
    if (index % 15 === 0) mood = 0.8 * mood + 0.6 * site.mood * random.normal()
    const atMinute = START / 60_000 + day * DAY_MINUTES + index
    const attempts = poisson(random, site.attemptsPerMinute * (1 - site.dayAndNight * Math.cos((2 * Math.PI * (index % DAY_MINUTES)) / DAY_MINUTES)))
    const isOut = outages.some(({ from, to }) => index >= from && index < to)
    const isStorm = storms.some(({ from, to }) => index >= from && index < to)
    const restart = restarts.some(({ from }) => from === index) ? 0.3 + 0.6 * random.next() : 0
    let succeeded = 0
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (isOut && random.next() < 0.8) failures.refused++
      else if (random.next() < site.failing) failures['not-found']++
      else succeeded++
    }
    const causes: Partial<Record<SessionCause, number>> = {}
    const hazards = [['closed', site.closedPerHour * Math.exp(mood)], ['client-reset', site.resetPerHour * (isStorm ? 10 : 1)], ['idle-timeout', site.idlePerHour]] as const
    const kept: number[] = []
    let drops = 0
    const endBy = (cause: keyof typeof ends, age: number): void => {
      ends[cause]++
      causes[cause] = (causes[cause] ?? 0) + 1
      ages.push(age * 60)
      drops++
    }
    for (const age of open) {
      const cause = random.next() < restart ? 'upstream-restart' : hazards.find(([, perHour]) => random.next() < perHour / 60)?.[0]
      if (cause === undefined) kept.push(age + 1)
      else endBy(cause, age + random.next())
    }
    const active = open.length + succeeded
    peak = Math.max(peak, active)
    open = [...kept, ...times(succeeded, () => random.next())]
    return { minute: new Date(atMinute * 60_000).toISOString(), attempts, succeeded, drops, faults: drops - (causes.closed ?? 0), active, causes: site.hasCauses ? causes : {} }
  })
  ages.sort((a, b) => a - b)
  const sum = (field: 'attempts' | 'succeeded'): number => timeline.reduce((total, minute) => total + minute[field], 0)
  const faults = ages.length - ends.closed
  return {
    version: '1.2.3',
    generatedAt: timeline.at(-1)!.minute,
    window: { from: timeline[0]!.minute, to: timeline.at(-1)!.minute, timeZone: 'UTC' },
    health: { status: 'ok' },
    inputs: [{ path: 'ws_access.log', kind: 'access', logFormat: 'ws_plus' }],
    errors: [],
    lines: { filtered: 0 },
    evidence: { errorLogLevel: 'info', join: 'exact', missing: [] },
    handshakes: { attempts: sum('attempts'), succeeded: sum('succeeded'), failures: [{ cause: 'refused' as const, count: failures.refused }, { cause: 'not-found' as const, count: failures['not-found'] }].filter(({ count }) => count > 0), rule: { kind: 'http-upgrade' } },
    sessions: { count: ages.length, durationSeconds: { p50: quantile(ages, 0.5), p95: quantile(ages, 0.95), mean: ages.length === 0 ? null : ages.reduce((a, b) => a + b, 0) / ages.length }, histogram: histogramOf(ages) },
    active: { peak },
    drops: { count: ages.length, faults },
    timeline,
    clusters: [],
    endings: (Object.keys(ends) as (keyof typeof ends)[]).filter((cause) => ends[cause] > 0).map((cause) => ({ cause, sessions: ends[cause] })),
    hosts: [],
    findings: [],
  }
}

const quantile = (sorted: readonly number[], share: number): number | null => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null

/** Ten bins a decade, as a report has them. */
const histogramOf = (ages: readonly number[]): { from: number; to: number; count: number }[] => {
  const bins = new Map<number, number>()
  for (const age of ages) bins.set(Math.floor(10 * Math.log10(Math.max(0.01, age))), (bins.get(Math.floor(10 * Math.log10(Math.max(0.01, age)))) ?? 0) + 1)
  return [...bins].sort(([a], [b]) => a - b).map(([bin, count]) => ({ from: 10 ** (bin / 10), to: 10 ** ((bin + 1) / 10), count }))
}
