import type { SessionCause } from '../cause/cause.ts'
import { endedOf, onlyOne, sampleOf } from './endings.ts'
import type { Facts } from './rule.ts'
import { short } from './wording.ts'

/** Phones that change networks and tabs that are killed reset a few sessions in a hundred: nothing to mend. */
const UNUSUAL_SHARE = 0.05
const MIN_SESSIONS = 10

export interface ClientEnding {
  readonly sessions: number
  readonly share: number
  /** ` Most came from …`, when nearly all have that in common; empty otherwise. */
  readonly common: string
  readonly evidence: { readonly client: string | null; readonly path: string | null; readonly upstream: string | null }
}

/** Sessions that ended on the client's side of nginx, when they are unusually many. */
export const unusualClientEnding = (facts: Facts, cause: SessionCause): ClientEnding | undefined => {
  const { sessions, share } = endedOf(facts, cause)
  if (sessions < MIN_SESSIONS || share <= UNUSUAL_SHARE) return undefined
  const rows = sampleOf(facts, cause)
  const all = facts.summary.sessionSample.rows
  const client = onlyOne(rows, all, (one) => one.client)
  const path = onlyOne(rows, all, (one) => one.path)
  const upstream = onlyOne(rows, all, (one) => one.upstream)
  const common = client !== undefined ? ` Nearly all came from ${short(client)}.` : path !== undefined ? ` Nearly all were at ${short(path)}.` : upstream !== undefined ? ` Nearly all were at the upstream ${short(upstream)}.` : ''
  return { sessions, share, common, evidence: { client: client ?? null, path: path ?? null, upstream: upstream ?? null } }
}
