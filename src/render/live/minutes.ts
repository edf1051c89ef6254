import { DateTime, type Zone } from 'luxon'
import type { LiveMinute, Snapshot } from '../../live/snapshot.ts'
import { compress, tallSparkline } from '../chart.ts'
import { formatCount, formatMinute } from '../format.ts'
import { LABEL_WIDTH } from './measures.ts'
import { EMPTY, left, type Line, span, widthOf } from './spans.ts'
import type { Section } from './view.ts'

const MINUTES = 60
const MIN_ROWS = 3
const MAX_BAR_ROWS = 4

/** Drops per minute of the last hour, and below them those that are cuts, to the same scale. */
export const minutes: Section = (snapshot, { width, rows, zone }) => {
  if (rows < MIN_ROWS) return []
  const room = Math.max(1, width - LABEL_WIDTH)
  const wide = Math.max(1, Math.floor(room / MINUTES))
  const whole = watched(snapshot)
  const worst = (values: readonly (number | undefined)[]): (number | undefined)[] => (room >= MINUTES ? values.flatMap((value) => Array.from({ length: wide }, () => value)) : blankOf(values, room))
  const drops = worst(whole.map((minute) => minute?.drops))
  const cuts = worst(whole.map((minute) => minute?.faults))
  const most = Math.max(1, ...drops.map((value) => value ?? 0))
  const dropRows = Math.min(MAX_BAR_ROWS, Math.max(1, Math.ceil((rows - 1) / 2)))
  const cutRows = Math.min(MAX_BAR_ROWS, Math.max(1, rows - 1 - dropRows))
  const chart = (label: string, values: readonly (number | undefined)[], height: number, style: readonly ('bad')[]): Line[] =>
    tallSparkline(values, { most, rows: height }).map((text, index) => [left(index === height - 1 ? label : '', LABEL_WIDTH), span(text, ...style)])
  return [...chart('drops', drops, dropRows, []), ...chart('  cut', cuts, cutRows, ['bad']), axis(snapshot, { zone, columns: drops.length }), EMPTY].slice(0, rows)
}

/** The last 60 minutes, right-aligned; undefined where nothing was watched. */
const watched = ({ minutes: known, startedAt }: Snapshot): (LiveMinute | undefined)[] => {
  const started = Date.parse(startedAt) - 60_000
  const first = known.findIndex(({ minute, attempts, drops }) => attempts + drops > 0 || Date.parse(minute) > started)
  const shown = known.map((minute, index) => (first === -1 || index < first ? undefined : minute)).slice(-MINUTES)
  return [...Array.from({ length: MINUTES - shown.length }, () => undefined), ...shown]
}

const blankOf = (values: readonly (number | undefined)[], room: number): (number | undefined)[] => compress(values.map((value) => value ?? -1), room).values.map((value) => (value < 0 ? undefined : value))

const axis = ({ minutes: known }: Snapshot, { zone, columns }: { zone: Zone; columns: number }): Line => {
  const last = known.at(-1)
  if (last === undefined) return EMPTY
  const from = formatMinute(DateTime.fromISO(last.minute).minus({ minutes: MINUTES - 1 }).toISO(), { zone, hasDate: false })
  const to = formatMinute(last.minute, { zone, hasDate: false })
  const worst = known.reduce((most, minute) => (minute.drops >= most.drops ? minute : most))
  const scale = worst.drops === 0 ? 'no drop in a minute' : `most ${formatCount(worst.drops)} drops in a minute, at ${formatMinute(worst.minute, { zone, hasDate: false })}`
  const room = columns - from.length - to.length
  if (room < scale.length + 4) return [left('', LABEL_WIDTH), span(scale, 'faint')]
  const line: Line = [left('', LABEL_WIDTH), span(from, 'faint'), span(' '.repeat(Math.floor((room - scale.length) / 2))), span(scale, 'faint')]
  return [...line, span(' '.repeat(Math.max(1, LABEL_WIDTH + columns - to.length - widthOf(line)))), span(to, 'faint')]
}
