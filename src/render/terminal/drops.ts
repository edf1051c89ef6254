import { compress, sparkline } from '../chart.ts'
import { formatCount, formatMinute } from '../format.ts'
import type { Section } from './options.ts'

const MINUTES_A_DAY = 1440

/** Drops per minute as a sparkline, a spike of one minute never averaged away. */
export const drops: Section = ({ timeline, drops: { perMinute } }, { paint, width, zone }) => {
  if (timeline.length < 2) return undefined
  const hasDate = timeline.length > MINUTES_A_DAY
  const { values, each } = compress(timeline.map((minute) => minute.drops), width - 4)
  const scale = each === 1 ? 'a minute a character' : `worst of ${each} minutes a character`
  const from = formatMinute(timeline[0]!.minute, { zone, hasDate })
  const to = formatMinute(timeline.at(-1)!.minute, { zone, hasDate })
  return [
    paint.strong('Drops per minute'),
    `  ${sparkline(values)}`,
    paint.faint(`  ${from} – ${to}, ${scale}`),
    `  median ${formatCount(perMinute.p50 ?? 0)}, p95 ${formatCount(perMinute.p95 ?? 0)}, max ${formatCount(perMinute.max ?? 0)} at ${formatMinute(perMinute.maxAt, { zone, hasDate })}`,
  ]
}
