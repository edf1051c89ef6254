import { atMostWarning, type Failed, failedBy, failureFinding, MIN_FAILED, partOf, failureSeverity } from './failed.ts'
import { CONNECTION_MAP, indented, UPGRADE_HEADERS } from './fixes.ts'
import { placeOf } from '../session/place.ts'
import { workingPlaces } from './places.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

const BY_UPSTREAM = new Set([400, 404, 502])

/**
 * The backend is asked for another path than the client asked for, and answers as to a path it does not know. Such
 * rewriting is what `proxy_pass http://host/` is for: it counts only where no handshake succeeds.
 */
export const rewrittenPath: Rule = (facts) => {
  const { rewrites } = facts
  if (rewrites === undefined || rewrites.size === 0) return undefined
  const failed = failedBy(facts, ({ cause, status }) => BY_UPSTREAM.has(status) && (cause === 'upgrade-missing' || cause === 'upstream-closed' || cause === 'server-error'))
  if (failed === undefined) return undefined
  const isWorking = workingPlaces(facts)
  const rows = failed.rows.filter((row) => rewrites.of(placeOf(row.path)) !== undefined && !isWorking(row))
  if (rows.length < MIN_FAILED) return undefined
  const rewrite = rewrites.of(placeOf(rows[0]!.path))!
  const own: Failed = { ...partOf(failed, rows), confidence: 'guess' }
  return failureFinding(facts, own, {
    code: 'rewritten-path',
    layer: 'nginx',
    severity: atMostWarning(failureSeverity(own)),
    title: `nginx asks the backend for another path than ${short(rows[0]!.path)}, which may not know it`,
    detail: `${own.count} handshakes (${percent(own.share)}) failed where the error log shows the backend being asked for ${short(rewrite.to)} instead of ${short(rewrite.from)}; none succeeded there.`,
    evidence: { requested: rewrite.from, askedFor: rewrite.to, entries: rewrite.count },
    fix: {
      text: 'A proxy_pass that ends in a path, even in a lone slash, replaces the part that the location matched; without one the path is passed on as it is.',
      nginx: `${CONNECTION_MAP}\n# in the server block, instead of the location there; proxy_pass without a slash at the end, with the address of your backend\nlocation /ws/ {\n    proxy_pass http://127.0.0.1:8080;\n${indented(UPGRADE_HEADERS)}\n}`,
    },
    source: 'https://github.com/kubernetes/ingress-nginx/issues/9674',
  })
}
