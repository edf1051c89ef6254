import type { Snapshot } from '../../live/snapshot.ts'
import { active } from './active.ts'
import { body } from './body.ts'
import { figures, FIGURES_WIDTH } from './figures.ts'
import { headline, statusLine } from './headline.ts'
import { help, keys } from './help.ts'
import { minutes } from './minutes.ts'
import { EMPTY, fit, type Line, paintLine } from './spans.ts'
import { beside } from './split.ts'
import type { Frame, View } from './view.ts'

const FIGURES_ROWS = 5
const MIN_ACTIVE_WIDTH = 20
const GAP_WIDTH = 3
/** Under so many rows there is no room for the keys. */
const MIN_ROWS_FOR_KEYS = 8

/**
 * The screen of a tail: exactly `view.height` lines of at most `view.width` columns, the answer first. Where things stand depends
 * on the size alone, so that nothing jumps from one snapshot to the next, but for findings and events, which push down what is below.
 */
export const renderDashboard = (snapshot: Snapshot, view: View): string[] => {
  const { width, height, paint } = view
  const hasKeys = height >= MIN_ROWS_FOR_KEYS
  const room = height - Number(hasKeys)
  const lines = [headline(snapshot), statusLine(snapshot, view), ...blankFrom(19, height), ...(view.isHelp ? help() : main(snapshot, view, room - 2 - blankFrom(19, height).length))]
  const shown = Array.from({ length: room }, (_, index) => lines[index] ?? EMPTY)
  return [...shown, ...(hasKeys ? [keys(view)] : [])].map((line) => paintLine(fit(line, width), paint))
}

const main = (snapshot: Snapshot, { width, height, zone, isFaultsOnly }: View, rows: number): Line[] => {
  const frame = (own: number, ownRows: number): Frame => ({ width: own, rows: ownRows, zone, isFaultsOnly })
  const chart = minutes(snapshot, frame(width, minutesRows(height)))
  const isBeside = width >= FIGURES_WIDTH + GAP_WIDTH + MIN_ACTIVE_WIDTH
  const top = isBeside
    ? beside(figures(snapshot, frame(FIGURES_WIDTH, FIGURES_ROWS)), active(snapshot, frame(width - FIGURES_WIDTH - GAP_WIDTH, FIGURES_ROWS)), { left: FIGURES_WIDTH, gap: GAP_WIDTH, rows: FIGURES_ROWS })
    : [...figures(snapshot, frame(width, FIGURES_ROWS)), ...active(snapshot, frame(width, 2))]
  const head = [...top, ...blankFrom(28, height), ...chart, ...blankFrom(23, height)]
  return [...head, ...body(snapshot, frame(width, Math.max(0, rows - head.length)), { hasBlanks: height >= 30 })]
}

const minutesRows = (height: number): number => (height < 18 ? 0 : height < 30 ? 3 : height < 44 ? 5 : 7)

/** A blank line where the screen has `least` rows. */
const blankFrom = (least: number, height: number): Line[] => (height >= least ? [EMPTY] : [])
