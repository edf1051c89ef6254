import type { LiveEvent, RunTotals, Snapshot } from '../live/snapshot.ts'
import type { Tail } from '../run/tail.ts'
import { type Measures, measuresOfSnapshot } from './fail-on.ts'
import type { Crossing } from './thresholds.ts'

/** Who sees a tail: a person at a terminal, a journal, a program. */
export interface TailView {
  event(event: LiveEvent): void
  interval(snapshot: Snapshot): void
  /** Something may look different; called often. */
  refresh(snapshot: () => Snapshot): void
}

export interface TailLoop {
  readonly tail: Tail
  readonly view: TailView
  readonly intervalMs: number
  /** ms since the epoch. */
  readonly now: () => number
  /** Ends after so long, or earlier when something may have happened. */
  readonly wait: (ms: number) => Promise<void>
  /** Whether a change to any log ends the wait. */
  readonly hearsAll: () => boolean
  /** Lets whatever else is due have its turn. */
  readonly yieldTurn: () => Promise<void>
  readonly signal: AbortSignal
  readonly check: (measures: Measures, nowMs: number) => readonly Crossing[]
  readonly onEvent: (event: LiveEvent) => void
  /** Called every 15 s. */
  readonly onTotals: (totals: RunTotals) => void
}

/** After so long of reading whatever else is due has its turn: a key, a scrape, a file that is there for a moment only. */
const SLICE_MS = 20
/** Where changes are not heard of, this is how late lines come; a person sees no delay. */
const POLL_MS = 150
/** And where they are: in case that one was missed. */
const POLL_HEARING_MS = 1000
const LOOK_EVERY_MS = 2000
/** Looking takes a twentieth of the time at most. */
const LOOK_SHARE = 20
const TOTALS_EVERY_MS = 15_000
const REFRESH_EVERY_MS = 100
/** The clock goes on when nothing comes. */
const REFRESH_IDLE_MS = 1000
const MINUTE_MS = 60_000

/** Runs a tail until the signal: reads, looks, shows; waits for nothing but for the logs. */
export const runLoop = async ({ tail, view, intervalMs, now, wait, hearsAll, yieldTurn, signal, check, onEvent, onTotals }: TailLoop): Promise<void> => {
  const startMs = now()
  let nextIntervalMs = (Math.floor(startMs / intervalMs) + 1) * intervalMs
  let nextLookMs = startMs
  let nextTotalsMs = startMs
  let refreshedMs = Number.NEGATIVE_INFINITY
  let lookedMinute = Math.floor(startMs / MINUTE_MS)
  let hasNews = true
  let isFresh = true
  while (!signal.aborted) {
    const beganMs = now()
    let bytes = 0
    do {
      bytes = tail.read()
      if (bytes > 0) hasNews = isFresh = true
    } while (bytes > 0 && now() - beganMs < SLICE_MS)
    const isCaughtUp = bytes === 0
    const minute = Math.floor(now() / MINUTE_MS)
    // When a minute is over, silence may have become news.
    if ((hasNews || minute > lookedMinute) && now() >= nextLookMs && isCaughtUp) {
      const lookMs = now()
      tail.look()
      lookedMinute = minute
      hasNews = false
      nextLookMs = now() + Math.max(LOOK_EVERY_MS, (now() - lookMs) * LOOK_SHARE)
      for (const { event, text } of check(measuresOfSnapshot(tail.snapshot({ isLast: false })), now())) tail.tell(event, text)
    }
    for (const event of tail.takeEvents()) {
      isFresh = true
      view.event(event)
      onEvent(event)
    }
    if (now() >= nextIntervalMs) {
      view.interval(tail.snapshot({ isLast: true }))
      // After a stop (^Z, a laptop that slept) the intervals in between were not watched.
      nextIntervalMs = (Math.floor(now() / intervalMs) + 1) * intervalMs
    }
    if (now() >= nextTotalsMs) {
      onTotals(tail.totals())
      nextTotalsMs = now() + TOTALS_EVERY_MS
    }
    if (now() - refreshedMs >= (isFresh ? REFRESH_EVERY_MS : REFRESH_IDLE_MS)) {
      view.refresh(() => tail.snapshot({ isLast: false }))
      refreshedMs = now()
      isFresh = false
    }
    if (!isCaughtUp) await yieldTurn()
    else await wait(Math.max(1, Math.min(isFresh ? REFRESH_EVERY_MS : hearsAll() ? POLL_HEARING_MS : POLL_MS, nextIntervalMs - now())))
  }
}
