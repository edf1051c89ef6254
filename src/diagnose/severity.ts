import type { Confidence } from '../cause/cause.ts'
import type { Finding } from '../report/report.ts'

/** Fewer than this, of many, are clients that are gone anyway. */
const MIN_SHARE = 0.01
/** One or two of a kind happen by themselves. */
const MIN_SESSIONS = 3
/** One session in five: people notice. */
const CRITICAL_SHARE = 0.2
/** A handful may be a large share of a short log and means little. */
const MIN_CRITICAL = 10

export interface Weight {
  readonly sessions: number
  readonly share: number
}

/** Whether something befalls enough sessions to be worth a sentence. */
export const isWorthSaying = ({ sessions, share }: Weight): boolean => sessions >= MIN_SESSIONS && share >= MIN_SHARE

/** By the share of sessions; what is only a guess is never critical. */
export const severityOf = ({ sessions, share }: Weight, confidence: Confidence): Finding['severity'] => (share >= CRITICAL_SHARE && sessions >= MIN_CRITICAL && confidence !== 'guess' ? 'critical' : 'warning')
