import { formatCount } from '../format.ts'
import { clip, sanitize } from '../sanitize.ts'
import { MISSING } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

/** What the report rests on: lines, those that were broken, logs that could not be read, and what is missing. */
export const basis: Section = ({ lines, errors, evidence, inputs, window }, { paint, width }) => {
  const formats = [...new Set(inputs.map(({ logFormat, envelope }) => (envelope === null ? logFormat : `${logFormat} in ${envelope}`)).filter((format) => format !== ''))]
  const counts = `${formatCount(lines.read)} lines read${formats.length > 0 ? ` as ${sanitize(formats.join(', '))}` : ''}, ${formatCount(lines.skipped)} skipped as broken${lines.filtered > 0 ? `, ${formatCount(lines.filtered)} filtered out` : ''}`
  return [
    paint.strong('What this rests on'),
    ...wrap(counts, width, { first: '  ' }),
    ...lines.examples.flatMap(({ path, line, column, reason }) => wrap(`${clip(path, width - 30)}:${line}:${column}: ${sanitize(reason)}`, width, { first: '    ', rest: '      ' })),
    ...(lines.glued > 0 ? [`  ${formatCount(lines.glued)} lines stood behind a torn one and were read from there`] : []),
    ...(window.unplaced > 0 ? [`  ${formatCount(window.unplaced)} too far from the others in time to be placed`] : []),
    ...errors.flatMap(({ message }) => wrap(`not read: ${sanitize(message)}`, width, { first: '  ', rest: '    ' })).map(paint.bad),
    ...(evidence.missing.length > 0 ? ['  It cannot tell', ...evidence.missing.flatMap((missing) => wrap(MISSING[missing], width, { first: '  - ', rest: '    ' }))].map(paint.faint) : []),
  ]
}
