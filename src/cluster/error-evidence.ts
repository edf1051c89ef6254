import type { Coverage } from '../session/coverage.ts'
import type { ProcessLog } from '../session/process-log.ts'

/** An old worker exits within this time of its last sessions' end: error stamps are whole seconds. */
const EXIT_SLACK_MS = 2000

/** What the error logs prove by what they hold, and by what they do not. */
export class ErrorEvidence {
  readonly process: ProcessLog
  readonly #coverage: Coverage
  /** By process: when it began to shut down. A number may be used again. */
  readonly #shutdowns = new Map<number, number[]>()

  constructor({ coverage, process }: { coverage: Coverage; process: ProcessLog }) {
    this.process = process
    this.#coverage = coverage
    for (const { kind, pid, atMs } of process.events) {
      if (kind !== 'graceful-shutdown') continue
      const known = this.#shutdowns.get(pid)
      if (known === undefined) this.#shutdowns.set(pid, [atMs])
      else known.push(atMs)
    }
  }

  /** Whether a reload at that time would have left a line. */
  coversNotices(atMs: number): boolean {
    return this.#coverage.notices(atMs)
  }

  coversInfo(atMs: number): boolean {
    return this.#coverage.info(atMs)
  }

  /** Whether an [error] line would have been seen: a reset or a lost upstream leaves one. */
  coversErrors(atMs: number): boolean {
    return this.#coverage.errors(atMs)
  }

  /**
   * When the workers that left in this time had begun to shut down, ms: from then on they took no session. The
   * latest, where several left. Undefined: none left.
   */
  shutdownOfExit(fromMs: number, toMs: number): number | undefined {
    let latest: number | undefined
    for (const { pid, atMs } of this.process.between('worker-exiting', fromMs - EXIT_SLACK_MS, toMs + EXIT_SLACK_MS)) {
      const shutdown = this.#shutdowns.get(pid)?.findLast((shutdownMs) => shutdownMs <= atMs)
      if (shutdown !== undefined) latest = Math.max(latest ?? shutdown, shutdown)
    }
    return latest
  }
}
