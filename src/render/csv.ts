import type { Report } from '../report/report.ts'
import { sanitize } from './sanitize.ts'

/**
 * The report as CSV (RFC 4180), one figure a row: `section,name,metric,value`. That shape loads into a
 * spreadsheet or a database as it is, and the columns never change when a section gets a new figure.
 */
export const renderCsv = (report: Report): string => {
  const rows: (readonly [string, string, string, string | number | null])[] = [['section', 'name', 'metric', 'value']]
  const add = (section: string, name: string, figures: Readonly<Record<string, string | number | boolean | null>>): void => {
    for (const [metric, value] of Object.entries(figures)) rows.push([section, name, metric, typeof value === 'boolean' ? String(value) : value])
  }
  const { window, health, lines, handshakes, sessions, active, drops } = report
  add('window', '', { from: window.from, to: window.to, timeZone: window.timeZone, startedBefore: window.startedBefore })
  for (const { path, logFormat, lines: read, parsed: whole, skipped, filtered, from, to } of report.inputs) add('inputs', path, { logFormat, lines: read, parsed: whole, skipped, filtered, from, to })
  add('health', '', { status: health.status, badFrom: health.badFrom, badTo: health.badTo, badMinutes: health.badMinutes, isOngoing: health.isOngoing, reasons: health.reasons.join(' ') })
  add('lines', '', { read: lines.read, parsed: lines.parsed, skipped: lines.skipped, filtered: lines.filtered })
  add('handshakes', '', { attempts: handshakes.attempts, succeeded: handshakes.succeeded, successRate: handshakes.successRate })
  for (const { cause, layer, status, count, share } of handshakes.failures) add('failures', `${cause} ${status}`, { layer, count, share })
  add('sessions', '', { count: sessions.count, quiet: sessions.quiet })
  add('sessions', 'durationSeconds', sessions.durationSeconds)
  add('sessions', 'bytesToClient', sessions.bytesToClient)
  add('active', '', { peak: active.peak, peakAt: active.peakAt })
  add('drops', '', { count: drops.count, faults: drops.faults })
  add('drops', 'perMinute', drops.perMinute)
  for (const { from, to, count } of sessions.histogram) add('histogram', `${from}-${to}`, { count })
  for (const { id, seconds, from, to, sessions: count, quiet, share } of report.clusters) add('clusters', id, { seconds, from, to, sessions: count, quiet, share })
  for (const ranking of ['upstreams', 'hosts', 'paths', 'clients'] as const) for (const { name, ...figures } of report[ranking]) add(ranking, name, figures)
  for (const { minute, ...figures } of report.timeline) add('timeline', minute, figures)
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** A spreadsheet takes a cell that begins with one of these for a formula; an apostrophe makes it text (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n]/

const cell = (value: string | number | null): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const shown = sanitize(value)
  const safe = FORMULA.test(shown) ? `'${shown}` : shown
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
