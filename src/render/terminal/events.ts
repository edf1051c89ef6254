import type { EventReport } from '../../report/report.ts'
import { isLongerThanADay } from '../facts.ts'
import { formatSecond } from '../format.ts'
import { clip, sanitize } from '../sanitize.ts'
import { EVENTS, eventDetail, eventSessions } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

const MAX_EVENTS = 10
const KIND_WIDTH = 16
const NAMES_WIDTH = 60

/** What happened at one time to many sessions. */
export const events: Section = (report, { paint, width, zone }) => {
  const { events: found } = report
  if (found.length === 0) return undefined
  const hasDate = isLongerThanADay(report)
  const shown = worst(found)
  const indent = ' '.repeat(formatSecond(found[0]!.at, { zone, hasDate }).length + 4)
  return [
    paint.strong('What happened'),
    ...shown.flatMap((event) => {
      const facts = [eventSessions(event), event.upstream === null ? '' : clip(event.upstream, NAMES_WIDTH)].filter((fact) => fact !== '').join(', ')
      const detail = eventDetail(event)
      return [
        ...wrap(facts, width, { first: `  ${formatSecond(event.at, { zone, hasDate })}  ${EVENTS[event.kind].padEnd(KIND_WIDTH)}  `, rest: indent }).map((line) => line.trimEnd()),
        ...(detail === '' ? [] : wrap(sanitize(detail), width, { first: indent }).map(paint.faint)),
      ]
    }),
    ...(found.length > shown.length ? [paint.faint(`  ${found.length - shown.length} smaller ones in --json`)] : []),
  ]
}

/** Those that cost most, in the order of time; what cost nobody knows how many comes first. */
const worst = (found: readonly EventReport[]): EventReport[] => {
  const kept = new Set(found.toSorted((a, b) => (b.sessions ?? Number.POSITIVE_INFINITY) - (a.sessions ?? Number.POSITIVE_INFINITY) || 0).slice(0, MAX_EVENTS))
  return found.filter((event) => kept.has(event))
}
