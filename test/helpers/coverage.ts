import { Level, type LevelName } from '../../src/error-log/level.ts'
import { Coverage, type Span } from '../../src/session/coverage.ts'

/** What one error log, whose finest entries are of this level, covers. */
export const coverageOf = (level: LevelName, span: Span): Coverage => {
  const coverage = new Coverage()
  coverage.add(span, Level[level])
  return coverage
}
