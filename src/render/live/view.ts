import type { Zone } from 'luxon'
import type { Snapshot } from '../../live/snapshot.ts'
import type { Paint } from '../paint.ts'
import type { Line } from './spans.ts'

/** The terminal, and what its user has chosen to see. */
export interface View {
  /** Columns and rows, 1 and more. */
  readonly width: number
  readonly height: number
  readonly zone: Zone
  readonly paint: Paint
  /** The snapshot stands still, while the tail goes on. */
  readonly isPaused: boolean
  /** Of drops and causes, only faults. */
  readonly isFaultsOnly: boolean
  readonly isHelp: boolean
}

/** The room of one section. */
export interface Frame {
  readonly width: number
  /** Rows that it may fill, its title included. */
  readonly rows: number
  readonly zone: Zone
  readonly isFaultsOnly: boolean
}

/** One section of the dashboard: at most `rows` lines, which are clipped to `width` later. */
export type Section = (snapshot: Snapshot, frame: Frame) => readonly Line[]
