import { readSummary, SUMMARY_SCHEMA, summaryToJson } from '../../src/digest/document.ts'
import { type Parts, settle, unsettled } from '../../src/digest/settle.ts'
import { zoneOfOffset } from '../../src/commands/log-zone.ts'
import { stampZoneOf } from '../../src/commands/stamp-zone.ts'
import { loadKnownFormats } from '../../src/input/formats.ts'
import { analyzeLogs, reportOf } from '../../src/pipeline.ts'
import type { Report } from '../../src/report/report.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'

const FIXED = { top: 10, version: '0.0.0', generatedAtMs: 0 }

/** Logs, and the error logs beside them. */
export interface LogSet {
  readonly access: readonly string[]
  readonly errors: readonly string[]
}

/** What `wslog analyze` says of logs, and the summary that `-o x.summary.json` writes. */
export const analyzed = async ({ access, errors }: LogSet): Promise<{ report: Report; summary: string }> => {
  const formats = (await loadKnownFormats()).map(({ format }) => format)
  let timeZone = 'UTC'
  const { report, settled } = await analyzeLogs({
    files: access, errorFiles: errors, formats, readTimeoutMs: undefined, threads: 1, isQueryKept: false, isAnonymized: false, signal: new AbortController().signal, onRead: () => {},
    onOpen: ({ offsetMinutes, offsets }) => {
      timeZone = zoneOfOffset(offsetMinutes ?? 0).name
      return { filters: NO_FILTERS, timeZone, stampZone: stampZoneOf(offsets, undefined) }
    },
    ...FIXED,
  })
  return { report, summary: summaryToJson({ schema: SUMMARY_SCHEMA, version: '0.0.0', generatedAt: report.generatedAt, timeZone, digest: unsettled(settled) }) }
}

/** What `wslog merge` says of summaries, and the summary that it writes. */
export const mergedSummaries = async (summaries: readonly string[]): Promise<{ report: Report; summary: string }> => {
  const read = () => summaries.map((text, index) => readSummary(JSON.parse(text), `summary ${index}`).digest)
  const digests: Parts['digests'] = async (take) => {
    for (const digest of read()) take(digest)
  }
  const samples: Parts['samples'] = (take) => digests(({ summary }) => take(summary.sessionSample))
  const { timeZone } = readSummary(JSON.parse(summaries[0]!), 'the first')
  const settled = await settle({ digests, samples }, { readTimeoutMs: undefined, moments: [], coverage: [], parts: 'servers' })
  const report = reportOf(settled, { ...FIXED, timeZone, failures: [], open: null })
  return { report, summary: summaryToJson({ schema: SUMMARY_SCHEMA, version: '0.0.0', generatedAt: report.generatedAt, timeZone, digest: unsettled(settled) }) }
}
