import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Finding } from '../report/report.ts'
import { isSocketIo } from '../session/socket-path.ts'
import { aboveBy, type Proportion } from './compare.ts'
import { atMostWarning, CRITICAL_SHARE, failureFinding, MIN_FAILED, mostOf, failureSeverity } from './failed.ts'
import { handshakesOf } from './places.ts'
import { perDay, type Facts, type Rule } from './rule.ts'
import { percent } from './wording.ts'

/** Enough returns of either kind for a share to mean something. */
const MIN_RETURNS = 30
/** By chance this difference comes once in a million comparisons. */
const MIN_SIGMA = 5
/** A smaller difference is no reason to change a load balancer. */
const MIN_DIFFERENCE = 0.2
/** A session that ends so soon did not find what it needed. */
const SOON_MS = 3000

const FIX: Finding['fix'] = {
  text: 'Lead each client to the same backend again. ip_hash takes the address; behind a load balancer or a NAT take what tells clients apart there, such as a cookie of your own: "hash $cookie_NAME consistent".',
  nginx: '# in the http block; with the addresses of your backends\nupstream backend {\n    ip_hash;\n    server 10.0.0.1:8080;\n    server 10.0.0.2:8080;\n}',
}

/** Sessions that live in the memory of one backend, and clients that are led to another. */
export const noStickiness: Rule = (facts) => unknownSessions(facts) ?? lostOnChange(facts)

/** 400 is what Socket.IO answers to a `sid` it did not give out itself; a single backend knows all of its own. */
export const unknownSessionRows = (facts: Facts): SampledHandshake[] => {
  const rows = [...facts.summary.failureSample.rows, ...facts.summary.sessionSample.rows].filter(({ path, upstream }) => upstream !== '' && isSocketIo(path))
  return new Set(rows.map(({ upstream }) => upstream)).size < 2 ? [] : rows.filter(({ status }) => status === 400)
}

const unknownSessions = (facts: Facts): Finding | undefined => {
  const rows = unknownSessionRows(facts)
  const upstreams = mostOf(rows, 'upstream').length
  if (rows.length < MIN_FAILED || upstreams < 2) return undefined
  const { failureSample, sessionSample } = facts.summary
  const succeeded = sessionSample.rows.filter(({ path }) => isSocketIo(path)).length / sessionSample.share
  // Where none succeeds, the headers are missing rather than the sessions.
  if (succeeded < MIN_FAILED) return undefined
  const count = Math.round(rows.length / failureSample.share)
  const share = count / facts.report.handshakes.attempts
  const failed = { count, share, confidence: 'guess', layer: 'nginx', byStatus: { 400: count }, rows } as const
  return failureFinding(facts, failed, {
    code: 'no-stickiness',
    severity: atMostWarning(failureSeverity(failed)),
    title: 'Socket.IO clients may reach a backend that does not know their session',
    detail: `${count} handshakes (${percent(share)}) got 400 from Socket.IO, spread over ${upstreams} backends, while ${Math.round(succeeded)} succeeded. Each backend knows only the sessions that began there and answers 400 to others; an old client or a bad request gets 400 as well.`,
    fix: FIX,
    source: 'https://socket.io/docs/v4/using-multiple-nodes/',
  })
}

/** Clients that come back: how it goes at the backend they had, and at another. */
const lostOnChange = (facts: Facts): Finding | undefined => {
  const { rows, share: sampled } = handshakesOf(facts)
  // A sample has not the one before: what looks like a return to the same backend may be none.
  if (sampled < 1) return undefined
  const [changed, stayed] = returnsOf(rows)
  const difference = changed.hits / changed.of - stayed.hits / stayed.of
  if (Math.min(changed.of, stayed.of) < MIN_RETURNS || difference < MIN_DIFFERENCE || aboveBy(changed, stayed) < MIN_SIGMA) return undefined
  const share = changed.hits / (facts.report.handshakes.attempts || 1)
  return {
    code: 'no-stickiness',
    severity: atMostWarning(share >= CRITICAL_SHARE ? 'critical' : 'warning'),
    layer: 'nginx',
    title: 'Clients that are led to another backend may lose their session',
    detail: `Of ${changed.of} returns to another backend than before ${percent(changed.hits / changed.of)} failed or ended within ${SOON_MS / 1000} s; of ${stayed.of} returns to the same one only ${percent(stayed.hits / stayed.of)}.`,
    sessions: changed.hits,
    share,
    sessionsPerDay: perDay(facts, changed.hits),
    evidence: { changed: changed.of, changedLost: changed.hits, stayed: stayed.of, stayedLost: stayed.hits },
    fix: FIX,
    source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#ip_hash',
  }
}

const returnsOf = (rows: readonly SampledHandshake[]): [changed: Proportion, stayed: Proportion] => {
  const changed = { hits: 0, of: 0 }
  const stayed = { hits: 0, of: 0 }
  const last = new Map<string, string>()
  for (const row of rows.toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
    if (row.upstream === '') continue
    const key = `${row.client} ${row.path}`
    const before = last.get(key)
    last.set(key, row.upstream)
    if (before === undefined) continue
    const group = before === row.upstream ? stayed : changed
    group.of++
    if (row.status !== 101 || row.durationMs < SOON_MS) group.hits++
  }
  return [changed, stayed]
}
