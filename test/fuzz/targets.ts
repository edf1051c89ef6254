import type { Target } from './target.ts'
import { accessLog } from './targets/access-log.ts'
import { errorLog } from './targets/error-log.ts'
import { fileRoads } from './targets/file-roads.ts'
import { logFormat } from './targets/log-format.ts'
import { longLines } from './targets/long-lines.ts'
import { manifest } from './targets/manifest.ts'
import { randomFormats } from './targets/random-formats.ts'
import { reports, summaries } from './targets/summaries.ts'
import { twins } from './targets/twins.ts'
import { wholeRuns } from './targets/whole-runs.ts'

/** All that is tried. */
export const targets: readonly Target[] = [twins, randomFormats, accessLog, errorLog, fileRoads, logFormat, longLines, summaries, reports, manifest, wholeRuns]
