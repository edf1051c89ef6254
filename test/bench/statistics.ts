import { median } from 'simple-statistics'
import type { Measurement } from './measure.ts'

/** Runs of one program over one log. */
export interface Summary {
  readonly runs: number
  readonly seconds: { readonly median: number; readonly min: number; readonly max: number }
  /** Median of user and system time together. */
  readonly cpuSeconds: number
  /** The highest of all runs, in 10^6 bytes. */
  readonly peakMegabytes: number
}

/** @throws Error without a measurement. */
export const summarise = (measurements: readonly Measurement[]): Summary => {
  const seconds = measurements.map((measurement) => measurement.seconds)
  return {
    runs: measurements.length,
    seconds: { median: median(seconds), min: Math.min(...seconds), max: Math.max(...seconds) },
    cpuSeconds: median(measurements.map(({ cpuSeconds }) => cpuSeconds)),
    peakMegabytes: Math.max(...measurements.map(({ peakMegabytes }) => peakMegabytes)),
  }
}
