import { HANDSHAKE_CAUSES } from '../cause/cause.ts'
import { FAILURE, SUCCESS_RATE } from './margins.ts'
import { type Both, change, type DraftRow, type Measured, measureRatio, noises } from './measured.ts'
import type { Side, Sides } from './sides.ts'

/** Whether handshakes reach 101, and why those fail that do not: shares of all attempts. */
export const handshakeRows = ({ before, after }: Sides): DraftRow[] => {
  const attempts: Both<number> = { before: before.report.handshakes.attempts, after: after.report.handshakes.attempts }
  // All causes together: a report does not tell them by the minute, and none of them varies by more than all do.
  const noise = noises({ before: before.blocks, after: after.blocks }, { events: (block) => block.failures, of: (block) => block.attempts })
  const reason = before.report.handshakes.rule.kind === after.report.handshakes.rule.kind ? null : 'rule-differs'
  const failed = (side: Side): number => side.report.handshakes.attempts - side.report.handshakes.succeeded
  const succeeded = { before: before.report.handshakes.succeeded, after: after.report.handshakes.succeeded }
  const failures = measureRatio({ unit: 'share', events: { before: failed(before), after: failed(after) }, of: attempts, noise, margin: SUCCESS_RATE })
  const causes = HANDSHAKE_CAUSES.map((cause) => ({ cause, before: countOf(before, cause), after: countOf(after, cause) })).filter((row) => row.before + row.after > 0)
  return [
    { id: 'success-rate', group: 'handshakes', label: 'success rate', good: 'up', counts: succeeded, presence: null, main: turned(failures), also: null, reason },
    ...causes.map(({ cause, ...counts }): DraftRow => ({
      id: `failure:${cause}`, group: 'failures', label: `failed: ${cause}`, good: 'down', counts, presence: null,
      main: measureRatio({ unit: 'share', events: counts, of: attempts, noise, margin: FAILURE }), also: null,
      reason: reason ?? (before.report.evidence.errorLogLevel === after.report.evidence.errorLogLevel ? null : 'evidence-differs'),
    })),
  ]
}

const countOf = ({ report }: Side, cause: string): number => report.handshakes.failures.reduce((sum, failure) => sum + (failure.cause === cause ? failure.count : 0), 0)

/** The success rate is what the failures leave: its small changes are large ones of theirs. */
const turned = (failures: Measured): Measured => {
  const success = change(failures.before === null ? null : 1 - failures.before, failures.after === null ? null : 1 - failures.after)
  return {
    ...failures,
    ...success,
    difference: failures.difference === null ? null : 0 - failures.difference,
    interval: failures.interval === null ? null : { low: -failures.interval.high, high: -failures.interval.low },
  }
}
