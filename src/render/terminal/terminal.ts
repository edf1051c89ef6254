import type { Zone } from 'luxon'
import type { RankedReport, Report } from '../../report/report.ts'
import { bar, compress, sparkline } from '../chart.ts'
import { formatAge, formatBytes, formatCount, formatInstant, formatMinute, formatSeconds, formatShare } from '../format.ts'
import type { Paint } from '../paint.ts'
import { sanitize } from '../sanitize.ts'
import { CAUSES, healthSentences, MISSING, RULES } from '../sentences.ts'
import { type Column, table } from './table.ts'

export interface TerminalOptions {
  readonly paint: Paint
  /** Columns of the terminal; the report is made for 80 and more. */
  readonly width: number
  readonly zone: Zone
}

/** The report for a person at a terminal: the answer first, then what it rests on. */
export const renderTerminal = (report: Report, options: TerminalOptions): string => {
  const sections = [headline, handshakes, sessions, clusters, drops, rankings, notes]
  return `${sections.flatMap((section) => section(report, options) ?? []).join('\n\n')}\n`
}

type Section = (report: Report, options: TerminalOptions) => string | undefined

const headline: Section = (report, { paint, width, zone }) => {
  const { health, window } = report
  const colour = health.status === 'ok' ? paint.good : health.status === 'unknown' ? paint.warn : paint.bad
  const mark = health.status === 'ok' ? '✓' : health.status === 'unknown' ? '?' : '✗'
  const [first = '', ...rest] = healthSentences(report, zone).flatMap((sentence) => wrap(sentence, width - 2))
  const files = report.inputs.map(({ path }) => sanitize(path)).join(' ')
  const span = window.from === null ? 'no lines in this time' : `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${window.timeZone}`
  return [paint.faint(cut(`wslog  ${files}`, width)), paint.faint(span), '', colour(paint.strong(`${mark} ${first}`)), ...rest.map((line) => `  ${line}`)].join('\n')
}

const handshakes: Section = ({ handshakes: { attempts, succeeded, failures, rule }, otherRequests }, { paint, width }) => {
  const failed = attempts - succeeded
  const others = [otherRequests.plain > 0 ? `${formatCount(otherRequests.plain)} plain requests` : '', otherRequests.polling > 0 ? `${formatCount(otherRequests.polling)} polling requests` : ''].filter((text) => text !== '')
  const lines = [
    title('Handshakes', paint),
    `  ${formatCount(attempts)} attempts, ${formatCount(succeeded)} reached 101, ${formatCount(failed)} failed${others.length > 0 ? `; not counted: ${others.join(', ')}` : ''}`,
    ...wrap(`Counted: ${RULES[rule.kind]}.`, width - 2).map((line) => paint.faint(`  ${line}`)),
  ]
  if (failures.length > 0) {
    const columns: Column[] = [{ title: '  failed', align: 'right' }, { title: 'share', align: 'right' }, { title: 'status', align: 'left' }, { title: 'layer', align: 'left' }, { title: 'cause', align: 'left' }]
    const rows = failures.slice(0, 10).map(({ cause, layer, status, count, share }) => [`  ${formatCount(count)}`, formatShare(share), String(status).padStart(3, '0'), layer, cause])
    lines.push('', table(columns, rows))
    const named = [...new Set(failures.slice(0, 10).map(({ cause }) => cause))]
    lines.push(...named.flatMap((cause) => wrap(`${cause}: ${CAUSES[cause]}`, width - 4)).map((line) => paint.faint(`    ${line}`)))
  }
  return lines.join('\n')
}

/** Bins of the terminal's histogram, in seconds: what people call them. */
const EDGES = [0, 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400, 604_800]

const sessions: Section = ({ sessions: { count, quiet, durationSeconds: d, bytesToClient, histogram }, active, window }, { paint, width, zone }) => {
  if (count === 0) return undefined
  const lines = [title('Sessions', paint), `  ${formatCount(count)} ended${quiet === null ? '' : `, ${formatCount(quiet)} of them quiet (${formatShare(quiet / count)}: nothing but a Close frame to the client)`}`]
  if (bytesToClient.total !== null) lines.push(`  ${formatBytes(bytesToClient.total)} to clients: half of the sessions under ${formatBytes(bytesToClient.p50)}, most in one ${formatBytes(bytesToClient.max)}`)
  if (active.peak !== null && active.peakAt !== null) lines.push(`  at least ${formatCount(active.peak)} open at once, at ${formatInstant(active.peakAt, zone)} (those still open are not in the log yet)`)
  if (window.startedBefore > 0) lines.push(`  ${formatCount(window.startedBefore)} began before the log does`)
  if (d.p50 === null) return lines.join('\n')
  lines.push('', `  lived: half up to ${formatSeconds(d.p50)}   p90 ${formatSeconds(d.p90)}   p95 ${formatSeconds(d.p95)}   p99 ${formatSeconds(d.p99)}   max ${formatSeconds(d.max)}`, '')
  const bins = EDGES.map((from, index) => ({ from, to: EDGES[index + 1] ?? Number.POSITIVE_INFINITY, count: 0 }))
  for (const cell of histogram) {
    // An edge of the report's bins may lie a hair below the round number that it stands for.
    const bin = bins.findLast(({ from }) => from <= cell.from * 1.001)!
    bin.count += cell.count
  }
  const first = bins.findIndex(({ count: some }) => some > 0)
  const last = bins.findLastIndex(({ count: some }) => some > 0)
  const most = Math.max(...bins.map(({ count: some }) => some))
  const known = bins.reduce((sum, { count: some }) => sum + some, 0)
  for (const { from, to, count: some } of bins.slice(first, last + 1)) {
    const label = to === Number.POSITIVE_INFINITY ? `over ${formatSeconds(from)}` : `${shortAge(from)} – ${formatSeconds(to)}`
    lines.push(`  ${label.padStart(16)}  ${formatShare(some / known).padStart(7)}  ${bar(some / most, Math.min(50, width - 32))}`.trimEnd())
  }
  return lines.join('\n')
}

const shortAge = (seconds: number): string => formatSeconds(seconds).replace(/ .*/, (unit) => (seconds === 0 ? '' : unit))

const clusters: Section = ({ clusters: found }, { paint }) => {
  if (found.length === 0) return undefined
  const columns: Column[] = [{ title: '  age', align: 'right' }, { title: 'width', align: 'right' }, { title: 'sessions', align: 'right' }, { title: 'share', align: 'right' }, { title: 'quiet', align: 'right' }, { title: 'by chance', align: 'right' }]
  const rows = found.map(({ seconds, from, to, sessions: count, share, quiet, expected }) => [`  ${formatAge(seconds)}`, formatAge(to - from), formatCount(count), formatShare(share), quiet === null ? '–' : formatShare(quiet / count), formatCount(Math.round(expected))])
  return [title('Ages at which sessions end together', paint), table(columns, rows)].join('\n')
}

const drops: Section = ({ timeline, drops: { perMinute } }, { paint, width, zone }) => {
  if (timeline.length < 2) return undefined
  const hasDate = timeline.length > 1440
  const { values, each } = compress(timeline.map((minute) => minute.drops), width - 4)
  const scale = each === 1 ? 'a minute a character' : `the worst of ${each} minutes a character`
  return [
    title('Drops per minute', paint),
    `  ${sparkline(values)}`,
    paint.faint(`  ${formatMinute(timeline[0]!.minute, { zone, hasDate })} – ${formatMinute(timeline.at(-1)!.minute, { zone, hasDate })}, ${scale}; median ${perMinute.p50}, p95 ${perMinute.p95}, max ${perMinute.max}`),
  ].join('\n')
}

const TITLES = { upstreams: 'Upstreams', hosts: 'Hosts', paths: 'Paths', clients: 'Clients' } as const

const rankings: Section = (report, options) => {
  const shown = (['upstreams', 'hosts', 'paths', 'clients'] as const).filter((field) => report[field].length > 0)
  return shown.length === 0 ? undefined : shown.map((field) => ranking(TITLES[field], report[field], report.rankings[field], options)).join('\n\n')
}

const ranking = (name: string, rows: readonly RankedReport[], { values, error }: Report['rankings']['hosts'], { paint, width }: TerminalOptions): string => {
  const columns: Column[] = [
    { title: `  ${name.toLowerCase()}`, align: 'left', width: width - 46 },
    { title: 'tries', align: 'right', width: 11 },
    { title: '101', align: 'right', width: 9 },
    { title: 'drops', align: 'right', width: 11 },
    { title: 'p50', align: 'right', width: 9 },
    { title: 'p95', align: 'right', width: 8 },
  ]
  const body = rows.map((row) => [`  ${sanitize(row.name)}`, formatCount(row.attempts), formatShare(row.successRate), formatCount(row.drops), formatSeconds(row.p50), formatSeconds(row.p95)])
  const rest = values > rows.length ? [paint.faint(`  ${formatCount(values - rows.length)} more${error > 0 ? `, each row short by up to ${formatCount(error)}` : ''}`)] : []
  return [title(name, paint), table(columns, body), ...rest].join('\n')
}

const notes: Section = ({ lines, errors, evidence, inputs }, { paint, width }) => {
  const text: string[] = []
  const filtered = lines.filtered > 0 ? `, ${formatCount(lines.filtered)} filtered out` : ''
  const formats = [...new Set(inputs.map(({ logFormat, envelope }) => (envelope === null ? logFormat : `${logFormat} in ${envelope}`)).filter((format) => format !== ''))]
  text.push(paint.faint(`  ${formatCount(lines.read)} lines read${formats.length > 0 ? ` as ${sanitize(formats.join(', '))}` : ''}, ${formatCount(lines.skipped)} skipped as broken${filtered}`))
  for (const { path, line, column, reason } of lines.examples) text.push(...wrap(`${sanitize(path)}:${line}:${column}: ${sanitize(reason)}`, width - 4).map((part) => `    ${part}`))
  for (const { message } of errors) text.push(...wrap(`not read: ${sanitize(message)}`, width - 2).map((part) => paint.bad(`  ${part}`)))
  if (evidence.missing.length > 0) text.push(paint.faint('  This log cannot tell'), ...evidence.missing.flatMap((missing) => wrap(`- ${MISSING[missing]}`, width - 4)).map((part) => paint.faint(`    ${part}`)))
  return [title('What this rests on', paint), ...text].join('\n')
}

const title = (text: string, { strong }: Paint): string => strong(text)

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
