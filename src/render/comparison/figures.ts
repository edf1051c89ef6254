import type { ComparedRow, Measure, Unit } from '../../compare/comparison.ts'
import { formatCount, formatSeconds, formatShare } from '../format.ts'

/** How a number of a measure is written. */
const formatValue = (unit: Unit, value: number | null, digits: number): string => {
  if (value === null) return '–'
  if (unit === 'share') return digits <= 1 ? formatShare(value) : `${(value * 100).toFixed(digits)} %`
  if (unit === 'seconds') return formatSeconds(value)
  return formatCount(value >= 100 ? Math.round(value) : Number(value.toPrecision(digits + 2)))
}

const MAX_DIGITS = 4

/** Before and after, each with as many digits as it takes to tell them apart. */
export const formatBoth = ({ unit, before, after }: Pick<Measure, 'unit' | 'before' | 'after'>): { readonly before: string; readonly after: string } => {
  for (let digits = 1; ; digits++) {
    const both = { before: formatValue(unit, before, digits), after: formatValue(unit, after, digits) }
    if (before === after || both.before !== both.after || digits >= MAX_DIGITS) return both
  }
}

/** What changed: points for a share that is no small one, else how many times; `=` for nothing. */
export const formatChange = ({ unit, before, after, difference, ratio }: Measure): string => {
  if (difference === null || before === null || after === null) return '–'
  if (difference === 0) return '='
  if (unit === 'share') {
    const points = Math.abs(difference) * 100
    return `${sign(difference)}${points < 0.01 ? '<0.01' : Number(points.toPrecision(points < 1 ? 2 : 3))} pp`
  }
  if (ratio === null) return '+'
  if (ratio >= 2) return `× ${formatCount(ratio >= 100 ? Math.round(ratio) : Number(ratio.toPrecision(2)))}`
  if (ratio > 0 && ratio <= 0.5) return `÷ ${formatCount(1 / ratio >= 100 ? Math.round(1 / ratio) : Number((1 / ratio).toPrecision(2)))}`
  const percent = Math.abs(ratio - 1) * 100
  return `${sign(difference)}${percent < 0.1 ? '<0.1' : Number(percent.toPrecision(2))} %`
}

const sign = (difference: number): string => (difference > 0 ? '+' : '−')

/** How often chance alone would do it, after correction for all rows. */
export const formatChance = ({ adjustedP, also }: Pick<ComparedRow, 'adjustedP' | 'also'>): string => {
  const p = also === null ? adjustedP : adjustedP === null || also.adjustedP === null ? null : Math.max(adjustedP, also.adjustedP)
  if (p === null) return ''
  if (p < 0.001) return '<0.1 %'
  if (p >= 0.095) return `${Math.round(p * 100)} %`
  return `${Number((p * 100).toPrecision(1))} %`
}

/** A row in short: `idle-timeout 1,204 → 3`. Of endings and failures their number, else the measure itself. */
export const formatRow = (row: ComparedRow): string => {
  const isCounted = row.counts !== null && row.group !== 'handshakes' && row.group !== 'traffic'
  const both = isCounted ? { before: formatCount(row.counts.before), after: formatCount(row.counts.after) } : formatBoth(row)
  const share = isCounted ? formatBoth(row) : undefined
  return `${row.label} ${both.before} → ${both.after}${share === undefined ? '' : ` (${share.before} → ${share.after})`}`
}

/** What a row counts, and its second measure: `1,204 → 3 in all; in an hour of open sessions 20.4 → 0.1`. */
export const formatMore = ({ counts, also, group }: ComparedRow): string | undefined => {
  const parts = counts === null || group === 'handshakes' || group === 'traffic' ? [] : [`${formatCount(counts.before)} → ${formatCount(counts.after)} in all`]
  if (also !== null && also.before !== null) {
    const { before, after } = formatBoth(also)
    parts.push(`in an hour of open sessions ${before} → ${after} (${formatChange(also)})`)
  }
  return parts.length === 0 ? undefined : parts.join('; ')
}
