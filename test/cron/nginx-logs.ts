import { appendFileSync, closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { LogName, Written } from './month.ts'

export const LOG_NAMES: readonly LogName[] = ['ws_access.log', 'ws_error.log']

/**
 * nginx as a writer of logs: it holds its files open, whatever they are called meanwhile, until it is told to open them again.
 * What it wrote is kept a second time, a file for each life of a log, and nobody rotates that.
 */
export class NginxLogs {
  readonly folder: string
  readonly copyFolder: string
  readonly #open = new Map<LogName, number>()
  readonly #lives = new Map<LogName, number>()
  readonly #pending: { readonly log: LogName; readonly text: string }[] = []

  constructor(folder: string) {
    this.folder = join(folder, 'nginx')
    this.copyFolder = join(folder, 'copy')
    mkdirSync(this.folder, { mode: 0o755 })
    mkdirSync(this.copyFolder)
    for (const log of LOG_NAMES) this.reopen(log)
  }

  path(log: LogName): string {
    return join(this.folder, log)
  }

  write({ log, text }: Pick<Written, 'log' | 'text'>): void {
    this.finishLine()
    this.#put(log, text)
  }

  /** The first part of a line; the rest comes with the next write, or before a log is opened again or cut. */
  writeHalf({ log, text }: Pick<Written, 'log' | 'text'>, length: number): void {
    this.finishLine()
    this.#put(log, text.slice(0, length))
    this.#pending.push({ log, text: text.slice(length) })
  }

  finishLine(): void {
    for (const { log, text } of this.#pending.splice(0)) this.#put(log, text)
  }

  /** USR1: the log by its name from now on. */
  reopen(log: LogName): void {
    this.finishLine()
    this.close(log)
    this.#open.set(log, openSync(this.path(log), 'a', 0o644))
    this.#beginLife(log)
  }

  /** The same file is empty now. */
  wasTruncated(log: LogName): void {
    this.#beginLife(log)
  }

  close(log: LogName): void {
    const file = this.#open.get(log)
    if (file !== undefined) closeSync(file)
    this.#open.delete(log)
  }

  end(): void {
    this.finishLine()
    for (const log of LOG_NAMES) this.close(log)
  }

  #beginLife(log: LogName): void {
    this.#lives.set(log, (this.#lives.get(log) ?? -1) + 1)
    // A log without a line is one, too.
    this.#keep(log, '')
  }

  #keep(log: LogName, text: string): void {
    appendFileSync(join(this.copyFolder, `${log}.${String(this.#lives.get(log)!).padStart(3, '0')}`), text)
  }

  #put(log: LogName, text: string): void {
    writeSync(this.#open.get(log)!, text)
    this.#keep(log, text)
  }
}
