import type { Machine } from './machine.ts'
import { ratioTo, type Row, type Scenario } from './results.ts'
import { asRatio, asSize, inSeconds, table } from './table.ts'

/** One log, all programs over it. */
export const scenarioTable = (scenario: Scenario): string =>
  table(['program', 'seconds', 'least – most', 'runs', 'CPU seconds', 'peak MB', '× `wc -l`', '× mawk'], scenario.rows.map((row) => [row.name, ...figuresOf(row, scenario)]), { texts: 1 })

const figuresOf = (row: Row, scenario: Scenario): string[] => {
  if ('failure' in row.outcome) return [row.outcome.failure, '–', '–', '–', '–', '–', '–']
  const { seconds, runs, cpuSeconds, peakMegabytes } = row.outcome
  return [inSeconds(seconds.median), `${inSeconds(seconds.min)} – ${inSeconds(seconds.max)}`, String(runs), cpuSeconds.toFixed(2), peakMegabytes.toFixed(0), asRatio(ratioTo('wc', row, scenario)), asRatio(ratioTo('mawk', row, scenario))]
}

/** "ws, 500 MB: 2,127,660 lines, error log of 50 MB". */
export const scenarioTitle = ({ log, megabytes, lines, errorMegabytes }: Scenario): string =>
  megabytes === 0 ? 'An empty log' : `${log}, ${asSize(megabytes)}: ${lines.toLocaleString('en')} lines, error log of ${errorMegabytes.toFixed(errorMegabytes < 10 ? 1 : 0)} MB`

const machineText = ({ cpu, cores, memoryGigabytes, node, kernel }: Machine): string => `${cores} × ${cpu}, ${memoryGigabytes} GB, ${kernel}, Node ${node}`

/** "commit abc1234, 2026-11-21, 2 × …, load 0.1": what others kept the processors busy with before it began. */
export const originText = ({ commit, date, machine, load }: Scenario): string => `commit ${commit}, ${date}, ${machineText(machine)}, load ${load.toFixed(1)}`

/** Share of time by stage, a column a log; a stage that takes under half a percent everywhere is left out. */
export const stageTable = (scenarios: readonly Scenario[]): string => {
  const most = new Map<string, number>()
  for (const { stages } of scenarios) for (const { stage, share } of stages) most.set(stage, Math.max(share, most.get(stage) ?? 0))
  const shown = [...most].filter(([, share]) => share >= 0.005).sort((a, b) => b[1] - a[1])
  const shareOf = ({ stages }: Scenario, stage: string): string => `${((stages.find((other) => other.stage === stage)?.share ?? 0) * 100).toFixed(0)} %`
  return table(['stage', ...scenarios.map(({ log, megabytes }) => (megabytes === 0 ? 'empty log' : log))], shown.map(([stage]) => [stage, ...scenarios.map((scenario) => shareOf(scenario, stage))]), { texts: 1 })
}
