import { isFault } from '../../cause/cause.ts'
import { isAnyEndingKnown, whatWouldTell } from '../facts.ts'
import { faultsFirst } from '../faults.ts'
import { formatCount, formatShare } from '../format.ts'
import { CONFIDENCE_KEY, CONFIDENCES, endingText, LAYERS, notTold } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

const FIGURES_WIDTH = 45
/** No farther than the eye follows a row. */
const MAX_TEXT = 44

/** Who cut the sessions, and how sure that is: first what nobody asked for, marked with `✗`. */
export const endings: Section = (report, { paint, width }) => {
  if (report.sessions.count === 0) return undefined
  const tells = whatWouldTell(report)
  const gain = tells === undefined ? [] : [...wrap(tells.why, width, { first: '  ' }), ...tells.steps.map((line) => `      ${line}`)]
  const title = paint.strong('Who cut the sessions')
  if (!isAnyEndingKnown(report)) return [title, ...(gain.length > 0 ? gain : [`  ${notTold(report)}`])]
  const rows = faultsFirst(report.endings).map((ending) => [isFault(ending.cause) ? '  ✗' : '', formatCount(ending.sessions), formatShare(ending.share), LAYERS[ending.layer], endingText(ending), CONFIDENCES[ending.confidence]])
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
