import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Outcome, cronRun } from './cron-run.ts'
import { type MonthFormat, makeMonth } from './month.ts'
import { NginxLogs } from './nginx-logs.ts'
import { type Act, type KillPlan, planOf } from './plan.ts'
import { isByHand, rotateByHand, runLogrotate, settle } from './rotate.ts'

export interface ReplayOptions {
  readonly seed: number
  readonly days: number
  readonly perDay: number
  readonly format: MonthFormat
  /** The program under test: a `wslog`. */
  readonly wslog: readonly string[]
  /** Empty, of the test's own. */
  readonly folder: string
}

export interface Replayed {
  /** Where the logs lie as they were written, never rotated. */
  readonly copyFolder: string
  readonly stateFolder: string
  /** The command that cron ran. */
  readonly command: readonly string[]
  /** What was done, in order, to understand a difference by. */
  readonly journal: readonly string[]
  /** What no run may say or end with. */
  readonly surprises: readonly string[]
  readonly runs: number
  readonly kills: { readonly sent: number; readonly hit: number }
}

type RunAct = Extract<Act, { kind: 'run' }>
type RotateAct = Extract<Act, { kind: 'rotate' }>
type Expectation = 'well' | 'well-or-said'

/** Before the first run tells how long they take here. */
const FIRST_GUESS_MS = 200

/** Writes the month step by step, rotates its logs, and runs wslog at the moments of the plan. */
export const replay = async ({ seed, days, perDay, format, wslog, folder }: ReplayOptions): Promise<Replayed> => {
  const { written } = makeMonth(seed, { days, perDay, format })
  const logs = new NginxLogs(folder)
  const stateFolder = join(folder, 'state')
  const command = [...wslog, 'analyze', `${logs.path('ws_access.log')}*`, '-e', `${logs.path('ws_error.log')}*`, '--state', stateFolder]
  mkdirSync(join(folder, 'logrotate'))
  const journal: string[] = []
  const surprises: string[] = []
  const lengths: number[] = []
  const kills = { sent: 0, hit: 0 }
  let runs = 0
  let next = 0
  const note = (ms: number, text: string): void => void journal.push(`${new Date(ms).toISOString()}  ${text}`)

  const writeUntil = (ms: number): void => {
    while (next < written.length && written[next]!.ms <= ms) logs.write(written[next++]!)
  }
  const writeSome = (count: number): void => {
    for (let left = count; left > 0 && next < written.length; left--) logs.write(written[next++]!)
  }

  const judge = ({ code, isKilled, stderr, tookMs }: Outcome, what: string, expected: Expectation, ms: number): void => {
    note(ms, `${what}: ${isKilled ? 'killed' : `exit ${code}`} after ${Math.round(tookMs)} ms${stderr === '' ? '' : `, said: ${stderr.trim()}`}`)
    if (isKilled) return
    lengths.push(tookMs)
    // A log in which there is nothing yet but a line that broke off does not tell its format; the next run finds more.
    if (code === 2 && /no known log format fits its first [12] lines/.test(stderr)) return
    if (code !== 0 && !(expected === 'well-or-said' && code === 2 && stderr !== '')) surprises.push(journal.at(-1)!)
  }

  const usualMs = (): number => lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? FIRST_GUESS_MS

  const runOnce = (kill: KillPlan | undefined): Promise<Outcome> => {
    runs++
    if (kill === undefined) return cronRun(command)
    kills.sent++
    return cronRun(command, 'after' in kill ? { afterMs: kill.after * usualMs(), changes: 0, folder: stateFolder } : { afterMs: 1.5 * usualMs(), changes: kill.changes, folder: stateFolder })
  }

  /** nginx does not wait for anybody: lines come while the run reads. */
  const writeWhile = async (running: Promise<unknown>): Promise<void> => {
    const over = running.then(() => true)
    for (let count = 0; count < 100; count++) {
      writeSome(1)
      if (await Promise.race([over, pause(2)])) return
    }
  }

  const run = async (act: RunAct): Promise<void> => {
    writeUntil(act.ms)
    const half = written[next]
    if (act.hasHalfLine && half !== undefined) {
      next++
      logs.writeHalf(half, 1 + ((half.text.length * 7919) % (half.text.length - 1)))
    }
    const what = `run${act.hasHalfLine ? ', half a line at the end' : ''}${act.isBusy ? ', while lines come' : ''}`
    const first = runOnce(act.kill)
    const second = act.twice ? runOnce(undefined) : undefined
    if (act.isBusy) await writeWhile(first)
    const outcome = await first
    if (outcome.isKilled) kills.hit++
    judge(outcome, what, act.twice ? 'well-or-said' : 'well', act.ms)
    if (second !== undefined) judge(await second, 'the second run at once', 'well-or-said', act.ms)
  }

  const rotate = async ({ ms, manner, date, isTorn, duringRun, runsWithin }: RotateAct): Promise<void> => {
    writeUntil(ms)
    logs.finishLine()
    const broken = written[next]
    if (isTorn && broken !== undefined && statSync(logs.path(broken.log)).size > 0) logs.write({ log: broken.log, text: broken.text.slice(0, broken.text.length >> 1) })
    note(ms, `rotation: ${manner}${isTorn ? ', behind a line that broke off' : ''}`)
    const around = { logs, folder: join(folder, 'logrotate'), date, writeOn: () => writeSome(7) }
    if (isByHand(manner)) {
      const during = async (): Promise<void> => {
        if (runsWithin) judge(await runOnce(undefined), `run within ${manner}`, manner === 'half-compressed' ? 'well-or-said' : 'well', ms)
      }
      await rotateByHand(manner, { ...around, during })
      return
    }
    if (!manner.endsWith('delaycompress')) settle(logs)
    const running = duringRun ? runOnce(undefined) : undefined
    if (running !== undefined) await pause((seed + ms / 100) % Math.ceil(usualMs()))
    runLogrotate(manner, around)
    if (running !== undefined) judge(await running, `run while logrotate works`, 'well-or-said', ms)
  }

  for (const act of planOf(seed, days)) await (act.kind === 'run' ? run(act) : rotate(act))
  writeUntil(Number.POSITIVE_INFINITY)
  logs.end()
  return { copyFolder: logs.copyFolder, stateFolder, command, journal, surprises, runs, kills }
}
