import { caveatsOf } from './caveats.ts'
import { LEVEL } from './chance.ts'
import { clusterRows } from './cluster-rows.ts'
import { type ComparableReport, type ComparedSide, type Comparison, DIFF_SCHEMA } from './comparison.ts'
import { endingRows } from './ending-rows.ts'
import { compareFindings } from './findings.ts'
import { handshakeRows } from './handshake-rows.ts'
import { judgeRows } from './judge.ts'
import { lifetimeRows } from './lifetime-rows.ts'
import { type Side, sidesOf } from './sides.ts'
import { trafficRows } from './traffic-rows.ts'

/** What got better or worse from one report to another, and how sure that is. */
export const compareReports = (before: ComparableReport, after: ComparableReport): Comparison => {
  const sides = sidesOf(before, after)
  const isSameReport = isSame(before, after)
  const { rows, tests } = judgeRows([...handshakeRows(sides), ...endingRows(sides), ...lifetimeRows(sides), ...clusterRows(sides), ...trafficRows(sides)], { isSameReport })
  return {
    schema: DIFF_SCHEMA,
    before: sideOf(sides.before),
    after: sideOf(sides.after),
    statistics: { level: LEVEL, correction: 'benjamini-hochberg', tests, blockMinutes: sides.blockMinutes, blocks: { before: sides.before.blocks.length, after: sides.after.blocks.length } },
    caveats: caveatsOf(before, after, { isSameReport }),
    rows,
    findings: compareFindings(before, after),
  }
}

const sideOf = ({ report, sessionHours }: Side): ComparedSide => ({
  version: report.version,
  generatedAt: report.generatedAt,
  window: { from: report.window.from, to: report.window.to, timeZone: report.window.timeZone, minutes: report.timeline.length },
  inputs: report.inputs.map(({ path }) => path),
  attempts: report.handshakes.attempts,
  sessions: report.sessions.count,
  sessionHours: sessionHours === null ? null : Number(sessionHours.toFixed(3)),
  errorLogLevel: report.evidence.errorLogLevel,
  health: report.health.status,
})

/** Whether both tell of the same handshakes: then chance has no part in it. */
const isSame = (before: ComparableReport, after: ComparableReport): boolean => {
  const parts = ({ window, handshakes, sessions, timeline, endings, clusters }: ComparableReport): string => JSON.stringify([window.from, window.to, handshakes, sessions, timeline, endings, clusters])
  return before === after || parts(before) === parts(after)
}
