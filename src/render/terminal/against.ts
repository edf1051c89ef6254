import type { Against } from '../../compare/against.ts'
import { answerSentence, caveatSentence } from '../comparison/sentences.ts'
import { RELATIONS } from '../period-sentences.ts'
import { sanitize } from '../sanitize.ts'
import { wrap } from '../wrap.ts'
import type { TerminalOptions } from './options.ts'

/** What changed against earlier days, weeks or months: a sentence each, the answer first, then what makes the two less comparable. */
export const againstLines = (against: readonly Against[], { paint, width }: TerminalOptions): string[] =>
  against.flatMap(({ relation, period, comparison }) => {
    if (comparison === null) return []
    const isWorse = comparison.rows.some(({ verdict }) => verdict === 'worse')
    const colour = isWorse ? paint.bad : (text: string): string => text
    const sentence = `Against ${RELATIONS[relation]} (${period.name}): ${answerSentence(comparison)}`
    return [...wrap(sanitize(sentence), width).map(colour), ...comparison.caveats.flatMap((caveat) => wrap(sanitize(caveatSentence(caveat)), width, { first: '  ! ', rest: '    ' }).map(paint.faint))]
  })
