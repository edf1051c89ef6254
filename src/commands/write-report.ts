import type { Zone } from 'luxon'
import { WslogError } from '../errors.ts'
import { sanitize } from '../render/sanitize.ts'
import type { Report } from '../report/report.ts'
import { writeAtomically } from '../state/atomic-write.ts'
import { type FileKind, renderFile } from './output.ts'
import type { Streams } from './streams.ts'

/** Writes a report to the files of `-o`, each whole or not at all. @returns false when one could not be written: that was said. */
export const writeReportFiles = async (outputs: readonly { readonly path: string; readonly kind: FileKind }[], report: Report, { zone, err }: { readonly zone: Zone; readonly err: Streams['err'] }): Promise<boolean> => {
  const unwritten: WslogError[] = []
  for (const { path, kind } of outputs) {
    await writeAtomically(path, await renderFile(kind, report, zone), { mode: undefined }).catch((error: unknown) => {
      if (!(error instanceof WslogError)) throw error
      unwritten.push(error)
    })
  }
  for (const { message } of unwritten) err(`wslog: ${sanitize(message)}\n`)
  return unwritten.length === 0
}
