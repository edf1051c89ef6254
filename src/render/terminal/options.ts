import type { Zone } from 'luxon'
import type { Paint } from '../paint.ts'
import type { Report } from '../../report/report.ts'

export interface TerminalOptions {
  readonly paint: Paint
  /** Columns to fill; the report is made for 80 and more. */
  readonly width: number
  readonly zone: Zone
}

/** One part of the report as lines; undefined when it has nothing to say. */
export type Section = (report: Report, options: TerminalOptions) => string[] | undefined
