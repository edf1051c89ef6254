import type { ComparableMinute, ComparableReport } from './comparison.ts'

/** What happened in a stretch of the timeline. */
export interface Block {
  minutes: number
  attempts: number
  failures: number
  drops: number
  faults: number
  /** Hours that sessions were open in it, all together, about. */
  sessionHours: number
  /** Most open at once. */
  peak: number
  /** Drops by cause; empty where the report does not tell. */
  readonly causes: Map<string, number>
}

/** A report's timeline in blocks. */
export interface Blocks {
  readonly blocks: readonly Block[]
  /** Whether its minutes tell drops by cause. */
  readonly hasCauses: boolean
}

/** Lengths that divide a day. */
const LENGTHS = [1, 2, 5, 10, 20, 30, 60, 120, 180, 360, 720, 1440]
/** Enough to see how much blocks differ. */
const ENOUGH = 20

const MINUTE_MS = 60_000

/**
 * How long the blocks are, in minutes: as long as leaves twenty to the shorter report, so that a burst lies within one and
 * blocks know little of each other. An hour for a day, a day for a month.
 */
export const blockMinutes = (before: ComparableReport, after: ComparableReport): number => {
  const shorter = Math.min(before.timeline.length, after.timeline.length)
  return LENGTHS.findLast((length) => shorter >= length * ENOUGH) ?? 1
}

/** The timeline in blocks of so many minutes; what is left at the end is one of its own when it is at least half as long. */
export const blocksOf = ({ timeline }: ComparableReport, length: number): Blocks => {
  const blocks: Block[] = []
  let startMs = Number.NaN
  for (const minute of timeline) {
    const atMs = Date.parse(minute.minute)
    let block = blocks.at(-1)
    if (block === undefined || !(atMs - startMs < length * MINUTE_MS)) {
      block = { minutes: 0, attempts: 0, failures: 0, drops: 0, faults: 0, sessionHours: 0, peak: 0, causes: new Map() }
      blocks.push(block)
      startMs = atMs
    }
    add(block, minute)
  }
  const last = blocks.at(-1)
  const previous = blocks.at(-2)
  if (last !== undefined && previous !== undefined && last.minutes * 2 < length) join(previous, blocks.pop()!)
  // A minute with drops and no causes is of a version that does not tell them.
  return { blocks, hasCauses: timeline.length > 0 && timeline.every(({ drops, causes }) => drops === 0 || (causes !== undefined && Object.keys(causes).length > 0)) }
}

const add = (block: Block, { attempts, succeeded, drops, faults, active, causes = {} }: ComparableMinute): void => {
  block.minutes++
  block.attempts += attempts
  block.failures += attempts - succeeded
  block.drops += drops
  block.faults += faults
  block.sessionHours += (active ?? 0) / 60
  block.peak = Math.max(block.peak, active ?? 0)
  for (const [cause, count] of Object.entries(causes)) block.causes.set(cause, (block.causes.get(cause) ?? 0) + count)
}

const join = (block: Block, other: Block): void => {
  for (const field of ['minutes', 'attempts', 'failures', 'drops', 'faults', 'sessionHours'] as const) block[field] += other[field]
  block.peak = Math.max(block.peak, other.peak)
  for (const [cause, count] of other.causes) block.causes.set(cause, (block.causes.get(cause) ?? 0) + count)
}
