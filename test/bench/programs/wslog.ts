import { ROOT } from '../paths.ts'
import type { Logs } from '../logs.ts'
import type { Program } from './program.ts'

/** As users run it. */
const CLI = `${ROOT}dist/bin/start.js`
/** The same, a file a module: where a function stands is where it came from. */
export const UNBUNDLED_CLI = `${ROOT}dist/start.js`

interface Job {
  /** Joined with the error log. */
  readonly withErrors: boolean
  readonly threads: number
}

/** The arguments of Node that make a report of the logs. */
export const analyzeArgs = ({ access, errors }: Pick<Logs, 'access' | 'errors'>, { withErrors, threads }: Job, cli = CLI): string[] => [cli, 'analyze', '--json', access, ...(withErrors ? ['-e', errors] : []), '--threads', String(threads)]

const analyze = ({ name, key, does, ...job }: Pick<Program, 'name' | 'key' | 'does'> & Job): Program => ({
  name,
  key,
  does,
  install: () => true,
  command: (logs) => ({ file: process.execPath, args: analyzeArgs(logs, job), env: {} }),
  found: (stdout) => ({ sessions: (JSON.parse(stdout) as { sessions: { count: number } }).sessions.count }),
})

export const wslogAnalyze = analyze({ name: 'wslog analyze --json --threads 1', key: 'wslog', does: 'the whole report, by one thread', withErrors: false, threads: 1 })
export const wslogWithErrors = analyze({ name: 'wslog analyze --json -e', key: 'wslog-errors', does: 'the whole report, joined with an error log of a tenth of the size', withErrors: true, threads: 1 })
export const wslogThreads = analyze({ name: 'wslog analyze --json --threads 2', key: 'wslog-threads', does: 'the whole report, by two threads, as is the default for large logs', withErrors: false, threads: 2 })
