import { writeSync } from 'node:fs'
import type tty from 'node:tty'

/** A terminal by its file. */
export type TerminalOutput = tty.WriteStream & { readonly fd: number }

/** How often a terminal that takes nothing is asked again; it costs nothing while it takes all. */
const RETRY_MS = 20
/** How long the last word may wait for such a terminal. */
const LAST_WORD_MS = 500

/**
 * Writes to a terminal without ever waiting for it. Node writes to terminals synchronously: over a connection that stands still, the
 * whole program would stand still with it. So between `open` and `close` the terminal does not block, and what it
 * does not take at once is kept here and offered again.
 */
export class TerminalWriter {
  readonly #output: TerminalOutput
  readonly #onDrain: () => void
  readonly #onGone: () => void
  #rest: Buffer | undefined
  #timer: NodeJS.Timeout | undefined
  #isGone = false

  constructor(output: TerminalOutput, { onDrain, onGone }: { onDrain: () => void; onGone: () => void }) {
    this.#output = output
    this.#onDrain = onDrain
    this.#onGone = onGone
  }

  /** Whether the terminal has not yet taken what was written. */
  get isBusy(): boolean {
    return this.#rest !== undefined || this.#isGone
  }

  open(): void {
    setBlocking(this.#output, false)
  }

  write(text: string): void {
    if (this.#isGone) return
    const bytes = Buffer.from(text)
    this.#rest = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes])
    this.#flush()
  }

  /** Drops what the terminal has not taken, writes the last word and lets the terminal block again. Synchronous; waits half a second at most. */
  close(lastWord: string): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#rest = undefined
    if (this.#isGone) return
    const until = Date.now() + LAST_WORD_MS
    let bytes: Buffer = Buffer.from(lastWord)
    while (bytes.length > 0 && Date.now() < until) {
      const written = this.#offer(bytes)
      if (written === undefined) break
      bytes = bytes.subarray(written)
      if (bytes.length > 0) pause(RETRY_MS)
    }
    setBlocking(this.#output, true)
  }

  /** Writes nothing from now on. False when that was so before. */
  giveUp(): boolean {
    if (this.#isGone) return false
    this.#isGone = true
    clearTimeout(this.#timer)
    return true
  }

  #flush(): void {
    if (this.#rest === undefined) return
    const written = this.#offer(this.#rest)
    if (written === undefined) {
      this.#onGone()
      return
    }
    this.#rest = written === this.#rest.length ? undefined : this.#rest.subarray(written)
    if (this.#rest === undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#flush()
      if (this.#rest === undefined) this.#onDrain()
    }, RETRY_MS)
  }

  /** Bytes that the terminal took; undefined when there is no terminal any more. */
  #offer(bytes: Buffer): number | undefined {
    try {
      return writeSync(this.#output.fd, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0
      return undefined
    }
  }
}

/** Node has no public name for it, and opens terminals blocking (node/lib/tty.js). Where it cannot be set, writing waits for the terminal. */
const setBlocking = (output: TerminalOutput, isBlocking: boolean): void => {
  const { _handle: handle } = output as { _handle?: { setBlocking?: (isBlocking: boolean) => number } | null }
  handle?.setBlocking?.(isBlocking)
}

const pause = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
