import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))

/** A process of worker.mjs that runs. */
export interface Worker {
  readonly child: ChildProcess
  /** All lines so far. */
  readonly lines: readonly string[]
  /** The next line that was not asked for yet; undefined: it has ended. */
  next(): Promise<string | undefined>
  /** Kills it, and waits until it is gone. */
  kill(): Promise<void>
  /** Ends its input, and waits until it is gone. */
  end(): Promise<number | null>
}

/** Starts one, through `command` if given, and ends it with the test at the latest. */
export const startWorker = (args: readonly string[], command: readonly string[] = []): Worker => {
  const [program, ...before] = [...command, process.execPath]
  const child = spawn(program!, [...before, WORKER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: string[] = []
  let asked = 0
  let isOver = false
  let look = (): void => {}
  child.stdin.on('error', () => {}) // it may be dead
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    look()
  })
  const closed = new Promise<number | null>((resolve) => child.on('close', (code) => {
    isOver = true
    look()
    resolve(code)
  }))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await closed
  }
  onTestFinished(kill)
  return {
    child,
    lines,
    next: () => new Promise((resolve) => {
      look = () => {
        if (asked < lines.length || isOver) {
          look = () => {}
          resolve(lines[asked++])
        }
      }
      look()
    }),
    kill,
    end: () => {
      child.stdin.end()
      return closed
    },
  }
}
