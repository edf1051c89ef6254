/** npm run bench [-- options]: how long wslog takes, beside programs that do less. `-- --help` says how. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installProgram } from '../publish/programs.ts'
import { allResults, readResults, writeResults } from './kept-results.ts'
import { LOG_KINDS } from './logs.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { ROOT } from './paths.ts'
import { withBenchmark } from './readme-part.ts'
import { resultsPage } from './results-page.ts'
import { mergeResults, type Scenario } from './results.ts'
import { runScenario, scenariosOf } from './run-scenario.ts'
import { originText, scenarioTable, scenarioTitle, stageTable } from './scenario-table.ts'

const show = (scenario: Scenario): void => {
  const stages = scenario.stages.length === 0 ? '' : `\n${stageTable([scenario])}`
  process.stdout.write(`\n${scenarioTitle(scenario)}\n${originText(scenario)}\n\n${scenarioTable(scenario)}${stages}`)
}

const keep = (measured: readonly Scenario[]): void => {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }
  writeResults(mergeResults(readResults(version), measured, LOG_KINDS.map(({ name }) => name)))
  const all = allResults()
  writeFileSync(`${ROOT}test/bench/RESULTS.md`, resultsPage(all))
  writeFileSync(`${ROOT}README.md`, withBenchmark(readFileSync(`${ROOT}README.md`, 'utf8'), all))
}

const run = async (options: BenchOptions): Promise<void> => {
  if (installProgram('time', { package: 'time' }) === undefined) throw new Error('GNU time measures, and is not here')
  const scenarios = scenariosOf(options)
  const installed = new Set([...new Set(scenarios.flatMap(({ programs }) => programs))].filter((program) => program.install()))
  for (const wanted of scenarios) {
    const folder = mkdtempSync(join(tmpdir(), 'wslog-bench-'))
    const remove = (): void => rmSync(folder, { recursive: true, force: true })
    process.once('exit', remove)
    try {
      const scenario = await runScenario({ ...wanted, folder, installed, options })
      show(scenario)
      // At once: a run over all sizes takes hours, and may end before its end.
      if (options.updateReadme) keep([scenario])
      if (scenario.rows.some(({ key, outcome }) => key.startsWith('wslog') && 'failure' in outcome)) process.exitCode = 1
    } finally {
      remove()
      process.off('exit', remove)
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
if (process.argv.includes('--help')) process.stdout.write(USAGE)
else await run(parseOptions(process.argv.slice(2)))
