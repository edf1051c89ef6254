import { isFallbackPath, isSocketIo } from '../session/socket-path.ts'
import { mostOf, byStatusOf } from './failed.ts'
import { CONNECTION_MAP, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import { perDay, type Rule } from './rule.ts'

/** Socket.IO opens with two to four polls and then upgrades; a client that never does polls every few seconds. */
const USUAL_POLLS = 10
/** Fewer are a test, or a crawler. */
const MIN_POLLS = 100

/** Requests of the fallback to plain HTTP, far more than clients need that upgrade later. */
export const fallbackToPolling: Rule = (facts) => {
  const { report, summary } = facts
  const { polling } = report.otherRequests
  const isOfLibrary = ({ path }: { path: string }): boolean => isSocketIo(path) || isFallbackPath(path) || path.includes('sockjs')
  const sessions = Math.round(summary.sessionSample.rows.filter(isOfLibrary).length / summary.sessionSample.share)
  if (polling < MIN_POLLS || polling <= sessions * USUAL_POLLS) return undefined
  const rows = summary.failureSample.rows.filter(isOfLibrary)
  const failed = Math.round(rows.length / summary.failureSample.share)
  return {
    code: 'fallback-to-polling',
    // That they poll because the socket failed is seen only where one failed.
    severity: failed > 0 || sessions === 0 ? 'warning' : 'info',
    layer: failed > 0 ? (rows[0]!.verdict.layer) : 'unknown',
    title: sessions === 0 ? 'Clients poll over plain HTTP and never get a socket' : 'Clients may poll over plain HTTP instead of using a socket',
    detail: `${polling} polling requests of a socket library stand against ${sessions} sessions of it${failed > 0 ? `; ${failed} of its handshakes failed` : ''}. Clients that upgrade need a handful of polls each.`,
    sessions: failed,
    share: report.handshakes.attempts === 0 ? 0 : failed / report.handshakes.attempts,
    sessionsPerDay: perDay(facts, failed),
    evidence: { pollingRequests: polling, sessions, failed, byStatus: byStatusOf(rows), paths: mostOf(rows, 'path').slice(0, 5) },
    fix: {
      text: 'Pass the headers of the handshake to the backend, and look at why handshakes fail, if they do. Clients set to transports: ["polling"] never try.',
      nginx: `${CONNECTION_MAP}\n# in the location of ${rows.length === 0 ? '/socket.io/' : plainPathOf(rows)}\n${UPGRADE_HEADERS}`,
    },
    source: 'https://socket.io/docs/v4/reverse-proxy/',
  }
}
