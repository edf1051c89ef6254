import type { EventReport } from '../report/report.ts'
import type { Rule } from './rule.ts'
import { counted } from './wording.ts'

/** What stops nginx explains a gap that begins within this time of it. */
const AROUND_MS = 2 * 60_000

/** No handshake and no drop for minutes, where many are usual: down, cut off, or a log that is missing. */
export const blackout: Rule = ({ report }) => {
  // Where no handshake ever comes again, a server was taken out of service and its last sessions ran out.
  const lastHandshake = report.timeline.findLast(({ attempts }) => attempts > 0)?.minute ?? ''
  const gaps = report.events.filter(({ kind, until }) => kind === 'blackout' && until !== null && until <= lastHandshake)
  if (gaps.length === 0) return undefined
  const minutes = gaps.reduce((sum, { at, until }) => sum + (until === null ? 0 : Math.round((Date.parse(until) - Date.parse(at)) / 60_000)), 0)
  const isStopped = gaps.some((gap) => report.events.some((event) => event.kind === 'nginx-stop' && isAround(event, gap)))
  return {
    code: 'blackout',
    severity: 'warning',
    layer: isStopped ? 'nginx' : 'unknown',
    title: `No traffic at all for ${counted(minutes, 'minute')}${gaps.length > 1 ? ` in ${gaps.length} gaps` : ''}: an outage, or a log that is missing`,
    detail: `${gaps[0]!.at.slice(0, 16)}Z: ${gaps[0]!.detail}. ${isStopped ? 'nginx was stopped around then.' : 'nginx, its host or what leads to it may have been down, or lines of that time went into another file.'}`,
    sessions: 0,
    share: 0,
    sessionsPerDay: 0,
    evidence: { gaps: gaps.slice(0, 20).map(({ at, until }) => ({ from: at, to: until })), minutes, isStopped },
    fix: { text: 'Look at the monitoring of the host, the load balancer and the network of that time, and whether a rotated log of it is missing in this report.', nginx: '' },
    source: 'https://nginx.org/en/docs/control.html#logs',
  }
}

const isAround = (event: EventReport, gap: EventReport): boolean => Date.parse(event.at) >= Date.parse(gap.at) - AROUND_MS && Date.parse(event.at) <= Date.parse(gap.until ?? gap.at)
