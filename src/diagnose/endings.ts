import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { SessionCause } from '../cause/cause.ts'
import type { Facts } from './rule.ts'

/** How many sessions ended of a cause, and their share of all. */
export const endedOf = ({ report }: Pick<Facts, 'report'>, cause: SessionCause): { sessions: number; share: number } => {
  const sessions = report.endings.reduce((sum, ending) => sum + (ending.cause === cause ? ending.sessions : 0), 0)
  return { sessions, share: shareOfSessions({ report }, sessions) }
}

/** At most 1: numbers that are read off a sample are about right only. */
export const shareOfSessions = ({ report }: Pick<Facts, 'report'>, sessions: number): number => (report.sessions.count === 0 ? 0 : Math.min(1, sessions / report.sessions.count))

/** The sampled sessions that ended of a cause. */
export const sampleOf = ({ summary }: Pick<Facts, 'summary'>, cause: SessionCause): SampledHandshake[] => summary.sessionSample.rows.filter(({ verdict }) => verdict.cause === cause)

/** A count in the sample as one of all. */
export const scaled = (inSample: number, { share }: { readonly share: number }): number => Math.round(inSample / share)

/** The value that nearly all of them have, when others have another one. */
export const onlyOne = (rows: readonly SampledHandshake[], all: readonly SampledHandshake[], valueOf: (one: SampledHandshake) => string): string | undefined => {
  const counts = new Map<string, number>()
  for (const one of rows) counts.set(valueOf(one), (counts.get(valueOf(one)) ?? 0) + 1)
  const [value, most] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0])
  const usual = all.filter((one) => valueOf(one) === value).length / Math.max(1, all.length)
  return value !== '' && most >= MIN_ROWS && most >= rows.length * NEARLY_ALL && usual <= MAX_USUAL ? value : undefined
}

const MIN_ROWS = 3
const NEARLY_ALL = 0.9
/** More of all sessions than this, and the value says nothing of those. */
const MAX_USUAL = 0.7
