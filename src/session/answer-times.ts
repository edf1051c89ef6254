const MINUTE_MS = 60_000
/** Of so many minutes the longest is known. */
const MINUTES = 10
/** A busy event loop, a slow login: no answer is expected sooner. */
const SHORTEST_MS = 1000
/** proxy_connect_timeout and proxy_read_timeout of nginx, 60 s each: by then it has answered by itself. */
const LONGEST_MS = 120_000

/** How long handshakes took of late, from their line's time: the longest of the last ten minutes. */
export class AnswerTimes {
  readonly #minutes = new Float64Array(MINUTES).fill(Number.NEGATIVE_INFINITY)
  readonly #longest = new Float64Array(MINUTES)

  add(atMs: number, answerMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS)
    const slot = minute % MINUTES
    if (!(minute >= this.#minutes[slot]!)) return
    if (minute > this.#minutes[slot]!) {
      this.#minutes[slot] = minute
      this.#longest[slot] = 0
    }
    if (answerMs > this.#longest[slot]!) this.#longest[slot] = answerMs
  }

  /** 1 to 120 s, in ms. */
  longestMs(nowMs: number): number {
    const minute = Math.floor(nowMs / MINUTE_MS)
    let longest = SHORTEST_MS
    for (let slot = 0; slot < MINUTES; slot++) if (this.#minutes[slot]! > minute - MINUTES && this.#longest[slot]! > longest) longest = this.#longest[slot]!
    return Math.min(longest, LONGEST_MS)
  }
}
