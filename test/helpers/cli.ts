import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const CLI = `${ROOT}dist/bin/start.js`

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a process wrote, and how it ended. */
export const outcomeOf = (child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<Run> =>
  new Promise((resolve, reject) => {
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }))
  })

/** Runs the built `wslog` as a user would; `input` goes to its standard input. */
export const wslog = (args: readonly string[], { input, cwd, env }: { input?: string | Buffer; cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Run> => {
  const child = spawn(process.execPath, [CLI, ...args], { cwd, env: { ...process.env, ...env } })
  child.stdin.on('error', () => {}) // it may have ended before it read all
  child.stdin.end(input)
  return outcomeOf(child)
}
