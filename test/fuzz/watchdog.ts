import { Worker } from 'node:worker_threads'

/** A long line of a format with many ambiguous values takes some seconds, on a machine that does much else besides up to twenty. */
const MAX_CASE_MS = 120_000

/** Plain JavaScript, so that a thread starts with no loader. A loop without an end lets no timer of its own thread come up: only another one can tell. */
const WATCH = `
const { workerData: { shared, names, maxMs, again } } = require('node:worker_threads')
const at = new Int32Array(shared)
for (;;) {
  const beat = Atomics.load(at, 0)
  if (Atomics.wait(at, 0, beat, beat % 2 === 1 ? maxMs : Infinity) !== 'timed-out') continue
  const seed = Atomics.load(at, 2) >>> 0
  const name = names[Atomics.load(at, 1)]
  require('node:fs').writeSync(2, '\\n' + name + ', seed ' + seed + ': hangs: no end after ' + maxMs / 1000 + ' s\\n' + again.replace('<target>', name).replace('<seed>', seed) + '\\n')
  process.kill(process.pid, 'SIGKILL')
}`

/** Ends the process when a case does not, and says which one it was. */
export class Watchdog {
  readonly #at = new Int32Array(new SharedArrayBuffer(12))
  readonly #names: readonly string[]
  readonly #worker: Worker

  /** `again`: what to do to see it again, with `<target>` and `<seed>` in it. */
  constructor(names: readonly string[], again: string, { maxMs = MAX_CASE_MS }: { readonly maxMs?: number } = {}) {
    this.#names = names
    this.#worker = new Worker(WATCH, { eval: true, execArgv: [], workerData: { shared: this.#at.buffer, names, maxMs, again } })
    this.#worker.unref()
  }

  begin(name: string, seed: number): void {
    this.#at[1] = this.#names.indexOf(name)
    this.#at[2] = seed
    this.#beat()
  }

  end(): void {
    this.#beat()
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Odd while a case is tried. */
  #beat(): void {
    Atomics.add(this.#at, 0, 1)
    Atomics.notify(this.#at, 0)
  }
}
