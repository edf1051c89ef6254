import type { Snapshot } from '../../live/snapshot.ts'
import { causes } from './causes.ts'
import { events, isShown } from './events.ts'
import { findings } from './findings.ts'
import { latest } from './latest.ts'
import { openTables } from './open-tables.ts'
import type { Line } from './spans.ts'
import { below, beside, shareOut } from './split.ts'
import type { Frame } from './view.ts'

const MIN_TWO_COLUMNS = 150
const GAP_WIDTH = 3
const MAX_CAUSES = 9
const MAX_FINDINGS = 7
const MAX_EVENTS = 7
const MIN_ROWS_FOR_TABLES = 26
const MAX_TABLE = 7

/** What stands below the figures: why sessions end, what to change, what happened, and the latest drops; in two columns where that fits. */
export const body = (snapshot: Snapshot, frame: Frame, { hasBlanks }: { hasBlanks: boolean }): Line[] => (frame.width >= MIN_TWO_COLUMNS ? twoColumns(snapshot, frame) : oneColumn(snapshot, frame, Number(hasBlanks)))

const oneColumn = (snapshot: Snapshot, frame: Frame, blank: number): Line[] => {
  const { width, rows } = frame
  const tables = rows >= MIN_ROWS_FOR_TABLES ? tableRows(snapshot) : 0
  // The latest drops take what is left; causes keep their rows, filled or not.
  const [forCauses, forFindings, forEvents, forLatest, forTables] = shareOut(rows, [
    { least: 4, most: MAX_CAUSES + blank },
    { least: wanted(findingRows(snapshot), 2), most: findingRows(snapshot) + blank },
    { least: wanted(eventRows(snapshot), 2), most: eventRows(snapshot) + blank },
    { least: 3, most: rows },
    { least: tables, most: tables },
  ]) as [number, number, number, number, number]
  const block = (section: typeof causes, own: number, gap = blank): { lines: readonly Line[]; rows: number } => ({ lines: section(snapshot, { ...frame, rows: Math.max(0, own - gap) }), rows: own })
  return below([block(causes, forCauses), block(findings, forFindings), block(events, forEvents), block(openTables, forTables), block(latest, forLatest, 0)], width)
}

const twoColumns = (snapshot: Snapshot, frame: Frame): Line[] => {
  const { width, rows } = frame
  const upper = Math.ceil(rows / 2)
  const lower = Math.max(0, rows - upper - 1)
  const left = Math.floor((width - GAP_WIDTH) * 0.52)
  const right = width - left - GAP_WIDTH
  const tables = Math.min(tableRows(snapshot), Math.max(0, upper - MAX_CAUSES - 1))
  const forCauses = tables === 0 ? upper : upper - tables - 1
  const [forFindings, forEvents] = shareOut(upper - 1, [{ least: 2, most: findingRows(snapshot) * 2 }, { least: 2, most: eventRows(snapshot) + 3 }]) as [number, number]
  const part = (section: typeof causes, ownWidth: number, own: number, gap = 0): { lines: readonly Line[]; rows: number } => ({ lines: section(snapshot, { ...frame, width: ownWidth, rows: own }), rows: own + gap })
  const one = below([part(causes, left, forCauses, tables === 0 ? 0 : 1), part(openTables, left, tables)], left)
  const other = below([part(findings, right, forFindings, 1), part(events, right, forEvents)], right)
  const lowest = below([{ lines: [], rows: rows - upper - lower }, part(latest, width, lower)], width)
  return [...beside(one, other, { left, gap: GAP_WIDTH, rows: upper }), ...lowest]
}

const findingRows = ({ findings: found, gone }: Snapshot): number => Math.min(MAX_FINDINGS, 1 + found.length + Math.min(2, gone.length))
const eventRows = ({ events: found }: Snapshot): number => Math.min(MAX_EVENTS, 1 + found.filter(isShown).length)
const tableRows = ({ active: { open } }: Snapshot): number => (open === null ? 0 : Math.min(MAX_TABLE, 1 + Math.max(open.byUpstream.length, open.byPath.length)))
const wanted = (rows: number, most: number): number => Math.min(rows, most)
