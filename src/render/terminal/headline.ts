import { formatInstant } from '../format.ts'
import { sanitize } from '../sanitize.ts'
import { healthSentences } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

/** What an operator asks first: is it healthy, since when not, what drops most. */
export const headline: Section = (report, { paint, width, zone }) => {
  const { health, window, inputs } = report
  const isGood = health.status === 'ok'
  const isUnknown = health.status === 'unknown'
  const colour = isGood ? paint.good : isUnknown ? paint.warn : paint.bad
  const mark = isGood ? '✓' : isUnknown ? '?' : '✗'
  const [first = '', ...rest] = healthSentences(report, zone)
  const files = `wslog  ${inputs.map(({ path }) => sanitize(path)).join(' ')}`
  return [
    paint.faint(files.length > width ? `${files.slice(0, width - 1)}…` : files),
    paint.faint(window.from === null ? 'no lines in this time' : `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${window.timeZone}`),
    '',
    ...wrap(first, width, { first: `${mark} `, rest: '  ' }).map((line) => colour(paint.strong(line))),
    ...rest.flatMap((sentence) => wrap(sentence, width, { first: '  ' })),
  ]
}
