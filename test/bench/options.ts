import { parseArgs } from 'node:util'
import { LOG_KINDS, type LogKind } from './logs.ts'
import type { Program } from './programs/program.ts'
import { PROGRAMS } from './programs/programs.ts'

/** Options, with every default. */
export interface BenchOptions {
  /** 10^6 bytes; 0: an empty log. */
  readonly sizes: readonly number[]
  readonly kinds: readonly LogKind[]
  readonly programs: readonly Program[]
  readonly rounds: number
  readonly budgetSeconds: number
  readonly timeoutSeconds: number
  readonly hasStages: boolean
  readonly updateReadme: boolean
}

export const USAGE = `npm run bench -- [options]: whole processes over logs made on the spot, in turn, on a warm cache
  --size 0,50          sizes in MB (10^6 bytes); 0 is an empty log, and says how long a start takes
  --format ws,gzip     logs: ${LOG_KINDS.map(({ name }) => name).join(', ')} (all but the last)
  --program wc,wslog   programs: ${PROGRAMS.map(({ key }) => key).join(', ')} (all)
  --rounds 5           rounds; figures are medians
  --budget 10          seconds after which a program takes no part in further rounds over a log
  --timeout 1800       seconds after which a run is given up
  --no-stages          no run under the profiler
  --update-readme      keeps the results in test/bench/results/, and writes test/bench/RESULTS.md and the table of README.md
Logs go to the folder for temporary files (TMPDIR), one at a time, and need up to 1.2 times the size.
`

/** @throws Error that says which option is wrong. */
export const parseOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: '0,50' },
      format: { type: 'string', default: LOG_KINDS.filter(({ isUsual }) => isUsual).map(({ name }) => name).join(',') },
      program: { type: 'string', default: PROGRAMS.map(({ key }) => key).join(',') },
      rounds: { type: 'string', default: '5' },
      budget: { type: 'string', default: '10' },
      timeout: { type: 'string', default: '1800' },
      'no-stages': { type: 'boolean', default: false },
      'update-readme': { type: 'boolean', default: false },
    },
  })
  return {
    sizes: listOf(values.size).map((text) => numberOf('--size', text, { least: 0 })),
    kinds: listOf(values.format).map((name) => named('--format', name, LOG_KINDS, (kind) => kind.name)),
    // In the order of the tables, whatever the order they were asked for in.
    programs: PROGRAMS.filter((program) => listOf(values.program).map((key) => named('--program', key, PROGRAMS, (program) => program.key)).includes(program)),
    rounds: numberOf('--rounds', values.rounds, { least: 1 }),
    budgetSeconds: numberOf('--budget', values.budget, { least: 0 }),
    timeoutSeconds: numberOf('--timeout', values.timeout, { least: 1 }),
    hasStages: !values['no-stages'],
    updateReadme: values['update-readme'],
  }
}

const listOf = (text: string): string[] => text.split(',').map((item) => item.trim())

const numberOf = (option: string, text: string, { least }: { least: number }): number => {
  const number = Number(text)
  if (text === '' || !Number.isFinite(number) || number < least) throw new Error(`${option}: ${JSON.stringify(text)} is no number of at least ${least}`)
  return number
}

const named = <T>(option: string, name: string, all: readonly T[], nameOf: (item: T) => string): T => {
  const found = all.find((item) => nameOf(item) === name)
  if (found === undefined) throw new Error(`${option}: no ${JSON.stringify(name)}; there are ${all.map(nameOf).join(', ')}`)
  return found
}
