import { formatCount, formatShare } from '../format.ts'
import { CAUSES, CONFIDENCES, LAYERS, RULES } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

const MAX_ROWS = 10
const FIGURES_WIDTH = 49

/** How many handshakes reached 101, and why the others did not. */
export const handshakes: Section = ({ handshakes: { attempts, succeeded, failures, rule }, otherRequests }, { paint, width }) => {
  const others = [otherRequests.plain > 0 ? `${formatCount(otherRequests.plain)} plain requests` : '', otherRequests.polling > 0 ? `${formatCount(otherRequests.polling)} polling requests` : ''].filter((text) => text !== '')
  const counts = `${formatCount(attempts)} attempts, ${formatCount(succeeded)} reached 101, ${formatCount(attempts - succeeded)} failed${others.length > 0 ? `; not counted: ${others.join(', ')}` : ''}`
  if (attempts === 0) return [paint.strong('Handshakes'), ...wrap(counts, width, { first: '  ' })]
  const lines = [paint.strong('Handshakes'), ...wrap(counts, width, { first: '  ' }), ...wrap(`Counted: ${RULES[rule.kind]}.`, width, { first: '  ' }).map(paint.faint)]
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
