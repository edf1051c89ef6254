import type { Report } from '../../report/report.ts'
import type { Against } from '../../compare/against.ts'
import { againstLines } from './against.ts'
import { basis } from './basis.ts'
import { brokenAt } from './broken-at.ts'
import { clusters } from './clusters.ts'
import { drops } from './drops.ts'
import { endings } from './endings.ts'
import { events } from './events.ts'
import { findings } from './findings.ts'
import { handshakes } from './handshakes.ts'
import { headline } from './headline.ts'
import type { TerminalOptions } from './options.ts'
import { rankings } from './rankings.ts'
import { sessions } from './sessions.ts'

const SECTIONS = [headline, findings, endings, brokenAt, events, clusters, handshakes, sessions, drops, rankings, basis]

/** The report for a person at a terminal: the answer first, what changed `against` earlier days, what to change, then what it rests on. */
export const renderTerminal = (report: Report, options: TerminalOptions, against: readonly Against[] = []): string => {
  const blocks = SECTIONS.map((section) => section(report, options) ?? [])
  blocks.splice(1, 0, againstLines(against, options))
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`
}
