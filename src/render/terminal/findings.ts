import type { Finding } from '../../report/report.ts'
import type { Paint } from '../paint.ts'
import { sanitize } from '../sanitize.ts'
import { findingWorth, MORE_FINDINGS } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

const MAX_FINDINGS = 5

const MARKS: Readonly<Record<Finding['severity'], string>> = { critical: '✗', warning: '!', info: '·' }
const COLOURS: Readonly<Record<Finding['severity'], keyof Paint>> = { critical: 'bad', warning: 'warn', info: 'strong' }

/** What to change, the most harmful first; the lines for nginx.conf are never broken, so that they can be copied. */
export const findings: Section = ({ findings: found }, { paint, width }) => {
  if (found.length === 0) return undefined
  // What is only worth knowing goes by its title: it is whole in every other kind of report.
  const shown = found.filter(({ severity }) => severity !== 'info').slice(0, MAX_FINDINGS)
  const others = found.filter((finding) => !shown.includes(finding))
  return [
    paint.strong(shown.length > 0 ? 'What to change' : 'Good to know'),
    ...shown.flatMap((finding, index) => [
      ...(index === 0 ? [] : ['']),
      ...titleOf(finding, width).map((line) => paint[COLOURS[finding.severity]](line)),
      ...wrap(findingWorth(finding), width, { first: '    ' }).map(paint.faint),
      ...wrap(sanitize(finding.fix.text), width, { first: '    ' }),
      ...snippetOf(finding),
    ]),
    ...(others.length > 0 ? [...(shown.length > 0 ? ['', ...wrap(MORE_FINDINGS, width, { first: '  ' }).map(paint.faint)] : []), ...others.flatMap((finding) => titleOf(finding, width))] : []),
  ]
}

const titleOf = ({ severity, title }: Finding, width: number): string[] => wrap(sanitize(title), width, { first: `  ${MARKS[severity]} `, rest: '    ' })

const snippetOf = ({ fix }: Finding): string[] => (fix.nginx.trim() === '' ? [] : fix.nginx.split('\n').map((line) => `        ${sanitize(line)}`.trimEnd()))
