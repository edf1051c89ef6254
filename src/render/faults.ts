import { isFault, type Layer } from '../cause/cause.ts'
import type { EndingReport, Report } from '../report/report.ts'

/** From the client inwards, as a request travels. */
const LAYERS: readonly Layer[] = ['client', 'edge', 'nginx', 'upstream', 'unknown']

export interface LayerSums {
  readonly layer: Layer
  /** Sessions that were cut there, and handshakes that failed there. */
  readonly cut: number
  readonly failed: number
}

/** Where it broke: only layers at which something did. */
export const sumLayers = ({ endings, handshakes }: Report): LayerSums[] =>
  LAYERS.map((layer) => ({
    layer,
    cut: endings.reduce((sum, ending) => sum + (ending.layer === layer && isFault(ending.cause) ? ending.sessions : 0), 0),
    failed: handshakes.failures.reduce((sum, failure) => sum + (failure.layer === layer ? failure.count : 0), 0),
  })).filter(({ cut, failed }) => cut + failed > 0)

/** What nobody asked for before what is as it should be. */
export const faultsFirst = (endings: readonly EndingReport[]): EndingReport[] => endings.toSorted((a, b) => Number(isFault(b.cause)) - Number(isFault(a.cause)))
