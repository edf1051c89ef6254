import type { Machine } from '../bench/machine.ts'
import type { Row, Scenario } from '../bench/results.ts'

const MACHINE: Machine = { cpu: 'Abacus 3000', cores: 2, memoryGigabytes: 8, node: '20.0.0', kernel: 'Linux 6.0' }

/** A row whose median is `seconds`, with a tenth to both sides. */
export const row = (key: string, seconds: number, peakMegabytes = 10): Row => ({
  key,
  name: key === 'wslog' ? 'wslog analyze --json' : key,
  does: `what ${key} does`,
  outcome: { runs: 3, seconds: { median: seconds, min: seconds * 0.9, max: seconds * 1.1 }, cpuSeconds: seconds, peakMegabytes },
})

export const scenario = (over: Partial<Scenario> = {}): Scenario => ({
  log: 'ws',
  megabytes: 500,
  lines: 2_127_660,
  errorMegabytes: 50,
  rounds: 3,
  commit: 'abc1234',
  date: '2026-11-21',
  machine: MACHINE,
  load: 0.25,
  rows: [row('wc', 0.1), row('wslog', 0.4, 120), row('mawk', 0.8)],
  stages: [],
  ...over,
})
