import type { Against } from '../compare/against.ts'
import type { Report } from '../report/report.ts'
import type { LogZone } from './log-zone.ts'
import { type FileKind, renderFile } from './output.ts'
import type { Streams } from './streams.ts'
import { writeFiles } from './write-files.ts'

/** Writes a report to the files of `-o`, each whole or not at all. @returns false when one could not be written: that was said. */
export const writeReportFiles = (outputs: readonly { readonly path: string; readonly kind: FileKind }[], report: Report, { zone, against, err }: { readonly zone: LogZone; readonly against: readonly Against[]; readonly err: Streams['err'] }): Promise<boolean> =>
  writeFiles(outputs.map(({ path, kind }) => ({ path, text: () => renderFile(kind, report, { zone, against }) })), { err })
