import { WslogError } from '../errors.ts'
import type { InputFailure } from '../input/source.ts'
import type { Look } from './read-once.ts'

/**
 * Logs that did not hold the same lines when they were read again: truncated, or written anew. What the second look says of single lines
 * must not be set off against the first then. Lines that a filter leaves out are not told apart: a second look passes over most before it asks the filters.
 */
export const changedLogs = (first: Pick<Look, 'logs'>, second: Pick<Look, 'logs' | 'failures'>): InputFailure[] =>
  first.logs.flatMap(({ path, tally }, index) => {
    const again = second.logs[index]?.tally
    if (again !== undefined && again.bytes === tally.bytes && again.counts.read === tally.counts.read && again.counts.skipped === tally.counts.skipped && again.fromMs === tally.fromMs && again.toMs === tally.toMs) return []
    const failure = second.failures.find((one) => one.path === path)
    return [failure ?? { path, error: new WslogError('input', `${path}: was written anew while it was read; the causes that only many sessions together show are left out. Run this again`) }]
  })
