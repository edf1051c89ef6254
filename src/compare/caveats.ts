import type { Caveat, CaveatCode, ComparableReport } from './comparison.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
/** Windows within a quarter of each other's length are of one length. */
const MAX_LENGTHS = 1.25
/** Under this share of the times of day in common, other hours are compared. */
const MIN_COMMON_HOURS = 0.5

/** What makes the two less comparable, said and not hidden. */
export const caveatsOf = (before: ComparableReport, after: ComparableReport, { isSameReport }: { readonly isSameReport: boolean }): Caveat[] => {
  if (isSameReport) return [caveat('same-report', inputsOf(before).join(', '), inputsOf(after).join(', '))]
  const tell = (code: CaveatCode, isSaid: boolean, of: (report: ComparableReport) => string): Caveat[] => (isSaid ? [caveat(code, of(before), of(after))] : [])
  const [length, otherLength] = [before.timeline.length, after.timeline.length]
  const isEmpty = before.handshakes.attempts === 0 || after.handshakes.attempts === 0
  if (isEmpty) return tell('empty', true, ({ handshakes }) => String(handshakes.attempts))
  return [
    ...tell('length', Math.max(length, otherLength) > Math.min(length, otherLength) * MAX_LENGTHS, ({ timeline }) => String(timeline.length)),
    ...tell('time-of-day', commonHours(before, after) < MIN_COMMON_HOURS, span),
    ...tell('weekend', isOneDay(before) && isOneDay(after) && isWeekend(before) !== isWeekend(after), ({ window }) => (window.from ?? '').slice(0, 10)),
    ...tell('order', startOf(after) < startOf(before), span),
    ...tell('overlap', isOverlap(before, after) && isCommon(stemsOf(before), stemsOf(after)) && isCommon(hostsOf(before), hostsOf(after)), span),
    ...tell('evidence', evidenceOf(before) !== evidenceOf(after), evidenceOf),
    ...tell('rule', before.handshakes.rule.kind !== after.handshakes.rule.kind, ({ handshakes }) => handshakes.rule.kind),
    ...tell('inputs', !isCommon(stemsOf(before), stemsOf(after)), (report) => inputsOf(report).join(', ')),
    ...tell('hosts', !isCommon(hostsOf(before), hostsOf(after)), (report) => hostsOf(report).slice(0, 3).join(', ')),
    ...tell('log-format', formatsOf(before) !== formatsOf(after), formatsOf),
    ...tell('filtered', before.lines.filtered > 0 !== after.lines.filtered > 0, ({ lines }) => String(lines.filtered)),
    ...tell('incomplete', before.errors.length + after.errors.length > 0, ({ errors }) => String(errors.length)),
  ]
}

const caveat = (code: CaveatCode, before: string, after: string): Caveat => ({ code, before, after })

const span = ({ window }: ComparableReport): string => `${window.from ?? ''}/${window.to ?? ''}`

const startOf = ({ window }: ComparableReport): number => Date.parse(window.from ?? '')
const endOf = ({ window }: ComparableReport): number => Date.parse(window.to ?? '')

/** By more than the line on the edge. */
const isOverlap = (before: ComparableReport, after: ComparableReport): boolean => Math.min(endOf(before), endOf(after)) - Math.max(startOf(before), startOf(after)) > MINUTE_MS

/** Minutes of the day that both hold, of those that either does; a zone moves both alike. */
const commonHours = (before: ComparableReport, after: ComparableReport): number => {
  const [own, other] = [minutesOfDay(before), minutesOfDay(after)]
  const common = [...own].filter((minute) => other.has(minute)).length
  const all = own.size + other.size - common
  return all === 0 ? 1 : common / all
}

/** By the quarter of an hour. */
const minutesOfDay = ({ timeline }: ComparableReport): Set<number> => {
  const quarters = new Set<number>()
  for (const { minute } of timeline) {
    quarters.add(Math.floor(((Date.parse(minute) / MINUTE_MS) % DAY_MINUTES) / 15))
    if (quarters.size === DAY_MINUTES / 15) break
  }
  return quarters
}

const isOneDay = ({ timeline }: ComparableReport): boolean => timeline.length > DAY_MINUTES / 2 && timeline.length <= DAY_MINUTES * 1.5

/** The middle of a local day is the same date in UTC, but for the far Pacific. */
const isWeekend = (report: ComparableReport): boolean => [0, 6].includes(new Date((startOf(report) + endOf(report)) / 2).getUTCDay())

const evidenceOf = ({ evidence }: ComparableReport): string => [evidence.errorLogLevel === 'none' ? 'no error log' : `error log at ${evidence.errorLogLevel}`, ...evidence.missing.filter((missing) => missing !== 'error-log' && missing !== 'info-level').map((missing) => `no ${missing}`)].join(', ')

const inputsOf = ({ inputs }: ComparableReport): string[] => inputs.filter(({ kind }) => kind === 'access').map(({ path }) => path)

/** A log under all the names that rotation gives it: `access.log.2.gz`, `access.log-20261120`; whatever folder it was copied to. */
const stemsOf = (report: ComparableReport): string[] => inputsOf(report).map((path) => path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:gz|zst|bz2|xz)$/, '').replace(/(?:[.-]\d[\d-]*)$/, ''))

const hostsOf = ({ hosts }: ComparableReport): string[] => hosts.map(({ name }) => name)

/** Also where one side does not say. */
const isCommon = (own: readonly string[], other: readonly string[]): boolean => own.length === 0 || other.length === 0 || own.some((name) => other.includes(name))

const formatsOf = ({ inputs }: ComparableReport): string => [...new Set(inputs.filter(({ kind }) => kind === 'access').map(({ logFormat }) => logFormat))].sort().join(', ')
