import { WslogError } from '../errors.ts'
import type { RunTotals } from '../live/snapshot.ts'
import type { Metrics } from './metrics.ts'
import { writeTextfile } from './textfile.ts'

/** Keeps the metrics in a file, one writing after the other. Never throws: a disk that is full for a while ends nothing. */
export class TextfileWriter {
  readonly #options: { readonly path: string | undefined; readonly metrics: Metrics; readonly say: (text: string) => void }
  #writing: Promise<void> | undefined
  #hasFailed = false

  constructor(options: { readonly path: string | undefined; readonly metrics: Metrics; readonly say: (text: string) => void }) {
    this.#options = options
  }

  write(totals: RunTotals): void {
    if (this.#options.path === undefined || this.#writing !== undefined) return
    this.#writing = this.#write(totals).finally(() => (this.#writing = undefined))
  }

  async end(totals: RunTotals): Promise<void> {
    await this.#writing
    this.write(totals)
    await this.#writing
  }

  async #write(totals: RunTotals): Promise<void> {
    const { path, metrics, say } = this.#options
    try {
      await writeTextfile(path!, await metrics.render(totals, 'textfile'))
      this.#hasFailed = false
    } catch (error) {
      if (!this.#hasFailed) say(error instanceof WslogError ? error.message : `--textfile ${path}: a bug of wslog (${String(error)}); nothing was written`)
      this.#hasFailed = true
    }
  }
}
