import type { Zone } from 'luxon'
import { isFault } from '../cause/cause.ts'
import type { ClusterReport, Report } from '../report/report.ts'
import { formatBytes, formatCount, formatInstant, formatMinute, formatSeconds, formatShare } from './format.ts'
import { clusterCause, CONFIDENCES, ERROR_LOG_LINE, ERROR_LOG_STEPS, INFO_SAYS_MORE, LAYERS, NOT_SAID, openSentence, RULES, SAYS_MORE } from './sentences.ts'

/** Facts of a report that both the terminal and the HTML page show, a sentence each. Texts from the log in them are not yet safe to show. */

/** How many handshakes there were, and how it was decided what is one. */
export const handshakeFacts = ({ handshakes: { attempts, succeeded, rule }, otherRequests }: Report): { readonly counts: string; readonly rule: string | undefined } => {
  const others = [otherRequests.plain > 0 ? `${formatCount(otherRequests.plain)} plain requests` : '', otherRequests.polling > 0 ? `${formatCount(otherRequests.polling)} polling requests` : ''].filter((text) => text !== '')
  return {
    counts: `${formatCount(attempts)} attempts, ${formatCount(succeeded)} reached 101, ${formatCount(attempts - succeeded)} failed${others.length > 0 ? `; not counted: ${others.join(', ')}` : ''}`,
    rule: attempts === 0 ? undefined : `Counted: ${RULES[rule.kind]}.`,
  }
}

/** What sessions there were: ended, quiet, bytes, open at once, still open. */
export const sessionFacts = ({ sessions: { count, quiet, bytesToClient: bytes }, active, open, window }: Report, zone: Zone): string[] => {
  const still = open === null ? undefined : openSentence(open, (at) => formatInstant(at, zone))
  if (count === 0) return still === undefined ? [] : [still]
  return [
    `${formatCount(count)} ended${quiet === null ? '' : `, ${formatShare(quiet / count)} of them quiet (nothing but a Close frame to the client)`}`,
    ...(bytes.total === null ? [] : [`${formatBytes(bytes.total)} to clients: half of the sessions up to ${formatBytes(bytes.p50)}, the most in one ${formatBytes(bytes.max)}`]),
    ...(active.peakAt === null ? [] : [`at least ${formatCount(active.peak ?? 0)} open at once, at ${formatInstant(active.peakAt, zone)}${open === null ? '; those still open are not in the log' : ', of those that have ended'}`]),
    ...(still === undefined ? [] : [still]),
    ...(window.startedBefore > 0 ? [`${formatCount(window.startedBefore)} began before the first line; how many others did cannot be seen`] : []),
  ]
}

/** How long they lived; empty when the log does not tell. */
export const livedFacts = ({ sessions: { durationSeconds: d } }: Report): string[] =>
  d.p50 === null ? [] : [`p50 ${formatSeconds(d.p50)}`, `p90 ${formatSeconds(d.p90)}`, `p95 ${formatSeconds(d.p95)}`, `p99 ${formatSeconds(d.p99)}`, `max ${formatSeconds(d.max)}`]

const MINUTES_A_DAY = 1440

/** Whether times need their date to be told apart. */
export const isLongerThanADay = ({ timeline }: Pick<Report, 'timeline'>): boolean => timeline.length > MINUTES_A_DAY

export const dropsPerMinuteFact = (report: Report, zone: Zone): string => {
  const { p50, p95, max, maxAt } = report.drops.perMinute
  return `median ${formatCount(p50 ?? 0)}, p95 ${formatCount(p95 ?? 0)}, max ${formatCount(max ?? 0)} at ${formatMinute(maxAt, { zone, hasDate: isLongerThanADay(report) })}`
}

/** How many sessions a cluster holds, and who ended them. */
export const clusterFacts = (cluster: ClusterReport): { readonly sessions: string; readonly isFault: boolean; readonly verdict: string } => {
  const { sessions, share, quiet, cause, layer, confidence } = cluster
  const quietText = quiet === null ? '' : quiet === sessions ? ', all quiet' : quiet === 0 ? ', none quiet' : `, ${formatShare(quiet / sessions)} quiet`
  return {
    sessions: `${formatCount(sessions)} sessions (${formatShare(share)})${quietText}`,
    isFault: cause !== null && isFault(cause),
    verdict: cause === null ? clusterCause(cluster) : `${clusterCause(cluster)} – layer ${LAYERS[layer]}, ${CONFIDENCES[confidence]}`,
  }
}

/** Whether the logs tell of any session how it ended. */
export const isAnyEndingKnown = ({ endings }: Report): boolean => endings.some(({ cause, confidence }) => cause !== 'closed' || confidence !== 'guess')

/** What would tell who cut the sessions; undefined when nothing more would. */
export const whatWouldTell = (report: Report): { readonly why: string; readonly steps: readonly string[] } | undefined => {
  const { missing } = report.evidence
  if (missing.includes('error-log')) return { why: isAnyEndingKnown(report) ? SAYS_MORE : NOT_SAID, steps: ERROR_LOG_STEPS }
  return missing.includes('info-level') ? { why: INFO_SAYS_MORE, steps: [ERROR_LOG_LINE] } : undefined
}

/** How much was read, and how much of it could be used. */
export const lineFacts = ({ lines, inputs, window }: Report): string[] => {
  const formats = [...new Set(inputs.filter(({ kind }) => kind === 'access').map(({ logFormat, envelope }) => (envelope === null ? logFormat : `${logFormat} in ${envelope}`)).filter((format) => format !== ''))]
  return [
    `${formatCount(lines.read)} lines read${formats.length > 0 ? ` as ${formats.join(', ')}` : ''}, ${formatCount(lines.skipped)} skipped as broken${lines.filtered > 0 ? `, ${formatCount(lines.filtered)} filtered out` : ''}`,
    ...(lines.glued > 0 ? [`${formatCount(lines.glued)} lines stood behind a torn one and were read from there`] : []),
    ...(window.unplaced > 0 ? [`${formatCount(window.unplaced)} too far from the others in time to be placed`] : []),
  ]
}

/** What is still missing when the section of the endings has said what it lacks. */
export const missingElsewhere = ({ evidence, sessions }: Report): Report['evidence']['missing'] => evidence.missing.filter((one) => one !== 'error-log' || sessions.count === 0)
