import type { Message } from '../error-log/message.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { AccessRecord } from '../log-format/record.ts'
import { canExplain, ErrorIndex, type Explainer, type Explicable, type JoinCounts } from './error-index.ts'

/** A line explains a request that ends no more than this later: nginx lingers for half a minute, and a log may be buffered for some. */
const USEFUL_MS = 15 * 60_000
/** Lines of a generation, some 16 MB: at ten thousand error lines a second it still holds half a minute, as long as nginx lingers. */
const CAPACITY = 1 << 18

/**
 * The latest lines of error logs that are followed, in fixed memory: two generations, of which the older one goes when
 * the newer one is full, or old itself.
 */
export class RecentErrorIndex implements Explainer {
  readonly #capacity: number
  #newer = new ErrorIndex()
  #older = new ErrorIndex()
  /** When the first line of the newer generation was written. */
  #newerFromMs = 0
  #isDoubtful = false
  #before: JoinCounts = { endings: 0, joined: 0, ambiguous: 0 }

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity
  }

  /** Of all lines so far, those let go as well. */
  get counts(): JoinCounts {
    return sum(this.#before, sum(this.#older.counts, this.#newer.counts))
  }

  get isDoubtful(): boolean {
    return this.#isDoubtful
  }

  /** Takes a line in. `atMs`: its time, ms since the epoch. */
  add(record: ErrorRecord, atMs: number): void {
    this.#newer.count(record)
    if (!canExplain(record)) return
    if (this.#newer.size >= this.#capacity) this.#age()
    if (this.#newer.size === 0) this.#newerFromMs = atMs
    this.#newer.add(record, atMs)
  }

  /** All access lines up to a moment have been read, ms since the epoch: what is much older explains nothing any more. */
  pass(atMs: number): void {
    if (this.#newer.size > 0 && atMs - this.#newerFromMs > USEFUL_MS) this.#age()
  }

  explain(record: AccessRecord, event: Explicable): Message | undefined {
    const message = this.#newer.explain(record, event)
    this.#isDoubtful = this.#newer.isDoubtful
    if (message !== undefined || this.#older.size === 0) return message
    const earlier = this.#older.explain(record, event)
    this.#isDoubtful ||= this.#older.isDoubtful
    return earlier
  }

  #age(): void {
    this.#before = sum(this.#before, this.#older.counts)
    this.#older = this.#newer
    this.#newer = new ErrorIndex()
  }
}

const sum = (a: JoinCounts, b: JoinCounts): JoinCounts => ({ endings: a.endings + b.endings, joined: a.joined + b.joined, ambiguous: a.ambiguous + b.ambiguous })
