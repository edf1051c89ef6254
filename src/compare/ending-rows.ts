import { isFault, SESSION_CAUSES, type SessionCause } from '../cause/cause.ts'
import type { Block } from './blocks.ts'
import type { RowReason } from './comparison.ts'
import { ENDING } from './margins.ts'
import { type Both, type DraftRow, measureRatio, noises, unknownMeasure } from './measured.ts'
import type { Side, Sides } from './sides.ts'

/**
 * How sessions end: all that were cut, and each cause. Drops as such are no measure: every session ends once, and twice the users
 * have twice the drops. Of a cause, two numbers are compared. Its share of the sessions is what a user meets, but it rises by
 * itself when another cause is mended (who is not cut at 60 s lives to be reset later). Its rate in an hour of open sessions
 * does not, but falls by itself when sessions live longer. So only what both say is called better or worse.
 */
export const endingRows = (sides: Sides): DraftRow[] => {
  const { before, after } = sides
  const hasCauses = before.hasCauses && after.hasCauses
  const reason = isSameEvidence(sides) ? null : 'evidence-differs'
  const rows = SESSION_CAUSES.map((cause) => ({ cause, counts: { before: countOf(before, cause), after: countOf(after, cause) } })).filter(({ counts }) => counts.before + counts.after > 0)
  return [
    endingRow(sides, { id: 'faults', group: 'sessions', label: 'sessions cut', good: 'down', counts: { before: before.report.drops.faults, after: after.report.drops.faults }, events: ({ faults }) => faults, reason }),
    ...rows.map(({ cause, counts }) =>
      endingRow(sides, { id: `ending:${cause}`, group: 'endings', label: cause, good: isFault(cause) ? 'down' : 'neither', counts, events: eventsOf(cause, hasCauses), reason })),
  ]
}

/** What of a block belongs to a cause; without causes by the minute, all faults, or all that are none: no cause varies by more. */
export const eventsOf = (cause: SessionCause, hasCauses: boolean): ((block: Block) => number) => {
  if (hasCauses) return ({ causes }) => causes.get(cause) ?? 0
  return isFault(cause) ? ({ faults }) => faults : ({ drops, faults }) => drops - faults
}

const endingRow = ({ before, after }: Sides, { events, reason, ...row }: Pick<DraftRow, 'id' | 'group' | 'label' | 'good'> & { counts: Both<number>; events: (block: Block) => number; reason: RowReason | null }): DraftRow => {
  const blocks = { before: before.blocks, after: after.blocks }
  const hours = before.sessionHours === null || after.sessionHours === null ? undefined : { before: before.sessionHours, after: after.sessionHours }
  return {
    ...row,
    presence: null,
    main: measureRatio({ unit: 'share', events: row.counts, of: { before: before.report.sessions.count, after: after.report.sessions.count }, noise: noises(blocks, { events, of: ({ drops }) => drops }), margin: ENDING }),
    also: hours === undefined ? null : hours.before === 0 || hours.after === 0 ? unknownMeasure('per-session-hour', { before: null, after: null })
      : measureRatio({ unit: 'per-session-hour', events: row.counts, of: hours, noise: noises(blocks, { events, of: ({ sessionHours }) => sessionHours }), margin: { ...ENDING, least: ENDING.least * Math.min(before.report.sessions.count / hours.before, after.report.sessions.count / hours.after) } }),
    reason,
  }
}

/** What decides which causes a report can name. */
const DECISIVE = ['request-completion', 'body-bytes', 'request-time'] as const

/** Whether both reports could see the same causes. */
export const isSameEvidence = ({ before: { report: before }, after: { report: after } }: Sides): boolean =>
  before.evidence.errorLogLevel === after.evidence.errorLogLevel && DECISIVE.every((missing) => before.evidence.missing.includes(missing) === after.evidence.missing.includes(missing))

const countOf = ({ report }: Side, cause: SessionCause): number => report.endings.reduce((sum, ending) => sum + (ending.cause === cause ? ending.sessions : 0), 0)
