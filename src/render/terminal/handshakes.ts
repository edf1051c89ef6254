import { handshakeFacts } from '../facts.ts'
import { formatCount, formatShare } from '../format.ts'
import { CAUSES, CONFIDENCES, LAYERS } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

const MAX_ROWS = 10
const FIGURES_WIDTH = 49

/** How many handshakes reached 101, and why the others did not. */
export const handshakes: Section = (report, { paint, width }) => {
  const { failures } = report.handshakes
  const { counts, rule } = handshakeFacts(report)
  const lines = [paint.strong('Handshakes'), ...wrap(counts, width, { first: '  ' }), ...(rule === undefined ? [] : wrap(rule, width, { first: '  ' }).map(paint.faint))]
  if (failures.length === 0) return lines
  const shown = failures.slice(0, MAX_ROWS)
  const rows = shown.map(({ cause, layer, confidence, status, count, share }) => [`  ${formatCount(count)}`, formatShare(share), String(status).padStart(3, '0'), LAYERS[layer], CAUSES[cause], CONFIDENCES[confidence]])
  const rest = failures.length > MAX_ROWS ? [paint.faint(`  ${failures.length - MAX_ROWS} more causes`)] : []
  return [...lines, '', ...table([
    { title: '  failed', align: 'right' },
    { title: 'share', align: 'right' },
    { title: 'status', align: 'left' },
    { title: 'layer', align: 'left' },
    { title: 'why', align: 'left', width: width - FIGURES_WIDTH },
    { title: 'how sure', align: 'left' },
  ], rows, paint), ...rest]
}
