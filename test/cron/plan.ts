import { Seeded } from '../helpers/seeded.ts'
import { DAY_MS, MONTH_START } from './month-visits.ts'
import { HAND_MANNERS, LOGROTATE_MANNERS, type Manner } from './rotate.ts'

/** `after`: killed at that share of the usual length of a run; `changes`: at that change of the state folder. */
export type KillPlan = { readonly after: number } | { readonly changes: number }

export type Act =
  | { readonly kind: 'run'; readonly ms: number; readonly kill: KillPlan | undefined; readonly twice: boolean; readonly hasHalfLine: boolean; readonly isBusy: boolean }
  | { readonly kind: 'rotate'; readonly ms: number; readonly manner: Manner; readonly date: string; readonly isTorn: boolean; readonly duringRun: boolean; readonly runsWithin: boolean }

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '')

const killPlan = (random: Seeded): KillPlan | undefined => {
  const chance = random.next()
  if (chance < 0.25) return { after: 0.2 + 0.9 * random.next() }
  if (chance < 0.5) return { changes: random.int(1, 15) }
  return undefined
}

const runAt = (random: Seeded, ms: number): Act => ({
  kind: 'run', ms, kill: killPlan(random), twice: random.next() < 0.1, hasHalfLine: random.next() < 0.35, isBusy: random.next() < 0.2,
})

/** When runs come and logs are rotated in so many days, for a seed: in the order of time. */
export const planOf = (seed: number, days: number): Act[] => {
  const random = new Seeded(seed ^ 0x5f37_59df)
  const byRotate = random.shuffled(LOGROTATE_MANNERS)
  const byHand = random.shuffled(HAND_MANNERS)
  // The machine that runs cron is off for a week.
  const offFrom = days < 20 ? days : random.int(8, days - 10)
  const acts: Act[] = []
  for (let day = 0; day < days; day++) {
    const isOff = day >= offFrom && day < offFrom + 7
    const dayMs = MONTH_START + day * DAY_MS
    const rotateMs = dayMs + DAY_MS + (random.next() < 0.6 ? 300 : random.int(1000, 6 * 3_600_000))
    const manner = day % 3 === 2 ? byHand[Math.floor(day / 3) % byHand.length]! : byRotate[Math.floor(day / 3) % byRotate.length]!
    acts.push({ kind: 'rotate', ms: rotateMs, manner, date: dateOf(rotateMs - DAY_MS / 2), isTorn: random.next() < 0.15, duringRun: !isOff && random.next() < 0.25, runsWithin: !isOff || manner === 'lines-between-copy-and-truncate' })
    if (isOff) continue
    for (let count = random.pick([0, 1, 1, 2]); count > 0; count--) acts.push(runAt(random, dayMs + random.int(0, DAY_MS)))
    if (random.next() < 0.4) acts.push(runAt(random, rotateMs - 1))
    if (random.next() < 0.4) acts.push(runAt(random, rotateMs + 1))
  }
  return acts.sort((a, b) => a.ms - b.ms)
}
