import type { Finding } from '../report/report.ts'
import { atMostWarning, type Failed, failedOf, failureFinding, MIN_FAILED, partOf, failureSeverity } from './failed.ts'
import { CONNECTION_MAP, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import { unknownSessionRows } from './no-stickiness.ts'
import { workingPlaces } from './places.ts'
import type { Facts, Rule } from './rule.ts'
import { whereOf } from './where.ts'
import { percent } from './wording.ts'

/** Statuses by which a backend says that it got no handshake; 200 and 404 are also what it says of a wrong path. */
const TELLING = new Set([400, 426])

/**
 * The backend answers as to plain HTTP, at places where no handshake ever succeeds: nginx passes no Upgrade header.
 * Where others succeed at the same place the headers do pass: then the backend refused for a reason of its own.
 */
export const upgradeMissing: Rule = (facts) => {
  const failed = failedOf(facts, 'upgrade-missing')
  if (failed === undefined) return undefined
  const isWorking = workingPlaces(facts)
  // What no-stickiness speaks of is not said twice.
  const unknownSessions = new Set(unknownSessionRows(facts))
  const isRefused = (row: Failed['rows'][number]): boolean => isWorking(row) && !unknownSessions.has(row)
  return [missing(facts, partOf(failed, failed.rows.filter((row) => !isWorking(row)))), refused(facts, partOf(failed, failed.rows.filter(isRefused)))].filter((finding) => finding !== undefined)
}

const missing = (facts: Facts, failed: Failed): Finding | undefined => {
  if (failed.count < MIN_FAILED) return undefined
  const telling = failed.rows.filter(({ status }) => TELLING.has(status)).length
  // Without $http_upgrade a health check or a crawler at the socket's path looks the same.
  const isAsked = facts.report.handshakes.rule.kind === 'http-upgrade' || facts.report.handshakes.rule.kind === 'own-log'
  const isSure = isAsked && telling * 2 >= failed.rows.length
  const where = whereOf(failed.rows)
  const severity = failureSeverity(failed)
  const statuses = Object.keys(failed.byStatus).join(', ')
  return failureFinding(facts, failed, {
    code: 'upgrade-missing',
    layer: 'nginx',
    severity: isSure ? severity : atMostWarning(severity),
    title: `nginx ${isSure ? 'does not seem to pass' : 'may not pass'} the Upgrade header to the backend ${where}`,
    detail: `The backend answered ${failed.count} handshakes (${percent(failed.share)}) with ${statuses}, as it answers plain HTTP, and none of them succeeded there.${isSure ? '' : isAsked ? ' A wrong path looks the same.' : ' Plain requests, such as health checks, look the same: log $http_upgrade to tell.'}`,
    fix: {
      text: 'Pass the two headers, which nginx drops as hop-by-hop, and speak HTTP/1.1 to the backend: the default is 1.0 before nginx 1.29.7, and since then Connection is still not passed. A location with any proxy_set_header of its own inherits none from above.',
      nginx: `${CONNECTION_MAP}\n# in the location of ${plainPathOf(failed.rows)}\n${UPGRADE_HEADERS}`,
    },
    source: 'https://nginx.org/en/docs/http/websocket.html',
  })
}

const refused = (facts: Facts, failed: Failed): Finding | undefined => {
  if (failed.count < MIN_FAILED) return undefined
  const statuses = Object.keys(failed.byStatus).join(', ')
  return failureFinding(facts, failed, {
    code: 'refused-by-backend',
    layer: 'upstream',
    severity: atMostWarning(failureSeverity(failed)),
    title: `The backend answers some handshakes with ${statuses}, and accepts others at the same place`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) got ${statuses} from the backend where others succeed, so nginx does pass their headers: the requests themselves differ, or plain requests came to the socket's path.`,
    fix: { text: "Look into the backend's log for these requests: a session unknown to it, a wrong protocol, a room that is gone.", nginx: '' },
    source: 'https://github.com/gorilla/websocket/issues/61',
  })
}
