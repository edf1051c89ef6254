import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A program and what it is given. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A whole process, from its start to its end. */
export interface Measurement {
  readonly seconds: number
  /** User and system time, of all threads and of all its children. */
  readonly cpuSeconds: number
  /** Resident memory at its highest, in 10^6 bytes; of several processes in a pipe, of the largest. */
  readonly peakMegabytes: number
}

/** How a process ended: its exit code, or that its time was up. */
export type Outcome = { readonly code: number; readonly measurement: Measurement; readonly stdout: string } | { readonly code: 'timeout' }

export interface MeasureOptions {
  /** For what GNU time and the program write. */
  readonly folder: string
  readonly timeoutSeconds: number
}

/**
 * Runs a command under GNU time, its output into a file of the folder. GNU time has the figures from the kernel
 * (`wait4`), so no peak is missed; that one process more costs about a millisecond.
 */
export const measure = async ({ file, args, env }: Command, { folder, timeoutSeconds }: MeasureOptions): Promise<Outcome> => {
  const usage = join(folder, 'usage')
  const stdout = join(folder, 'stdout')
  const out = openSync(stdout, 'w')
  try {
    const startedNs = process.hrtime.bigint()
    // A group of its own, so that a pipe can be ended whole.
    const child = spawn('time', ['-q', '-f', '%U %S %M', '-o', usage, file, ...args], { stdio: ['ignore', out, 'inherit'], env: { ...process.env, ...env }, detached: true })
    const kill = (): boolean => process.kill(-child.pid!, 'SIGKILL')
    // Whoever interrupts the benchmark does not want it to go on.
    process.once('exit', kill)
    const ended = await new Promise<{ code: number | null; isLate: boolean; endedNs: bigint }>((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        kill()
      }, timeoutSeconds * 1000)
      const stopWatching = (): void => {
        clearTimeout(timer)
        process.off('exit', kill)
      }
      child.on('error', (error) => {
        stopWatching()
        reject(error)
      })
      child.on('exit', (code) => {
        const endedNs = process.hrtime.bigint()
        stopWatching()
        resolve({ code, isLate, endedNs })
      })
    })
    if (ended.isLate) return { code: 'timeout' }
    const [user, system, kibibytes] = readFileSync(usage, 'utf8').trim().split(' ').map(Number) as [number, number, number]
    return {
      code: ended.code ?? 1,
      measurement: { seconds: Number(ended.endedNs - startedNs) / 1e9, cpuSeconds: user + system, peakMegabytes: (kibibytes * 1024) / 1e6 },
      stdout: readFileSync(stdout, 'utf8'),
    }
  } finally {
    closeSync(out)
  }
}
