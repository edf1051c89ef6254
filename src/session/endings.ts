import { type HandshakeCause, LAYER_OF_FAILURE, type SessionCause } from '../cause/cause.ts'
import { endingVerdict, failureVerdict, type Verdict } from '../cause/verdict.ts'
import type { Message } from '../error-log/messages.ts'
import type { Coverage } from './coverage.ts'
import type { SessionEvent, NameTables } from './session.ts'

/** What the ages and the moments of all sessions together say of one that no error line explains. */
export interface EndingPatterns {
  /** Sets the cluster of a session that fits a pattern, and its verdict, unless an error line gives it one. */
  label(event: SessionEvent, names: NameTables): void
  /** Whether it may, by its times alone. */
  isOfInterest(endedAtMs: number, durationMs: number): boolean
}

const SILENT = endingVerdict('closed', 'guess')
const ORDERLY = endingVerdict('closed', 'likely')

/**
 * The verdict on a session without a line of its own. An orderly close by either side leaves nothing, and so
 * do resets over TLS; without level info, or outside of its time, nothing leaves a line that could be missed. Nor is an
 * age known to belong to a timer where the log has no ages or bytes: then `coverage` is to be undefined.
 */
export const verdictOfSilence = (endedAtMs: number, coverage: Coverage | undefined): Verdict<SessionCause> => (coverage?.info(endedAtMs) === true ? ORDERLY : SILENT)

/** What an error line says of the session that it belongs to; `isDoubtful`: it may belong to another one. */
export const verdictOfEnding = ({ sessionCause }: Message, isDoubtful = false): Verdict<SessionCause> =>
  // A line that tells of an end but not of its side ([crit] SSL_read) confirms nothing, an orderly close least of all.
  sessionCause === undefined ? SILENT : endingVerdict(sessionCause, isDoubtful ? 'likely' : 'confirmed')

/** What an error line says of the failed handshake that it belongs to; `isDoubtful`: it may belong to another one. */
export const verdictOfFailure = ({ handshakeCause = 'other' }: Message, isDoubtful = false): Verdict<HandshakeCause> =>
  failureVerdict(handshakeCause, LAYER_OF_FAILURE[handshakeCause], isDoubtful ? 'likely' : 'confirmed')
