import { isFault } from '../cause/cause.ts'
import type { Report } from '../report/report.ts'
import { RANKED_FIELDS } from '../session/session.ts'
import { sumLayers } from './faults.ts'
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
  for (const { path, kind, logFormat, lines: read, parsed: whole, skipped, filtered, from, to } of report.inputs) add('inputs', path, { kind, logFormat, lines: read, parsed: whole, skipped, filtered, from, to })
  add('health', '', { status: health.status, badFrom: health.badFrom, badTo: health.badTo, badMinutes: health.badMinutes, isOngoing: health.isOngoing, reasons: health.reasons.join(' ') })
  for (const { code, severity, layer, title, detail, sessions: count, share, sessionsPerDay, fix, source } of report.findings) {
    // A snippet is a row for each of its lines: a cell holds no line break.
    const snippet = fix.nginx.trim() === '' ? [] : fix.nginx.split('\n').map((line, index) => [`nginx ${index + 1}`, line])
    add('findings', code, { severity, layer, title, detail, sessions: count, share, sessionsPerDay, fix: fix.text, ...Object.fromEntries(snippet), source })
  }
  for (const { cause, confidence, layer, sessions: count, share } of report.endings) add('endings', `${cause} ${confidence}`, { layer, sessions: count, share, isFault: isFault(cause) })
  for (const { layer, cut, failed } of sumLayers(report)) add('layers', layer, { sessionsCut: cut, handshakesFailed: failed })
  for (const { kind, at, until, sessions: count, upstream, detail } of report.events) add('events', `${at} ${kind}`, { until, sessions: count, upstream, detail })
  const { errorLogLevel, join, joined, errorLogZone, messages, missing } = report.evidence
  add('evidence', '', { errorLogLevel, join, endings: joined?.endings ?? null, found: joined?.found ?? null, ambiguous: joined?.ambiguous ?? null, errorLogZone: errorLogZone?.zone ?? null, errorLogZoneFrom: errorLogZone?.from ?? null, missing: missing.join(' ') })
  for (const { message, level, text, count } of messages) add('messages', `${message ?? 'unknown'} ${level}: ${text}`, { count })
  add('lines', '', { read: lines.read, parsed: lines.parsed, skipped: lines.skipped, filtered: lines.filtered })
  add('handshakes', '', { attempts: handshakes.attempts, succeeded: handshakes.succeeded, successRate: handshakes.successRate })
  for (const { cause, layer, confidence, status, count, share } of handshakes.failures) add('failures', `${cause} ${status}`, { layer, confidence, count, share })
  add('sessions', '', { count: sessions.count, quiet: sessions.quiet })
  add('sessions', 'durationSeconds', sessions.durationSeconds)
  add('sessions', 'bytesToClient', sessions.bytesToClient)
  add('active', '', { peak: active.peak, peakAt: active.peakAt })
  if (report.open !== null) {
    const { count, waitingAtMost, oldest, lost, untracked } = report.open
    add('open', '', { count, waitingAtMost, oldest: oldest?.startedAt ?? null, lost, untracked })
  }
  add('drops', '', { count: drops.count, faults: drops.faults })
  add('drops', 'perMinute', drops.perMinute)
  for (const { from, to, count } of sessions.histogram) add('histogram', `${from}-${to}`, { count })
  for (const { id, seconds, from, to, sessions: count, quiet, share, expected, cause, layer, confidence, evidence, candidates, echoes } of report.clusters) {
    add('clusters', id, { seconds, from, to, sessions: count, quiet, share, expected, cause, layer, confidence, evidence: evidence.join('; '), candidates: candidates.map(({ product, setting }) => `${product}: ${setting}`).join('; '), echoes: echoes.join(' ') })
  }
  for (const ranking of RANKED_FIELDS) for (const { name, ...figures } of report[ranking]) add(ranking, name, figures)
  for (const { minute, causes, ...figures } of report.timeline) add('timeline', minute, { ...figures, causes: Object.entries(causes).map(([cause, drops]) => `${cause}: ${drops}`).join('; ') })
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
