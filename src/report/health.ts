import { medianSorted } from 'simple-statistics'
import type { TimelineMinute } from '../aggregate/timeline.ts'
import type { Health } from './report.ts'

/** Under this success rate a log is not healthy, and a minute with some failures is bad. */
const MIN_SUCCESS = 0.99
const MIN_MINUTE_SUCCESS = 0.95
const MIN_MINUTE_FAILURES = 3
/** Half of all handshakes failing is an outage. */
const FAILING_SUCCESS = 0.5
/** A minute's drops are a spike when chance (Poisson around the median) gives as many once in 10^8. */
const SPIKE_SIGMA = 6
const MIN_SPIKE = 10
/** Bad within the last minutes of the window is bad now. */
const ONGOING_MINUTES = 3

/** Says whether the log is healthy, and since when not, from its minutes alone. */
export const judgeHealth = (minutes: readonly TimelineMinute[], { attempts, succeeded }: { attempts: number; succeeded: number }): Health => {
  const usualDrops = minutes.length === 0 ? 0 : medianSorted(minutes.map(({ drops }) => drops).sort((a, b) => a - b))
  const spike = Math.max(MIN_SPIKE, usualDrops + SPIKE_SIGMA * Math.sqrt(Math.max(1, usualDrops)))
  const isFailing = (minute: TimelineMinute): boolean => {
    const failed = minute.attempts - minute.succeeded
    return failed >= MIN_MINUTE_FAILURES && minute.succeeded < minute.attempts * MIN_MINUTE_SUCCESS
  }
  // Without enough minutes there is no usual number of drops to rise above.
  const isSpike = (minute: TimelineMinute): boolean => minutes.length >= 5 && minute.drops > spike
  const bad = minutes.filter((minute) => isFailing(minute) || isSpike(minute))
  const successRate = attempts === 0 ? 1 : succeeded / attempts
  const reasons: Health['reasons'][number][] = []
  if (successRate < MIN_SUCCESS || bad.some(isFailing)) reasons.push('success-rate')
  if (bad.some(isSpike)) reasons.push('drop-spikes')
  const last = minutes.at(-1)?.minuteMs ?? 0
  return {
    status: attempts === 0 ? 'unknown' : successRate < FAILING_SUCCESS ? 'failing' : reasons.length > 0 ? 'degraded' : 'ok',
    badFrom: instant(bad.at(0)?.minuteMs),
    badTo: instant(bad.at(-1)?.minuteMs),
    badMinutes: bad.length,
    isOngoing: bad.length > 0 && bad.at(-1)!.minuteMs > last - ONGOING_MINUTES * 60_000,
    reasons,
  }
}

const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())
