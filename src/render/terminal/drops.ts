import { compress, sparkline } from '../chart.ts'
import { dropsPerMinuteFact, isLongerThanADay } from '../facts.ts'
import { formatMinute } from '../format.ts'
import type { Section } from './options.ts'

/** Drops per minute as a sparkline, a spike of one minute never averaged away. */
export const drops: Section = (report, { paint, width, zone }) => {
  const { timeline } = report
  if (timeline.length < 2) return undefined
  const hasDate = isLongerThanADay(report)
  const { values, each } = compress(timeline.map((minute) => minute.drops), width - 4)
  const scale = each === 1 ? 'a minute a character' : `worst of ${each} minutes a character`
  const from = formatMinute(timeline[0]!.minute, { zone, hasDate })
  const to = formatMinute(timeline.at(-1)!.minute, { zone, hasDate })
  return [
    paint.strong('Drops per minute'),
    `  ${sparkline(values)}`,
    paint.faint(`  ${from} – ${to}, ${scale}`),
    `  ${dropsPerMinuteFact(report, zone)}`,
  ]
}
