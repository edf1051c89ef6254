import type { Zone } from 'luxon'
import type { Finding, RankedReport, Report } from '../report/report.ts'
import { isFault } from '../cause/cause.ts'
import { RANKED_FIELDS } from '../session/session.ts'
import { faultsFirst, sumLayers } from './faults.ts'
import { formatAge, formatBytes, formatCount, formatInstant, formatSeconds, formatShare } from './format.ts'
import { markdownTable as table, markdownText as text } from './markdown-text.ts'
import { RANKING_TITLES } from './ranking-titles.ts'
import { sanitize } from './sanitize.ts'
import { candidatesSentence, CAUSES, clusterCause, CONFIDENCES, endingText, errorLogSentences, EVENTS, eventDetail, eventSessions, findingWorth, healthSentences, LAYERS, MISSING, openSentence, RULES, SEVERITIES, unknownMessages } from './sentences.ts'

/** The report as Markdown, for a ticket or a chat. Texts from the log show as they are, never as markup. */
export const renderMarkdown = (report: Report, { zone }: { zone: Zone }): string => {
  const { window, handshakes, sessions, active, open, drops, lines, evidence } = report
  const d = sessions.durationSeconds
  const blocks = [
    '# WebSocket sessions',
    report.inputs.map(({ path, logFormat }) => text(`${path} (${logFormat})`)).join(', '),
    `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${window.timeZone}`,
    healthSentences(report, zone).map(text).join(' '),
    ...(report.findings.length > 0 ? ['## What to change', ...report.findings.map(finding)] : []),
    ...endings(report),
    ...events(report, zone),
    '## Figures',
    table(['', ''], [
      ['handshakes', `${formatCount(handshakes.attempts)}, ${formatCount(handshakes.succeeded)} reached 101 (${formatShare(handshakes.successRate)})`],
      ['sessions ended', `${formatCount(sessions.count)}${sessions.quiet === null ? '' : `, ${formatCount(sessions.quiet)} quiet`}`],
      ['open at once', active.peak === null ? '–' : `at least ${formatCount(active.peak)}, ${formatInstant(active.peakAt, zone)}`],
      ...(open === null ? [] : [['open at the end', openSentence(open, (at) => formatInstant(at, zone))]]),
      ['lived', `p50 ${formatSeconds(d.p50)}, p90 ${formatSeconds(d.p90)}, p95 ${formatSeconds(d.p95)}, p99 ${formatSeconds(d.p99)}, max ${formatSeconds(d.max)}`],
      ['bytes to clients', formatBytes(sessions.bytesToClient.total)],
      ['drops per minute', `mean ${drops.perMinute.mean ?? '–'}, p95 ${drops.perMinute.p95 ?? '–'}, max ${drops.perMinute.max ?? '–'} at ${formatInstant(drops.perMinute.maxAt, zone)}`],
    ]),
  ]
  if (handshakes.failures.length > 0) {
    blocks.push('## Failed handshakes', table(['cause', 'layer', 'status', 'count', 'share', 'why', 'how sure'], handshakes.failures.map(({ cause, layer, confidence, status, count, share }) => [cause, LAYERS[layer], String(status).padStart(3, '0'), formatCount(count), formatShare(share), CAUSES[cause], CONFIDENCES[confidence]])))
  }
  if (report.clusters.length > 0) {
    blocks.push('## Ages at which sessions end together', table(['age', 'sessions', 'share', 'quiet', 'cause', 'layer', 'how sure', 'because', 'known timers'], report.clusters.map((cluster) => [
      formatAge(cluster.seconds), formatCount(cluster.sessions), formatShare(cluster.share), cluster.quiet === null ? '–' : formatShare(cluster.quiet / cluster.sessions),
      clusterCause(cluster), LAYERS[cluster.layer], CONFIDENCES[cluster.confidence], cluster.evidence.join('; '), candidatesSentence(cluster) ?? '–',
    ])))
  }
  for (const field of RANKED_FIELDS) {
    if (report[field].length > 0) blocks.push(`## ${RANKING_TITLES[field]}`, ranking(report[field], drops.faults > 0))
  }
  blocks.push('## What this rests on', [
    `- ${formatCount(lines.read)} lines read, ${formatCount(lines.skipped)} skipped as broken, ${formatCount(lines.filtered)} filtered out`,
    `- counted as handshakes: ${RULES[handshakes.rule.kind]}`,
    ...errorLogSentences(evidence).map((sentence) => `- error log: ${text(sentence)}`),
    ...unknown(report),
    ...report.errors.map(({ message }) => `- not read: ${text(message)}`),
    ...evidence.missing.map((missing) => `- cannot tell ${MISSING[missing]}`),
  ].join('\n'))
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

const finding = ({ severity, title, detail, fix, source, ...worth }: Finding): string =>
  [
    `### ${text(title)}`,
    text(`${SEVERITIES[severity]}: ${findingWorth({ severity, title, detail, fix, source, ...worth })}`),
    text(detail),
    text(fix.text),
    fix.nginx.trim() === '' ? '' : fenced(fix.nginx),
  ].filter((block) => block !== '').join('\n\n')

/** A fence longer than any inside. */
const fenced = (lines: string): string => {
  const fence = '`'.repeat(Math.max(3, ...(lines.match(/`+/g) ?? []).map((run) => run.length + 1)))
  return `${fence}nginx\n${lines.split('\n').map(sanitize).join('\n')}\n${fence}`
}

const endings = (report: Report): string[] => {
  const layers = sumLayers(report)
  return [
    ...(report.endings.length > 0 ? ['## Who cut the sessions', table(['sessions', 'share', 'fault', 'layer', 'how', 'how sure'], faultsFirst(report.endings).map((ending) => [formatCount(ending.sessions), formatShare(ending.share), isFault(ending.cause) ? '✗' : '', LAYERS[ending.layer], endingText(ending), CONFIDENCES[ending.confidence]]))] : []),
    ...(layers.length > 0 ? ['## Where it broke', table(['layer', 'sessions cut', 'handshakes failed'], layers.map(({ layer, cut, failed }) => [LAYERS[layer], formatCount(cut), formatCount(failed)]))] : []),
  ]
}

const events = (report: Report, zone: Zone): string[] =>
  report.events.length > 0 ? ['## What happened', table(['time', 'what', 'sessions', 'upstream', 'detail'], report.events.map((event) => [formatInstant(event.at, zone), EVENTS[event.kind], eventSessions(event), event.upstream ?? '', eventDetail(event)]))] : []

const unknown = ({ evidence }: Report): string[] => {
  const found = unknownMessages(evidence)
  return found === undefined ? [] : [`- error log: ${found.sentence}: ${text(found.texts.join('; '))}`]
}

const ranking = (rows: readonly RankedReport[], hasFaults: boolean): string =>
  table(['name', 'attempts', 'success', 'drops', ...(hasFaults ? ['cut'] : []), 'p50', 'p95'], rows.map((row) => [row.name, formatCount(row.attempts), formatShare(row.successRate), formatCount(row.drops), ...(hasFaults ? [formatCount(row.faults)] : []), formatSeconds(row.p50), formatSeconds(row.p95)]))
