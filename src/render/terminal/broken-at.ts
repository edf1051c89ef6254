import { bar } from '../chart.ts'
import { formatCount } from '../format.ts'
import { sumLayers } from '../faults.ts'
import { LAYERS } from '../sentences.ts'
import type { Section } from './options.ts'
import { table } from './table.ts'

const FIGURES_WIDTH = 46
const MAX_BAR = 40

/** Where it broke: client, hop in front, nginx or upstream. */
export const brokenAt: Section = (report, { paint, width }) => {
  const layers = sumLayers(report)
  if (layers.length === 0) return undefined
  const most = Math.max(...layers.map(({ cut, failed }) => cut + failed))
  const rows = layers.map(({ layer, cut, failed }) => [`  ${LAYERS[layer]}`, formatCount(cut), formatCount(failed), bar((cut + failed) / most, Math.min(MAX_BAR, width - FIGURES_WIDTH))])
  return [paint.strong('Where it broke'), ...table([
    { title: '  layer', align: 'left', width: 12 },
    { title: 'sessions cut', align: 'right', width: 14 },
    { title: 'handshakes failed', align: 'right', width: 20 },
    { title: '', align: 'left' },
  ], rows, paint)]
}
