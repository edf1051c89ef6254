import type { Summary } from '../aggregate/summary.ts'
import type { TimelineMinute } from '../aggregate/timeline.ts'
import { medianSorted } from './quantile.ts'
import type { EventReport } from './report.ts'

/** A minute without a handshake is a blackout where so many are usual: by chance it comes once in e^15 minutes. */
const MIN_USUAL = 15
/** A storm is a minute with so many times the usual, and so far beyond chance. */
const STORM_RATIO = 3
const STORM_SIGMA = 8
const MIN_STORM = 30
/** A usual number needs some minutes. */
const MIN_MINUTES = 5
/** What comes before is looked at over an hour. */
const REACH = 60
/** A storm within so many minutes of a gap follows from it. */
const AFTER_GAP = 2

/** What surges are found in. */
export type SurgeMinute = Pick<TimelineMinute, 'minuteMs' | 'attempts' | 'succeeded' | 'drops'>

/** Gaps in which no handshake came, and the rush of those that come again at once. */
export const findSurges = (summary: Summary): EventReport[] => {
  if (summary.isEmpty || summary.toMs - summary.fromMs > 400 * 86_400_000) return []
  return surgesIn(summary.timeline.minutes(summary.fromMs, summary.toMs).minutes)
}

/** The same in minutes one behind the other, zeros too. */
export const surgesIn = (minutes: readonly SurgeMinute[]): EventReport[] => {
  if (minutes.length < MIN_MINUTES) return []
  const events: EventReport[] = []
  let gap: SurgeMinute[] = []
  let lastGapEnd = Number.NEGATIVE_INFINITY
  let storm: SurgeMinute[] = []
  let usualAtStorm = 0
  const endStorm = (): void => {
    if (storm.length === 0) return
    const attempts = storm.reduce((sum, minute) => sum + minute.attempts, 0)
    const isAfterGap = storm[0]!.minuteMs - lastGapEnd <= AFTER_GAP * 60_000
    events.push({
      kind: 'reconnect-storm', at: instant(storm[0]!.minuteMs), until: instant(storm.at(-1)!.minuteMs + 60_000), sessions: storm.reduce((sum, minute) => sum + minute.succeeded, 0), upstream: null,
      detail: `${attempts} handshakes in ${storm.length === 1 ? 'a minute' : `${storm.length} minutes`}, ${Math.round(usualAtStorm)} a minute before${isAfterGap ? '; right after a gap' : ''}`,
    })
    storm = []
  }
  for (const [index, minute] of minutes.entries()) {
    const usual = usualBefore(minutes, index)
    if (minute.attempts === 0 && minute.drops === 0 && usual >= MIN_USUAL) {
      gap.push(minute)
      continue
    }
    if (gap.length > 0) {
      lastGapEnd = minute.minuteMs
      events.push(blackout(gap, { usual, until: minute.minuteMs }))
      gap = []
    }
    const isStorm = index >= MIN_MINUTES && minute.attempts >= MIN_STORM && minute.attempts >= usual * STORM_RATIO && minute.attempts > usual + STORM_SIGMA * Math.sqrt(Math.max(1, usual))
    if (isStorm) {
      if (storm.length === 0) usualAtStorm = usual
      storm.push(minute)
    } else endStorm()
  }
  endStorm()
  if (gap.length > 0) events.push(blackout(gap, { usual: usualBefore(minutes, minutes.length), until: null }))
  return events
}

const blackout = (gap: readonly SurgeMinute[], { usual, until }: { usual: number; until: number | null }): EventReport => ({
  kind: 'blackout', at: instant(gap[0]!.minuteMs), until: until === null ? null : instant(until), sessions: 0, upstream: null,
  detail: `no handshake and no drop for ${gap.length === 1 ? 'a minute' : `${gap.length} minutes`}, ${Math.round(usual)} handshakes a minute before`,
})

const instant = (ms: number): string => new Date(ms).toISOString()

/** The median of the hour before, without its gaps. */
const usualBefore = (minutes: readonly SurgeMinute[], index: number): number => {
  const before = minutes.slice(Math.max(0, index - REACH), index).map(({ attempts }) => attempts).filter((attempts) => attempts > 0).sort((a, b) => a - b)
  return before.length < MIN_MINUTES ? 0 : medianSorted(before)
}
