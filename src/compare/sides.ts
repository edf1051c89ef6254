import { type Block, blockMinutes, blocksOf } from './blocks.ts'
import type { ComparableReport } from './comparison.ts'

/** One of two reports, with what the rows need of it. */
export interface Side {
  readonly report: ComparableReport
  readonly blocks: readonly Block[]
  readonly hasCauses: boolean
  /** How long the sessions that ended were open, all together; null where the format does not tell. */
  readonly sessionHours: number | null
}

export interface Sides {
  readonly before: Side
  readonly after: Side
  readonly blockMinutes: number
}

export const sidesOf = (before: ComparableReport, after: ComparableReport): Sides => {
  const length = blockMinutes(before, after)
  const side = (report: ComparableReport): Side => ({ report, ...blocksOf(report, length), sessionHours: hoursOf(report) })
  return { before: side(before), after: side(after), blockMinutes: length }
}

const hoursOf = ({ sessions: { count, durationSeconds } }: ComparableReport): number | null => (durationSeconds.mean === null ? null : (count * durationSeconds.mean) / 3600)
