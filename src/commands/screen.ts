import type tty from 'node:tty'
import { columnsOf } from '../render/columns.ts'
import { keysOf } from './keys.ts'
import { type TerminalOutput, TerminalWriter } from './terminal-writer.ts'

const CSI = '\u001B['
/** The screen of programs like less, no cursor, and no wrapping: a character that is wider than thought must not push the next line. */
const ENTER = `${CSI}?1049h${CSI}?25l${CSI}?7l`
/** All of it undone, colours and a half-drawn frame too. Harmless where nothing was done. */
const LEAVE = `${CSI}?2026l${CSI}0m${CSI}?7h${CSI}?1049l${CSI}?25h`
/** Terminals that know it show the frame at once when it is whole; others ignore it. */
const BEGIN_FRAME = `${CSI}?2026h`
const END_FRAME = `${CSI}?2026l`
const CLEAR = `${CSI}2J`
const ERASE_REST = `${CSI}K`

/** What ends a program unless someone handles it. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/** Long enough for a stop signal to stop; a program whose process group is orphaned is never stopped. */
const STOP_MS = 100

export interface ScreenOptions {
  readonly input: tty.ReadStream
  readonly output: TerminalOutput
  /** A key: a character as it is, or `^C`. Not called for `^L` and `^Z`, which the screen obeys itself. */
  readonly onKey: (key: string) => void
  /** The terminal has another size, or has come back after a stop: draw anew. */
  readonly onResize: () => void
  /** Nobody can see it any more: the terminal was closed, or the connection to it broke. */
  readonly onGone: () => void
}

/**
 * The terminal as a screen to draw on. Whatever ends the program but SIGKILL, the terminal is then as it was found: the last word
 * is written synchronously, from an exit handler at the latest. An uncaught error shows after that, on the terminal's own screen.
 * Nothing else may write to the output between `enter` and `leave`.
 */
export class Screen {
  readonly #options: ScreenOptions
  readonly #writer: TerminalWriter
  #state: 'left' | 'entered' | 'stopped' = 'left'
  /** Lines that the terminal shows; undefined: not known, so that all of it is drawn. */
  #shown: readonly string[] | undefined
  /** What was to be drawn last, while the terminal shows it or does not yet. */
  #wanted: readonly string[] | undefined
  #stopTimer: NodeJS.Timeout | undefined

  constructor(options: ScreenOptions) {
    this.#options = options
    this.#writer = new TerminalWriter(options.output, { onDrain: () => this.#paint(), onGone: () => this.#gone() })
  }

  /** Takes the terminal over. */
  enter(): void {
    if (this.#state !== 'left') return
    const { input, output } = this.#options
    process.on('exit', this.#leaveNow)
    // Before anyone prints the error, which else would vanish with the screen.
    process.on('uncaughtExceptionMonitor', this.#leaveNow)
    for (const signal of ENDING_SIGNALS) process.on(signal, this.#end)
    process.on('SIGTSTP', this.#stopped)
    process.on('SIGCONT', this.#continued)
    output.on('resize', this.#resized)
    input.on('data', this.#data)
    input.on('end', this.#gone)
    // They stay after the screen is left: a terminal that has gone may say so late, and nobody else expects an error of it.
    for (const stream of [input, output]) stream.off('error', this.#gone).on('error', this.#gone)
    this.#take()
    input.resume()
  }

  /** Shows these lines, the first at the top. While the terminal has not taken the frame before, only the latest is kept. */
  draw(lines: readonly string[]): void {
    this.#wanted = lines
    this.#paint()
  }

  /** Gives the terminal back as it was. */
  leave(): void {
    if (this.#state === 'left') return
    const { input, output } = this.#options
    this.#release()
    clearTimeout(this.#stopTimer)
    this.#state = 'left'
    this.#wanted = undefined
    process.off('exit', this.#leaveNow)
    process.off('uncaughtExceptionMonitor', this.#leaveNow)
    for (const signal of ENDING_SIGNALS) process.off(signal, this.#end)
    process.off('SIGTSTP', this.#stopped)
    process.off('SIGCONT', this.#continued)
    output.off('resize', this.#resized)
    input.off('data', this.#data)
    input.off('end', this.#gone)
    input.pause()
  }

  /** Gives the terminal back and stops the process group, as ^Z does; `fg` takes it again. */
  suspend(): void {
    this.#stop(0)
  }

  #take(): void {
    this.#state = 'entered'
    this.#shown = undefined
    this.#setRaw(true)
    this.#writer.open()
    this.#writer.write(ENTER)
  }

  #release(): void {
    if (this.#state !== 'entered') return
    this.#state = 'stopped'
    this.#writer.close(LEAVE)
    this.#setRaw(false)
  }

  /** Stops this process, or with 0 its whole group, as the signal does where nobody handles it. */
  #stop(pid: number): void {
    if (this.#state !== 'entered') return
    this.#release()
    process.off('SIGTSTP', this.#stopped)
    process.kill(pid, 'SIGTSTP')
    // The time stands still while it is stopped. Where it was not stopped at all, nothing else would take the screen again.
    this.#stopTimer = setTimeout(this.#continued, STOP_MS)
  }

  readonly #stopped = (): void => this.#stop(process.pid)

  readonly #continued = (): void => {
    clearTimeout(this.#stopTimer)
    if (this.#state === 'left') return
    if (this.#state === 'stopped') process.on('SIGTSTP', this.#stopped)
    // After SIGSTOP, which cannot be handled, the shell has set the terminal as it likes it; Node thinks that it is raw still.
    else this.#setRaw(false)
    this.#take()
    this.#paint()
    // Nobody tells a stopped program that the terminal's size has changed.
    process.kill(process.pid, 'SIGWINCH')
    this.#options.onResize()
  }

  readonly #leaveNow = (): void => this.leave()

  /** With nobody else to handle it, the signal does what it would have done. */
  readonly #end = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return
    this.leave()
    process.kill(process.pid, signal)
  }

  readonly #gone = (): void => {
    if (!this.#writer.giveUp()) return
    this.#options.onGone()
  }

  readonly #resized = (): void => {
    this.#shown = undefined
    this.#options.onResize()
  }

  readonly #data = (chunk: Buffer | string): void => {
    for (const key of keysOf(chunk.toString())) {
      if (this.#state === 'left') return
      if (key === '^Z') this.suspend()
      else if (key === '^L') this.#repaint()
      else this.#options.onKey(key)
    }
  }

  #repaint(): void {
    this.#shown = undefined
    this.#paint()
  }

  #paint(): void {
    if (this.#state !== 'entered' || this.#wanted === undefined || this.#writer.isBusy) return
    const { rows, columns } = this.#options.output
    const lines = this.#wanted.slice(0, rows)
    const frame = frameOf(lines, this.#shown, { rows, columns })
    this.#shown = lines
    if (frame !== '') this.#writer.write(frame)
  }

  #setRaw(isRaw: boolean): void {
    try {
      this.#options.input.setRawMode(isRaw)
    } catch (error) {
      // A terminal that has gone has no mode.
      if (isRaw) throw error
    }
  }
}

/** What turns the shown lines into these: only the lines that differ, each erased to its end; empty when none does. */
const frameOf = (lines: readonly string[], shown: readonly string[] | undefined, { rows, columns }: { rows: number; columns: number }): string => {
  let frame = ''
  for (let row = 0; row < rows; row++) {
    const line = lines[row] ?? ''
    if (shown !== undefined && line === (shown[row] ?? '')) continue
    // Behind a line that fills the screen the cursor stands on its last character: erasing there would erase it.
    frame += `${CSI}${row + 1};1H${columnsOf(line) < columns ? line + ERASE_REST : ERASE_REST + line}`
  }
  if (frame === '' && shown !== undefined) return ''
  return `${BEGIN_FRAME}${shown === undefined ? CLEAR : ''}${frame}${END_FRAME}`
}
