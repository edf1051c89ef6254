/** How nginx ended sessions without a line: stopped, a process of it crashed, or `numbers`: it counts connections from 1 again. */
type LossKind = 'stop' | 'crash' | 'numbers'

/** Sessions that ended without a line. */
export interface Loss {
  /** ms since the epoch. */
  readonly atMs: number
  readonly sessions: number
  readonly how: LossKind
  /** The process that crashed; -1: not one alone. */
  readonly pid: number
}

interface Entry {
  readonly atMs: number
  readonly how: LossKind
  readonly pid: number
  sessions: number
  untold: number
  /** Sessions that can still be taken back. */
  held: number
}

/** As many ends of processes are kept for beginnings that are read after them. */
const MAX_ENTRIES = 64
/** A line of a lost session may come so much later, in the log's time: where the error log told of the loss, and where it was inferred. */
const TOLD_KEPT_MS = 600_000
const INFERRED_KEPT_MS = 86_400_000

/** What was lost, and when: each loss has a number, by which its sessions can be taken back. */
export class Losses {
  readonly #entries = new Map<number, Entry>()
  #next = 0
  #sessions = 0

  /** Sessions lost and not taken back. */
  get sessions(): number {
    return this.#sessions
  }

  /** The number of a loss that has no session yet, and those that had to go for it. */
  begin({ atMs, how, pid }: Omit<Loss, 'sessions'>): number {
    this.#entries.set(this.#next, { atMs, how, pid, sessions: 0, untold: 0, held: 0 })
    return this.#next++
  }

  add(loss: number): void {
    const entry = this.#entries.get(loss)!
    entry.sessions++
    entry.untold++
    entry.held++
    this.#sessions++
  }

  takeBack(loss: number): void {
    const entry = this.#entries.get(loss)!
    entry.sessions--
    entry.untold--
    entry.held--
    this.#sessions--
  }

  at(loss: number): Readonly<Entry> {
    return this.#entries.get(loss)!
  }

  /** The stop or crash that a session which is read of only now was open at; -1: none. */
  find(isOf: (entry: Readonly<Entry>) => boolean): number {
    for (const [loss, entry] of this.#entries) if (isOf(entry)) return loss
    return -1
  }

  /** Lets go what is too old to be taken back, and the oldest where they are too many. @returns the numbers of those that hold sessions. */
  letGo(nowMs: number): number[] {
    let tooMany = this.#entries.size - MAX_ENTRIES
    const numbers: number[] = []
    for (const [loss, entry] of this.#entries) {
      const isTooMany = tooMany-- > 0
      if (!isTooMany && nowMs - entry.atMs < (entry.how === 'numbers' ? INFERRED_KEPT_MS : TOLD_KEPT_MS)) continue
      if (entry.held > 0) numbers.push(loss)
      entry.held = 0
      if (isTooMany || entry.untold <= 0) this.#entries.delete(loss)
    }
    return numbers
  }

  /** What was lost since the last call. */
  take(): Loss[] {
    const told: Loss[] = []
    for (const entry of this.#entries.values()) {
      if (entry.untold > 0) told.push({ atMs: entry.atMs, sessions: entry.untold, how: entry.how, pid: entry.pid })
      entry.untold = Math.min(entry.untold, 0)
    }
    return told.sort((a, b) => a.atMs - b.atMs)
  }
}
