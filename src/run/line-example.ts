import type { LineExample } from '../digest/logs-read.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { explainLine } from '../log-format/explain.ts'
import { ambiguousEnds } from '../log-format/generate.ts'
import { MAX_LINE, type SkippedLine } from '../log-format/reader.ts'

/** Where a value may hold its own end, the slow grammar's time grows faster than the line. */
const MAX_EXPLAINED_LENGTH = 1 << 16
const MAX_AMBIGUOUS_LENGTH = 1 << 11

/** `format`: the one to hold the line against; undefined when its file has none. */
export const exampleOf = (path: string, format: LogFormat | undefined, { bytes, from, end, lineNumber, why }: SkippedLine): LineExample => {
  const at = { path, line: lineNumber }
  const length = end - from
  if (why === 'overlong') return { ...at, column: MAX_LINE + 1, reason: 'longer than 1 MiB' }
  if (why === 'cut-off') return { ...at, column: length + 1, reason: 'the file ends in the middle of this line' }
  if (length === 0) return { ...at, column: 1, reason: 'an empty line' }
  const isAmbiguous = format !== undefined && ambiguousEnds(format.tokens, format.directive.escape).length > 1
  const limit = isAmbiguous ? MAX_AMBIGUOUS_LENGTH : MAX_EXPLAINED_LENGTH
  const explanation = format === undefined ? undefined : explainLine(format, bytes.toString('latin1', from, Math.min(end, from + limit)))
  if (explanation === undefined || !('column' in explanation)) return { ...at, column: 1, reason: 'not in its wrapper' }
  return { ...at, column: explanation.column, reason: `${explanation.format}: expected ${explanation.expected}, found ${explanation.found}` }
}
