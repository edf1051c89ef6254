import { type BigIntStats, statSync } from 'node:fs'
import { inputError } from './input-error.ts'
import { type Opened, openRegular } from './open-regular.ts'

/** The path of a log: what is there by now, and why it cannot be read. */
export class LogPath {
  readonly #path: string
  #state: 'following' | 'waiting' = 'waiting'
  #problem: string | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** `waiting`: nothing was there when it was looked for last. */
  get state(): 'following' | 'waiting' {
    return this.#state
  }

  /** In words for a person; undefined: it can be read, or nothing is there. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** What is there; undefined: nothing, or nothing that can be read. `isOpen`: some file of the path is, so what was wrong is over. */
  find({ isOpen }: { readonly isOpen: boolean }): BigIntStats | undefined {
    try {
      const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
      this.#state = stats === undefined ? 'waiting' : 'following'
      if (stats === undefined || stats.isFile()) {
        if (stats === undefined || isOpen) this.#problem = undefined
        return stats
      }
      this.#problem = `${this.#path}: ${stats.isDirectory() ? 'is a folder; name the files in it' : NO_FILE}`
    } catch (error) {
      const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
      this.#state = isMissing ? 'waiting' : 'following'
      if (isMissing) this.#problem = undefined
      else this.fail(error)
    }
    return undefined
  }

  open(): Opened | undefined {
    try {
      const opened = openRegular(this.#path)
      this.#problem = opened === undefined ? `${this.#path}: ${NO_FILE}` : undefined
      return opened
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#problem = undefined
      else this.fail(error)
      return undefined
    }
  }

  /** What the system refused is the problem now. Throws what is no failure of the system. */
  fail(error: unknown): void {
    this.#problem = inputError(this.#path, error).message
  }
}

const NO_FILE = 'is no regular file; only a log on disk can be followed'
