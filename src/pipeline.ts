import { findClusters } from './cluster/find-clusters.ts'
import type { LogFormat } from './log-format/compile.ts'
import { buildReport } from './report/build.ts'
import type { Report } from './report/report.ts'
import { evidenceOf } from './run/evidence.ts'
import { openInputs, type OpenInputs } from './run/open-inputs.ts'
import { readInputs, type ReadInputsOptions } from './run/read-inputs.ts'
import type { Filters } from './session/filter.ts'

export interface AnalyzeOptions extends Omit<ReadInputsOptions, 'inputs' | 'otherFormats' | 'filters'> {
  /** Files, globs, `-`. */
  readonly files: readonly string[]
  /** Formats to recognise, such as those of `loadKnownFormats()`. */
  readonly formats: readonly LogFormat[]
  /** Called once the logs are open; times without a zone mean the log's own, which is known only then. */
  readonly onOpen: (opened: OpenInputs) => { readonly filters: Filters; readonly timeZone: string }
  /** Rows in ranked tables. */
  readonly top: number
  readonly version: string
  readonly generatedAtMs: number
}

/**
 * The architecture on one page. Data flows one way, each step a stage and a folder:
 *
 *     bytes ─ input ─▶ lines ─ log-format ─▶ records ─ session ─▶ sessions ─ aggregate ─▶ Summary ─ cluster ─▶ Report ─ render ─▶ text
 *
 * run/ leads the bytes through the first four of them, commands/ turns options into this call and its report
 * into text, files and an exit code. What cannot be read is in the report; nothing here throws for it.
 */
export const analyze = async (options: AnalyzeOptions): Promise<Report> => {
  const opened = await openInputs(options.files, options.formats, options.signal)
  try {
    const { filters, timeZone } = options.onOpen(opened)
    const read = await readInputs({ ...options, inputs: opened.inputs, otherFormats: options.formats, filters })
    const clusters = findClusters(read.summary.durationsMs, read.summary.quietDurationsMs)
    return buildReport({ ...options, ...evidenceOf(read, opened.failures), timeZone, clusters })
  } finally {
    await opened.close()
  }
}
