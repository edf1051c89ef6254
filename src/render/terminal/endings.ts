import { isFault } from '../../cause/cause.ts'
import { faultsFirst } from '../faults.ts'
import { formatCount, formatShare } from '../format.ts'
import { CONFIDENCE_KEY, CONFIDENCES, endingText, ERROR_LOG_LINE, ERROR_LOG_STEPS, INFO_SAYS_MORE, LAYERS, NOT_SAID, NOT_TOLD, SAYS_MORE } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

const FIGURES_WIDTH = 45
/** No farther than the eye follows a row. */
const MAX_TEXT = 44

/** Who cut the sessions, and how sure that is: first what nobody asked for, marked with `✗`. */
export const endings: Section = ({ endings: found, sessions, evidence }, { paint, width }) => {
  if (sessions.count === 0) return undefined
  const isKnown = found.some(({ cause, confidence }) => cause !== 'closed' || confidence !== 'guess')
  const steps = (why: string, lines: readonly string[]): string[] => [...wrap(why, width, { first: '  ' }), ...lines.map((line) => `      ${line}`)]
  const gain = evidence.missing.includes('error-log') ? steps(isKnown ? SAYS_MORE : NOT_SAID, ERROR_LOG_STEPS) : evidence.missing.includes('info-level') ? steps(INFO_SAYS_MORE, [ERROR_LOG_LINE]) : []
  const title = paint.strong('Who cut the sessions')
  if (!isKnown) return [title, ...(gain.length > 0 ? gain : [`  ${NOT_TOLD}`])]
  const rows = faultsFirst(found).map((ending) => [isFault(ending.cause) ? '  ✗' : '', formatCount(ending.sessions), formatShare(ending.share), LAYERS[ending.layer], endingText(ending), CONFIDENCES[ending.confidence]])
  return [
    title,
    ...table([
      { title: '', align: 'left', width: 5 },
      { title: 'sessions', align: 'right', width: 10 },
      { title: 'share', align: 'right', width: 9 },
      { title: 'layer', align: 'left', width: 10 },
      { title: 'how', align: 'left', width: Math.min(MAX_TEXT, width - FIGURES_WIDTH) },
      { title: 'how sure', align: 'left' },
    ], rows, paint).map((line) => line.replace('✗', paint.bad('✗'))),
    ...wrap(CONFIDENCE_KEY, width, { first: '  ' }).map(paint.faint),
    ...gain,
  ]
}
