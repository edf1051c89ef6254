import { ErrorTally } from '../error-log/error-tally.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { LiveErrors } from '../live/look.ts'
import { Coverage } from '../session/coverage.ts'
import { type ProcessEvent, ProcessLog } from '../session/process-log.ts'
import { RecentErrorIndex } from '../session/recent-error-index.ts'
import { Rewrites } from '../session/rewrites.ts'

/** What the error logs of a tail have said so far. */
export class LiveErrorLines {
  readonly index = new RecentErrorIndex()
  readonly coverage = new Coverage()
  readonly process = new ProcessLog()
  readonly tally = new ErrorTally()
  readonly #rewrites = new Rewrites()

  /** Takes an entry in. @returns what nginx itself did, where it tells that. */
  add(record: ErrorRecord, atMs: number): ProcessEvent | undefined {
    this.tally.add(record)
    this.index.add(record, atMs)
    this.#rewrites.add(record)
    return this.process.add(record, atMs)
  }

  /** What they say of the time from a moment on, ms since the epoch. */
  since(fromMs: number): LiveErrors {
    return { coverage: this.coverage, process: this.process.since(fromMs), rewrites: this.#rewrites }
  }
}
