import { loadKnownFormats } from '../../src/input/formats.ts'
import type { Facts } from '../../src/diagnose/rule.ts'
import { buildReport } from '../../src/report/build.ts'
import { findEvents } from '../../src/report/events.ts'
import { evidenceOf } from '../../src/run/evidence.ts'
import { openInputs } from '../../src/run/open-inputs.ts'
import { readErrors } from '../../src/run/read-errors.ts'
import { readInputs } from '../../src/run/read-inputs.ts'
import { stampZoneOf } from '../../src/commands/stamp-zone.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { temporaryFile, temporaryFolder } from './folder.ts'

export interface Logs {
  readonly access: string
  /** None when undefined. */
  readonly error?: string | undefined
  /** `--read-timeout`, ms. */
  readonly readTimeoutMs?: number
}

/** What rules look at, made of log texts as src/pipeline.ts makes it of files. */
export const factsOf = async ({ access, error, readTimeoutMs }: Logs): Promise<Facts> => {
  const folder = temporaryFolder()
  const files = [temporaryFile('ws_access.log', access, folder)]
  const errorFiles = error === undefined ? [] : [temporaryFile('error.log', error, folder)]
  const formats = (await loadKnownFormats()).map(({ format }) => format)
  const reading = { files, onRead: () => {}, threads: 1, top: 10, isQueryKept: false, isAnonymized: false, signal: new AbortController().signal, filters: NO_FILTERS, readTimeoutMs }
  const opened = await openInputs(files, errorFiles, formats, reading.signal)
  try {
    const errors = opened.errorLogs.length === 0 ? undefined : await readErrors(opened.errorLogs, { ...stampZoneOf(opened.offsets, undefined), ...NO_FILTERS }, reading)
    const read = await readInputs({ ...reading, inputs: opened.inputs, otherFormats: formats, errors })
    const parts = evidenceOf(read, errors === undefined ? undefined : { ...errors, lacking: undefined }, opened.failures)
    const report = buildReport({ ...parts, version: 'test', generatedAtMs: 0, timeZone: 'UTC', top: 10, clusters: read.patterns.clusters, open: read.open?.state(read.summary.toMs, 10) ?? null, events: findEvents(read.summary, read.patterns, errors, read.open?.takeLosses()) })
    if (report.lines.skipped > 0 || report.errors.length > 0) throw new Error(`a fixture that cannot be read: ${JSON.stringify({ ...report.lines, errors: report.errors })}`)
    return { report, summary: read.summary, patterns: read.patterns, rewrites: errors?.rewrites }
  } finally {
    await opened.close()
  }
}
