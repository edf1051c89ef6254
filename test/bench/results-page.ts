import { LOG_KINDS } from './logs.ts'
import { originText, scenarioTable, scenarioTitle, stageTable } from './scenario-table.ts'
import type { Results, Scenario } from './results.ts'
import { asSize, table } from './table.ts'

const ABOUT = `# Benchmark

Written by \`npm run bench -- --update-readme\`; \`results/\` has the same as JSON, and \`npm run bench -- --help\` the options.

Whole processes, from start to end, in turn (A B C, A B C, …), the log in the page cache. Seconds are the median of the runs by the clock;
CPU seconds are user and system time of all threads and children; peak memory is the most that one process held, in 10^6
bytes, as the kernel counts it. A program that is slow runs in fewer rounds (\`runs\`). Sizes are in 10^6 bytes. × is time against
that program's time on the same log. Every count that a program prints is held against what is in the log. GNU time, which measures, adds
about a millisecond to each. ripgrep maps the file into memory, so its peak is that of the page cache.
\`load\` is the machine's average over the minute before: with one that is not small, only ratios say something, and little.

Logs are made on the spot from a seed: a day's handshakes of 60,000 clients, a third of the sessions cut by a timer of 60 s, 5 %
failed, queries that are all different. Node itself: its start, loading of modules, its own threads.
`

/** `test/bench/RESULTS.md`: everything that is kept, by version. */
export const resultsPage = (all: readonly Results[]): string => [ABOUT, logTable(), programTable(all), ...all.map(versionPart)].join('\n')

const logTable = (): string => table(['log', 'what it is'], LOG_KINDS.map(({ name, about }) => [name, about]), { texts: 2 })

const programTable = (all: readonly Results[]): string => {
  const does = new Map(all.flatMap(({ scenarios }) => scenarios.flatMap(({ rows }) => rows.map(({ name, does }) => [name, does] as const))))
  return table(['program', 'what it does'], [...does], { texts: 2 })
}

const versionPart = ({ version, scenarios }: Results): string => {
  const sizes = [...new Set(scenarios.map(({ megabytes }) => megabytes))]
  return [`## ${version}\n`, ...sizes.map((size) => sizePart(scenarios.filter(({ megabytes }) => megabytes === size)))].join('\n')
}

const sizePart = (scenarios: readonly Scenario[]): string => {
  const logs = scenarios.map((scenario) => `#### ${scenarioTitle(scenario)}\n\n${originText(scenario)}\n\n${scenarioTable(scenario)}`)
  const profiled = scenarios.filter(({ stages }) => stages.length > 0)
  const stages = profiled.length === 0 ? [] : [`#### Where the time of \`wslog analyze --json\` goes\n\n${stageTable(profiled)}`]
  return [`### ${asSize(scenarios[0]!.megabytes)}\n`, ...logs, ...stages].join('\n')
}
