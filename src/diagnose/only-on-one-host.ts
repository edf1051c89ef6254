import type { Finding } from '../report/report.ts'
import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import { failureFinding, byStatusOf } from './failed.ts'
import { CONNECTION_MAP, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

/** Fewer handshakes of a host are no comparison. */
const MIN_ATTEMPTS = 10
const BROKEN_RATE = 0.5
const WORKING_RATE = 0.9
/** One cause must stand for most failures of the host, else it only has many troubles. */
const DOMINANT_SHARE = 0.6
/** Scanners ask for a bare address; nobody's socket lives there. */
const ADDRESS = /^\[?[\d.]+(?::\d+)?$|^\[[\da-f:.]+\]|^[_-]?$/i
/** Nothing in nginx sets them apart by host. */
const NOT_OF_HOSTS = new Set(['client-gone', 'other'])

/** "ws works, wss does not": one server block has what the other lacks. */
export const onlyOnOneHost: Rule = (facts) => {
  const hosts = facts.summary.rankings.hosts.rows().filter(({ attempts, label }) => attempts >= MIN_ATTEMPTS && !ADDRESS.test(label))
  const working = hosts.filter(({ attempts, sessions }) => sessions >= attempts * WORKING_RATE)
  const [best] = working
  if (best === undefined) return undefined
  return hosts.filter(({ attempts, sessions }) => sessions < attempts * BROKEN_RATE).flatMap((host): Finding[] => {
    const rows = facts.summary.failureSample.rows.filter((row) => row.host === host.label)
    const dominant = dominantCause(rows)
    if (dominant === undefined || NOT_OF_HOSTS.has(dominant.cause)) return []
    const count = host.attempts - host.sessions
    const isHeaders = dominant.cause === 'upgrade-missing'
    const failed = { count, share: count / facts.report.handshakes.attempts, confidence: dominant.confidence, layer: dominant.layer, byStatus: byStatusOf(rows), rows }
    return [failureFinding(facts, failed, {
      code: 'only-on-one-host',
      title: `Handshakes succeed on ${short(best.label)} and fail on ${short(host.label)}`,
      detail: `On ${short(host.label)} ${percent(count / host.attempts)} of ${host.attempts} handshakes failed, most of them with the cause ${dominant.cause}; on ${short(best.label)} ${percent(best.sessions / best.attempts)} of ${best.attempts} succeeded.`,
      evidence: { cause: dominant.cause, workingHosts: working.slice(0, 5).map(({ label, attempts, sessions }) => ({ host: label, attempts, sessions })) },
      fix: {
        text: `Compare the server blocks of the two${isHeaders ? ', often one for port 80 and one for 443: the failing one lacks the location of the sockets or its headers' : ': what the failing one does with this path differs'}.`,
        nginx: isHeaders ? `${CONNECTION_MAP}\n# in the location of ${plainPathOf(rows)}, in the server block of the host that fails\n${UPGRADE_HEADERS}` : '',
      },
      source: 'https://nginx.org/en/docs/http/websocket.html',
    })]
  })
}

const dominantCause = (rows: readonly SampledHandshake[]): SampledHandshake['verdict'] | undefined => {
  const counts = new Map<SampledHandshake['verdict'], number>()
  for (const { verdict } of rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  if (most === undefined) return undefined
  const [verdict] = most
  const count = [...counts].reduce((sum, [{ cause }, times]) => sum + (cause === verdict.cause ? times : 0), 0)
  return count >= rows.length * DOMINANT_SHARE ? verdict : undefined
}
