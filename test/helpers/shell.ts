import { spawn } from 'node:child_process'
import { CLI, outcomeOf, ROOT, type Run } from './cli.ts'

const PRELUDE = 'wslog() { "$WSLOG_NODE" "$WSLOG_CLI" "$@"; }\n'

/** Runs a line of `sh` in which `wslog` is the built one; `$1`, `$2` and so on are `args`. */
export const shell = (script: string, args: readonly string[] = []): Promise<Run> =>
  outcomeOf(spawn('sh', ['-c', PRELUDE + script, 'sh', ...args], { cwd: ROOT, env: { ...process.env, WSLOG_NODE: process.execPath, WSLOG_CLI: CLI }, stdio: ['ignore', 'pipe', 'pipe'] }))
