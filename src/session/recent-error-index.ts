import type { Message } from '../error-log/message.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { AccessRecord } from '../log-format/record.ts'
import { canExplain, ErrorIndex, type Explainer, type Explicable, type JoinCounts } from './error-index.ts'

/** Lines of a generation, some 16 MB: at ten thousand error lines a second it still holds half a minute, as long as nginx lingers. */
const CAPACITY = 1 << 18

/**
 * The latest lines of error logs that are followed, in fixed memory: two generations, of which the older one goes when
 * the newer one is full.
 */
export class RecentErrorIndex implements Explainer {
  readonly #capacity: number
  #newer = new ErrorIndex()
  #older = new ErrorIndex()
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
    if (this.#newer.size >= this.#capacity) {
      this.#before = sum(this.#before, this.#older.counts)
      this.#older = this.#newer
      this.#newer = new ErrorIndex()
    }
    this.#newer.add(record, atMs)
  }

  explain(record: AccessRecord, event: Explicable): Message | undefined {
    const message = this.#newer.explain(record, event)
    this.#isDoubtful = this.#newer.isDoubtful
    if (message !== undefined || this.#older.size === 0) return message
    const earlier = this.#older.explain(record, event)
    this.#isDoubtful ||= this.#older.isDoubtful
    return earlier
  }
}

const sum = (a: JoinCounts, b: JoinCounts): JoinCounts => ({ endings: a.endings + b.endings, joined: a.joined + b.joined, ambiguous: a.ambiguous + b.ambiguous })
