import type { Finding } from '../../report/report.ts'
import { NOTHING, TITLES } from '../live-sentences.ts'
import { formatMoment, MOMENT_WIDTH } from './moment.ts'
import { GAP, left, type Line, span, type Style, titleLine } from './spans.ts'
import type { Section } from './view.ts'

const MARKS: Readonly<Record<Finding['severity'], string>> = { critical: '✗', warning: '!', info: '·' }
const COLOURS: Readonly<Record<Finding['severity'], Style>> = { critical: 'bad', warning: 'warn', info: 'strong' }

/** Findings that are true, each with the time from which on, and what to do about it where there is room; then those that went away. */
export const findings: Section = ({ findings: found, gone, at }, { rows, zone }) => {
  const room = Math.max(0, rows - 1)
  const titles = Math.min(found.length, room)
  const goneRows = Math.min(gone.length, room - titles)
  const fixes = room - titles - goneRows >= titles
  const lines: Line[] = [
    ...found.slice(0, titles).flatMap(({ finding, since }): Line[] => [
      [span(`${MARKS[finding.severity]} `, COLOURS[finding.severity]), left(formatMoment(since, { now: at, zone }), MOMENT_WIDTH, 'faint'), GAP, span(finding.title, COLOURS[finding.severity])],
      ...(fixes ? [[span(' '.repeat(MOMENT_WIDTH + 4)), span(firstLine(finding.fix.text))]] : []),
    ]),
    ...gone.slice(0, goneRows).map(({ title, at: goneAt }): Line => [span('  '), left(formatMoment(goneAt, { now: at, zone }), MOMENT_WIDTH, 'faint'), GAP, span(`gone: ${title}`, 'faint')]),
  ]
  const rest = found.length - titles
  return [titleLine(TITLES.findings, found.length + gone.length === 0 ? NOTHING.findings : rest > 0 ? `${rest} more` : ''), ...lines].slice(0, rows)
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!
