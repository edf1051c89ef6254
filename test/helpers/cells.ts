import type { LogHistogram } from '../../src/aggregate/log-histogram.ts'

interface Cell {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** The cells of a histogram that hold something. */
export const cellsOf = (histogram: LogHistogram): Cell[] => {
  const cells: Cell[] = []
  histogram.eachCell((from, to, count) => cells.push({ from, to, count }))
  return cells
}
