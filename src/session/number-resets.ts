import type { OpenMark } from './open-marks.ts'

/** A client may connect and send its request so much later (client_header_timeout is 60 s). */
const STALE_MS = 120_000
const STEP_MS = 15_000
/** So long nothing may speak against it. */
const CONFIRM_MS = 60_000
/** Two lines of one moment come in any order. */
const SLACK_MS = 5000
/** What once spoke against it does for so long: two servers in one log, or two generations side by side. */
const DOUBT_MS = 3_600_000
const MAX_PIDS = 4096

/** nginx counts its connections from 1 again: it was started anew. */
export interface NumberReset {
  /** The first line of the new count. */
  readonly atMs: number
  readonly connection: number
  readonly pid: number
}

/**
 * Notices that nginx was started anew by `$connection`, which counts from 1 then; a reload leaves the count alone. A first
 * request on a connection (`$connection_requests` 1) whose number is below one seen two minutes before is a sign of it. It is
 * believed when for a minute nothing speaks against it: no number that continues the old count, no end of an old session.
 * What looks like it and is not: the binary upgraded while old workers live on, and two servers' logs read as one. So a process
 * that was seen before is compared with its own numbers only. In doubt nothing is said.
 */
export class NumberResets {
  #all = new HighWater()
  readonly #pids = new Map<number, { readonly firstMs: number; water: HighWater }>()
  #nowMs = Number.NEGATIVE_INFINITY
  #sign: (NumberReset & { readonly highest: number }) | undefined
  #doubtedUntilMs = Number.NEGATIVE_INFINITY

  opened({ atMs, connection, requests, pid }: OpenMark): void {
    this.#nowMs = Math.max(this.#nowMs, atMs)
    const known = pid < 0 ? undefined : this.#pids.get(pid)
    const own = known ?? { firstMs: atMs, water: new HighWater() }
    if (pid >= 0 && known === undefined) {
      if (this.#pids.size >= MAX_PIDS) this.#pids.delete(this.#pids.keys().next().value!)
      this.#pids.set(pid, own)
    }
    if (connection < 0 || requests !== 1) return
    const sign = this.#sign
    if (sign === undefined) {
      const highest = (known === undefined ? this.#all : own.water).highestUntil(atMs - STALE_MS)
      if (connection < highest && atMs > this.#doubtedUntilMs) this.#sign = { atMs, connection, pid, highest: Math.max(highest, this.#all.highest) }
    } else if (connection > sign.highest && atMs > sign.atMs + SLACK_MS && !(known !== undefined && known.firstMs >= sign.atMs - SLACK_MS)) this.contradict()
    this.#all.add(connection, atMs)
    own.water.add(connection, atMs)
  }

  /** A session of before has ended in order since then: the old processes live. */
  ended(end: { readonly atMs: number; readonly connection: number }, endedAtMs: number): void {
    const sign = this.#sign
    if (sign !== undefined && end.atMs < sign.atMs && end.connection > sign.connection && endedAtMs > sign.atMs + SLACK_MS) this.contradict()
  }

  /** It was not what it seemed to be. */
  contradict(): void {
    this.#sign = undefined
    this.#doubtedUntilMs = this.#nowMs + DOUBT_MS
  }

  /** The reset that is certain by now, once. */
  take(nowMs: number): NumberReset | undefined {
    const sign = this.#sign
    if (sign === undefined || Math.max(nowMs, this.#nowMs) < sign.atMs + CONFIRM_MS) return undefined
    this.#sign = undefined
    this.#all = new HighWater()
    for (const [pid, { firstMs, water }] of this.#pids) {
      if (firstMs < sign.atMs - SLACK_MS) this.#pids.delete(pid)
      else this.#all.add(water.highest, this.#nowMs)
    }
    return sign
  }

  /** When a process was first seen; undefined: never. */
  firstSeenMs(pid: number): number | undefined {
    return this.#pids.get(pid)?.firstMs
  }
}

/** The highest number until a time; times may come out of order. */
class HighWater {
  #settled = -1
  #settledMs = Number.NEGATIVE_INFINITY
  #steps: { atMs: number; highest: number }[] = []
  highest = -1

  add(value: number, atMs: number): void {
    if (value > this.highest) this.highest = value
    const last = this.#steps.at(-1)
    if (last === undefined || atMs > last.atMs + STEP_MS) {
      this.#steps.push({ atMs, highest: value })
      this.#settle(atMs - STALE_MS)
    } else if (value > last.highest) last.highest = value
  }

  /** -1: none, or none that is surely from before. */
  highestUntil(atMs: number): number {
    let highest = this.#settledMs <= atMs ? this.#settled : -1
    // What belongs to a step came at most so much later.
    for (const step of this.#steps) if (step.atMs + STEP_MS <= atMs && step.highest > highest) highest = step.highest
    return highest
  }

  #settle(untilMs: number): void {
    while (this.#steps.length > 1 && this.#steps[0]!.atMs + STEP_MS <= untilMs) {
      const { atMs, highest } = this.#steps.shift()!
      this.#settledMs = Math.max(this.#settledMs, atMs + STEP_MS)
      if (highest > this.#settled) this.#settled = highest
    }
  }
}
