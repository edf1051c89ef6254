import { SUMMARY_SCHEMA, summaryToJson } from '../digest/document.ts'
import { type Settled, unsettled } from '../digest/settle.ts'
import { visibleJson } from '../render/json.ts'
import type { Report } from '../report/report.ts'
import type { Streams } from './streams.ts'
import { writeFiles } from './write-files.ts'

/** Writes the digest of a report to files, to be merged with those of other servers; the digest is no longer that of the report then. @returns false when one could not be written: that was said. */
export const writeSummaries = (paths: readonly string[], { version, generatedAt, window: { timeZone } }: Report, settled: Settled, err: Streams['err']): Promise<boolean> => {
  // Its one line feed is our own, and stands behind the last brace.
  const text = `${visibleJson(summaryToJson({ schema: SUMMARY_SCHEMA, version, generatedAt, timeZone, digest: unsettled(settled) }).trimEnd())}\n`
  return writeFiles(paths.map((path) => ({ path, text: () => text })), { err })
}
