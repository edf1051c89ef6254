import { spawn } from 'node:child_process'
import { CLI, ROOT, type Run } from './cli.ts'

const PRELUDE = 'wslog() { "$WSLOG_NODE" "$WSLOG_CLI" "$@"; }\n'

/** Runs a line of `sh` in which `wslog` is the built one; `$1`, `$2` and so on are `args`. */
export const shell = (script: string, args: readonly string[] = []): Promise<Run> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, WSLOG_NODE: process.execPath, WSLOG_CLI: CLI }
    const child = spawn('sh', ['-c', PRELUDE + script, 'sh', ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
