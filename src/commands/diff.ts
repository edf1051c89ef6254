import { compareReports } from '../compare/compare.ts'
import { readReport } from '../compare/read-report.ts'
import { WslogError } from '../errors.ts'
import { readDocument } from '../input/document.ts'
import { toAscii } from '../render/ascii.ts'
import { renderComparison } from '../render/comparison/terminal.ts'
import { renderJson } from '../render/json.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import { sanitize } from '../render/sanitize.ts'
import { writeAtomically } from '../state/atomic-write.ts'
import { type ResolvedDiffOptions, zoneOfReport } from './diff-options.ts'
import { renderDiffFile } from './diff-output.ts'
import { EXIT } from './exit.ts'
import type { Streams } from './streams.ts'

/** `wslog diff`: reads two reports, compares, writes; gives the exit code. @throws WslogError when one cannot be read */
export const runDiff = async (options: ResolvedDiffOptions, { out, err }: Pick<Streams, 'out' | 'err'>): Promise<number> => {
  const read = async (path: string) => readReport(await readDocument(path), path === '-' ? 'standard input' : path)
  const before = await read(options.before)
  const after = await read(options.after)
  const comparison = compareReports(before, after)
  const zone = options.zone ?? zoneOfReport(after.window.timeZone)
  let isWritten = true
  for (const { path, kind } of options.outputs) {
    await writeAtomically(path, renderDiffFile(kind, comparison, zone), { mode: undefined }).catch((error: unknown) => {
      if (!(error instanceof WslogError)) throw error
      err(`wslog: ${sanitize(error.message)}\n`)
      isWritten = false
    })
  }
  if (options.format === 'json') out(renderJson(comparison))
  else if (options.format === 'terminal') {
    const text = renderComparison(comparison, { paint: options.isColoured ? COLOURED : PLAIN, width: options.width, zone })
    out(options.isAscii ? toAscii(text) : text)
  }
  if (!isWritten) return EXIT.failed
  const worse = comparison.rows.filter(({ verdict }) => verdict === 'worse')
  if (!options.failsOnWorse || worse.length === 0) return EXIT.ok
  if (!options.isQuiet) err(`wslog: --fail-on worse holds: ${worse.map(({ label }) => label).join(', ')}\n`)
  return EXIT.conditionHolds
}
