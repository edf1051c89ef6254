import { spawn } from 'node:child_process'
import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

/** How a run is ended before its time: after so many ms, or as soon as so many changes were seen in its state folder (the ms then are the latest). */
export interface Kill {
  readonly afterMs: number
  readonly changes: number
  readonly folder: string
}

export interface Outcome {
  readonly code: number | null
  readonly isKilled: boolean
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
}

/** Sees what changes in a folder and in those that lie in it; the folder may not be there yet, before the first run. */
const watchFolder = (folder: string, onChange: () => void): FSWatcher[] => {
  if (!existsSync(folder)) return []
  const within = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  return [folder, ...within].map((path) => watch(path, onChange).on('error', () => {}))
}

/** Runs a command as cron does: with no terminal, no input, and little of an environment. */
export const cronRun = ([program, ...args]: readonly string[], kill?: Kill): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const startMs = performance.now()
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/bin:/bin', HOME: '/', LOGNAME: 'root', SHELL: '/bin/sh' } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    const end = (): void => void child.kill('SIGKILL')
    let seen = 0
    const timer = kill === undefined ? undefined : setTimeout(end, kill.afterMs)
    const watchers = kill === undefined || kill.changes === 0 ? [] : watchFolder(kill.folder, () => {
      if (++seen === kill.changes) end()
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
      resolve({ code, isKilled: signal === 'SIGKILL', stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8'), tookMs: performance.now() - startMs })
    })
  })
