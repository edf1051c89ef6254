import type { Zone } from 'luxon'
import type { RankedReport, Report } from '../report/report.ts'
import { formatAge, formatBytes, formatCount, formatInstant, formatSeconds, formatShare } from './format.ts'
import { sanitize } from './sanitize.ts'
import { healthSentences, MISSING, RULES } from './sentences.ts'

/** The report as Markdown, for a ticket or a chat. Texts from the log show as they are, never as markup. */
export const renderMarkdown = (report: Report, { zone }: { zone: Zone }): string => {
  const { window, handshakes, sessions, active, drops, lines, evidence } = report
  const d = sessions.durationSeconds
  const blocks = [
    '# WebSocket sessions',
    report.inputs.map(({ path, logFormat }) => text(`${path} (${logFormat})`)).join(', '),
    `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${window.timeZone}`,
    healthSentences(report, zone).map(text).join(' '),
    table(['', ''], [
      ['handshakes', `${formatCount(handshakes.attempts)}, ${formatCount(handshakes.succeeded)} reached 101 (${formatShare(handshakes.successRate)})`],
      ['sessions ended', `${formatCount(sessions.count)}${sessions.quiet === null ? '' : `, ${formatCount(sessions.quiet)} quiet`}`],
      ['open at once', active.peak === null ? '–' : `at least ${formatCount(active.peak)}, ${formatInstant(active.peakAt, zone)}`],
      ['lived', `p50 ${formatSeconds(d.p50)}, p90 ${formatSeconds(d.p90)}, p95 ${formatSeconds(d.p95)}, p99 ${formatSeconds(d.p99)}, max ${formatSeconds(d.max)}`],
      ['bytes to clients', formatBytes(sessions.bytesToClient.total)],
      ['drops per minute', `mean ${drops.perMinute.mean ?? '–'}, p95 ${drops.perMinute.p95 ?? '–'}, max ${drops.perMinute.max ?? '–'} at ${formatInstant(drops.perMinute.maxAt, zone)}`],
    ]),
  ]
  if (handshakes.failures.length > 0) {
    blocks.push('## Failed handshakes', table(['cause', 'layer', 'status', 'count', 'share'], handshakes.failures.map(({ cause, layer, status, count, share }) => [cause, layer, String(status).padStart(3, '0'), formatCount(count), formatShare(share)])))
  }
  if (report.clusters.length > 0) {
    blocks.push('## Ages at which sessions end together', table(['age', 'width', 'sessions', 'share', 'quiet'], report.clusters.map((cluster) => [formatAge(cluster.seconds), formatAge(cluster.to - cluster.from), formatCount(cluster.sessions), formatShare(cluster.share), cluster.quiet === null ? '–' : formatShare(cluster.quiet / cluster.sessions)])))
  }
  for (const [title, rows] of [['Upstreams', report.upstreams], ['Hosts', report.hosts], ['Paths', report.paths], ['Clients', report.clients]] as const) {
    if (rows.length > 0) blocks.push(`## ${title}`, ranking(rows))
  }
  blocks.push('## What this rests on', [
    `- ${formatCount(lines.read)} lines read, ${formatCount(lines.skipped)} skipped as broken, ${formatCount(lines.filtered)} filtered out`,
    `- counted as handshakes: ${RULES[handshakes.rule.kind]}`,
    ...report.errors.map(({ message }) => `- not read: ${text(message)}`),
    ...evidence.missing.map((missing) => `- cannot tell ${MISSING[missing]}`),
  ].join('\n'))
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

const ranking = (rows: readonly RankedReport[]): string =>
  table(['name', 'attempts', 'success', 'drops', 'p50', 'p95'], rows.map((row) => [row.name, formatCount(row.attempts), formatShare(row.successRate), formatCount(row.drops), formatSeconds(row.p50), formatSeconds(row.p95)]))

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(text))].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** Whatever Markdown or HTML would take for markup, escaped; a backslash before any mark is always itself. */
const text = (value: string): string => sanitize(value).replaceAll(/[\\`*_{}[\]()#+!|<>~&]/g, String.raw`\$&`)
