import type { ReadTally } from '../log-format/read-tally.ts'

const NOTHING: ReadTally['counts'] = { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }

/** What a log's tally has grown by since the last look, so that lines without a time belong to the hour around them. */
export class LineMeter {
  readonly #tally: () => ReadTally
  #counts = NOTHING
  #bytes = 0
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY

  /** `tally`: of all lines of the log so far. */
  constructor(tally: () => ReadTally) {
    this.#tally = tally
  }

  /** A line of this time, ms since the epoch, is about to be counted. */
  see(atMs: number): void {
    if (atMs < this.#fromMs) this.#fromMs = atMs
    if (atMs > this.#toMs) this.#toMs = atMs
  }

  /** Since the last call; undefined: nothing. */
  take(): ReadTally | undefined {
    const { counts, bytes, formats } = this.#tally()
    const before = this.#counts
    const [parsed, skipped, filtered] = [counts.parsed - before.parsed, counts.skipped - before.skipped, counts.filtered - before.filtered]
    // The line that is being told of is read already, and nothing else yet.
    const read = parsed + skipped + filtered
    const isNothing = bytes === this.#bytes && read === 0 && this.#toMs < this.#fromMs
    const part: ReadTally = {
      counts: { read, parsed, skipped, filtered, overlong: counts.overlong - before.overlong, glued: counts.glued - before.glued },
      formats, bytes: bytes - this.#bytes, fromMs: this.#fromMs, toMs: this.#toMs,
    }
    this.#counts = { ...counts }
    this.#bytes = bytes
    this.#fromMs = Number.POSITIVE_INFINITY
    this.#toMs = Number.NEGATIVE_INFINITY
    return isNothing ? undefined : part
  }
}
