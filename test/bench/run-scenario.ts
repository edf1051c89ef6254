import { createReadStream } from 'node:fs'
import { loadavg } from 'node:os'
import { thisCommit, thisMachine } from './machine.ts'
import { LOG_KINDS, type LogKind, type Logs } from './logs.ts'
import { makeLogs } from './make-logs.ts'
import { measure, type Measurement } from './measure.ts'
import type { BenchOptions } from './options.ts'
import { profileOf } from './profile.ts'
import type { Found, Program } from './programs/program.ts'
import { STARTERS } from './programs/programs.ts'
import { analyzeArgs, UNBUNDLED_CLI, wslogAnalyze } from './programs/wslog.ts'
import type { Scenario } from './results.ts'
import { runRounds } from './rounds.ts'
import { stageShares } from './stages.ts'
import { summarise } from './statistics.ts'

export interface ScenarioOptions {
  readonly kind: LogKind
  readonly megabytes: number
  /** Of its own: for the logs and what programs write. */
  readonly folder: string
  /** In the order of the table. */
  readonly programs: readonly Program[]
  /** Those of them that can be run; the others are said to be missing. */
  readonly installed: ReadonlySet<Program>
  readonly options: Pick<BenchOptions, 'rounds' | 'budgetSeconds' | 'timeoutSeconds' | 'hasStages'>
}

/** Makes the logs in a folder of their own, and measures all programs over them. */
export const runScenario = async ({ kind, megabytes, folder, programs, installed, options }: ScenarioOptions): Promise<Scenario> => {
  const [load] = loadavg() as [number]
  const logs = makeLogs(kind, { folder, megabytes })
  await readOnce(logs.access)
  await readOnce(logs.errors)
  const records = await runRounds(programs.filter((program) => installed.has(program)), (program) => measureOne(program, logs, { folder, timeoutSeconds: options.timeoutSeconds }), options)
  return {
    log: kind.name,
    megabytes,
    lines: logs.lines,
    errorMegabytes: logs.errorBytes / 1e6,
    rounds: options.rounds,
    commit: thisCommit(),
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    load,
    rows: programs.map((program) => {
      const { key, name, does } = program
      const record = records.get(program) ?? { failure: 'not installed' }
      return { key, name, does, outcome: 'failure' in record ? record : summarise(record.measurements) }
    }),
    stages: options.hasStages && programs.includes(wslogAnalyze) ? stageShares(profileOf(analyzeArgs(logs, { withErrors: false, threads: 1 }, UNBUNDLED_CLI), { folder })) : [],
  }
}

/** What a run takes: every log at every size; an empty one once, since all are alike, and only by those who show how long a start takes. */
export const scenariosOf = ({ sizes, kinds, programs }: Pick<BenchOptions, 'sizes' | 'kinds' | 'programs'>): Pick<ScenarioOptions, 'kind' | 'megabytes' | 'programs'>[] =>
  sizes.flatMap((megabytes) => (megabytes === 0 ? [{ kind: LOG_KINDS[0]!, megabytes, programs: STARTERS }] : kinds.map((kind) => ({ kind, megabytes, programs }))))

/** Into the page cache. */
const readOnce = async (path: string): Promise<void> => {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) void chunk
}

const measureOne = async (program: Program, logs: Logs, options: { folder: string; timeoutSeconds: number }): Promise<Measurement> => {
  const outcome = await measure(program.command(logs), options)
  if (outcome.code === 'timeout') throw new Error(`over ${options.timeoutSeconds} s`)
  if (outcome.code !== 0) throw new Error(`ended with ${outcome.code}`)
  const fault = faultOf(program.found(outcome.stdout), logs)
  if (fault !== undefined) throw new Error(fault)
  return outcome.measurement
}

/** What is wrong with a count; undefined: it is right. */
export const faultOf = (found: Found, { lines, sessions }: Pick<Logs, 'lines' | 'sessions'>): string | undefined => {
  const [what, count, is] = 'lines' in found ? ['lines', found.lines, lines] : ['sessions', found.sessions, sessions]
  return count === is ? undefined : `found ${count} of ${is} ${what}`
}
