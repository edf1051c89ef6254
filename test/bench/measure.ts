import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Measurement {
  readonly seconds: number
  readonly peakMegabytes: number
  readonly code: number | null
}

const POLL_MS = 4

/** Runs a command as a whole process, its output thrown away: wall-clock time and peak resident memory (Linux: VmHWM). */
export const measure = (command: string, args: readonly string[]): Promise<Measurement> =>
  new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    let peakKilobytes = 0
    const poll = setInterval(() => {
      peakKilobytes = Math.max(peakKilobytes, peakOf(child.pid))
    }, POLL_MS)
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(poll)
      resolve({ seconds: Number(process.hrtime.bigint() - started) / 1e9, peakMegabytes: peakKilobytes / 1000, code })
    })
  })

const peakOf = (pid: number | undefined): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
  } catch {
    return 0 // the process has just ended
  }
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
