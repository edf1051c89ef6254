import { DateTime, type Zone } from 'luxon'

/** Widths of a bucket in minutes that people count in. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440] as const

/** The narrowest of them with which `minutes` fill at most `most` buckets; more than a day only for more than that many days. */
export const stepFor = (minutes: number, most: number): number => STEPS.find((step) => minutes <= step * most) ?? 1440 * Math.ceil(minutes / (1440 * most))

/** `[from, to)` of each bucket as indices of minutes; edges lie on round local times, so that the first may be short. */
export const bucketEdges = ({ firstMs, count, step, zone }: { readonly firstMs: number; readonly count: number; readonly step: number; readonly zone: Zone }): number[] => {
  const localMinute = Math.floor(firstMs / 60_000) + zone.offset(firstMs)
  const edges = [0]
  for (let at = step - (((localMinute % step) + step) % step); at < count; at += step) edges.push(at)
  edges.push(count)
  return edges
}

/** The offsets from UTC that are in force from a time on: `[seconds since the epoch, minutes]`, the first at the beginning. */
export const offsetsOf = ({ fromMs, toMs, zone }: { readonly fromMs: number; readonly toMs: number; readonly zone: Zone }): [number, number][] => {
  const offsets: [number, number][] = [[Math.floor(fromMs / 1000), zone.offset(fromMs)]]
  for (let at = fromMs; at <= toMs; at += 900_000) {
    const offset = zone.offset(at)
    if (offset !== offsets.at(-1)![1]) offsets.push([Math.floor(at / 900_000) * 900, offset])
  }
  return offsets
}

/** How wide a bucket is, in words. */
export const stepText = (step: number): string => (step === 1 ? 'minute' : step < 60 ? `${step} minutes` : step === 60 ? 'hour' : step < 1440 ? `${step / 60} hours` : step === 1440 ? 'day' : `${step / 1440} days`)

/** Some five round times between two, each with a label as short as the span allows. */
export const timeTicks = ({ fromMs, toMs, zone, most }: { readonly fromMs: number; readonly toMs: number; readonly zone: Zone; readonly most: number }): { readonly atMs: number; readonly label: string }[] => {
  const minutes = Math.max(1, (toMs - fromMs) / 60_000)
  const step = stepFor(minutes, most)
  const ticks: { atMs: number; label: string }[] = []
  const first = DateTime.fromMillis(fromMs, { zone })
  let at = step >= 1440 ? first.startOf('day') : first.startOf('day').plus({ minutes: Math.floor((first.hour * 60 + first.minute) / step) * step })
  for (let guard = 0; guard < most + 3 && at.toMillis() <= toMs; guard++) {
    if (at.toMillis() >= fromMs) ticks.push({ atMs: at.toMillis(), label: at.toFormat(step >= 1440 || (at.hour === 0 && at.minute === 0 && minutes > 1440) ? 'MM-dd' : 'HH:mm') })
    at = step >= 1440 ? at.plus({ days: step / 1440 }) : at.plus({ minutes: step })
  }
  return ticks
}
