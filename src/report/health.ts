import type { TimelineMinute } from '../aggregate/timeline.ts'
import type { Cluster } from '../cluster/find-clusters.ts'
import { medianSorted } from './quantile.ts'
import type { Health } from './report.ts'

/** Under this success rate a log is not healthy, and a minute with some failures is bad. */
const MIN_SUCCESS = 0.99
const MIN_MINUTE_SUCCESS = 0.95
const MIN_MINUTE_FAILURES = 3
/** Half of all handshakes failing is an outage. */
const FAILING_SUCCESS = 0.5
/** A minute's drops are a spike when chance (Poisson around the median) gives as many less than once in 10^6 minutes. */
const SPIKE_SIGMA = 6
const MIN_SPIKE = 10
/** A last minute with fewer handshakes says nothing: the log may end in its middle. */
const MIN_LAST_ATTEMPTS = 3
/** Quiet sessions that end at one age, when they are so many of all: a timer cuts those that nobody pings. */
const MIN_TIMER_SHARE = 0.2
const MIN_TIMER_QUIET = 0.8

/** Clients come and go, and some of them badly; of all sessions so many are not ordinary. */
const MIN_FAULT_SHARE = 0.05
const MIN_FAULTS = 3

/** What of a minute is looked at. */
export type HealthMinute = Pick<TimelineMinute, 'minuteMs' | 'attempts' | 'succeeded' | 'drops'>

/** What a verdict rests on. */
export interface HealthParts {
  readonly minutes: readonly HealthMinute[]
  readonly attempts: number
  /** Handshakes that reached 101, and so sessions that ended. */
  readonly succeeded: number
  /** Sessions that ended in a fault. */
  readonly faults: number
  readonly clusters: readonly Pick<Cluster, 'sessions' | 'quiet'>[]
}

/** Says whether the log is healthy, and since when not: handshakes that fail, spikes of drops, an idle timer that cuts. */
export const judgeHealth = ({ minutes, attempts, succeeded, faults, clusters }: HealthParts): Health => {
  const usualDrops = minutes.length === 0 ? 0 : medianSorted(minutes.map(({ drops }) => drops).sort((a, b) => a - b))
  const spike = Math.max(MIN_SPIKE, usualDrops + SPIKE_SIGMA * Math.sqrt(Math.max(1, usualDrops)))
  const isFailing = (minute: HealthMinute): boolean => {
    const failed = minute.attempts - minute.succeeded
    return failed >= MIN_MINUTE_FAILURES && minute.succeeded < minute.attempts * MIN_MINUTE_SUCCESS
  }
  // Without enough minutes there is no usual number of drops to rise above.
  const isSpike = (minute: HealthMinute): boolean => minutes.length >= 5 && minute.drops > spike
  const bad = minutes.filter((minute) => isFailing(minute) || isSpike(minute))
  const successRate = attempts === 0 ? 1 : succeeded / attempts
  const reasons: Health['reasons'][number][] = []
  if (successRate < MIN_SUCCESS || bad.some(isFailing)) reasons.push('success-rate')
  if (bad.some(isSpike)) reasons.push('drop-spikes')
  if (clusters.some(({ sessions, quiet }) => sessions >= succeeded * MIN_TIMER_SHARE && quiet >= sessions * MIN_TIMER_QUIET)) reasons.push('idle-timer')
  if (faults >= MIN_FAULTS && faults >= succeeded * MIN_FAULT_SHARE) reasons.push('faults')
  const last = minutes.at(-1)
  const lastJudged = last !== undefined && last.attempts < MIN_LAST_ATTEMPTS && !bad.includes(last) ? minutes.at(-2) : last
  return {
    status: attempts === 0 ? 'unknown' : successRate < FAILING_SUCCESS ? 'failing' : reasons.length > 0 ? 'degraded' : 'ok',
    badFrom: instant(bad.at(0)?.minuteMs),
    badTo: instant(bad.at(-1)?.minuteMs),
    badMinutes: bad.length,
    isOngoing: lastJudged !== undefined && bad.includes(lastJudged),
    reasons,
  }
}

const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())
