import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { CLI } from './cli.ts'

/** A `wslog` that goes on running. */
export interface Running {
  readonly child: ChildProcess
  /** Whole lines of standard output so far. */
  readonly lines: () => readonly string[]
  readonly errors: () => string
  /** The first line of standard output, from now or before, that fits; waits for it. */
  line(test: (line: string) => boolean): Promise<string>
  /** Waits until standard error holds the text. */
  said(text: string): Promise<void>
  /** Sends a signal and waits for the end; gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts the built `wslog`, and ends it with the test at the latest. */
export const startWslog = (args: readonly string[], { env }: { readonly env?: NodeJS.ProcessEnv } = {}): Running => {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let out = ''
  let err = ''
  let isOver = false
  const waiting = new Set<() => void>()
  const changed = (): void => waiting.forEach((look) => look())
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    changed()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    changed()
  })
  const closed = new Promise<number | null>((resolve) => child.on('close', (code) => {
    isOver = true
    changed()
    resolve(code)
  }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const lines = (): string[] => out.split('\n').slice(0, -1)
  const when = <Found>(find: () => Found | undefined): Promise<Found> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find()
        if (found === undefined && !isOver) return
        waiting.delete(look)
        if (found === undefined) reject(new Error(`wslog ended without it; it said: ${out}${err}`))
        else resolve(found)
      }
      waiting.add(look)
      look()
    })
  return {
    child,
    lines,
    errors: () => err,
    line: (test) => when(() => lines().find(test)),
    said: async (text) => void (await when(() => (err.includes(text) ? true : undefined))),
    end: (signal) => {
      child.kill(signal)
      return closed
    },
  }
}
