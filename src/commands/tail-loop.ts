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
/** What goes on while it is looked at is told when it is over: one look more, though nothing came. */
const LOOKS_AFTER_NEWS = 2
const TOTALS_EVERY_MS = 15_000
const REFRESH_EVERY_MS = 100
/** The clock goes on when nothing comes. */
const REFRESH_IDLE_MS = 1000
const MINUTE_MS = 60_000
/** At the end, what was written before is read for so long at most. */
const LAST_READ_MS = 2000

/** Runs a tail until the signal: reads, looks, shows; waits for nothing but for the logs. Its intervals add up to the run. */
export const runLoop = async ({ tail, view, intervalMs, now, wait, hearsAll, yieldTurn, signal, check, onEvent, onTotals }: TailLoop): Promise<void> => {
  const nextInterval = (): number => (Math.floor(now() / intervalMs) + 1) * intervalMs
  let beganMs = now()
  let nextIntervalMs = nextInterval()
  let nextLookMs = beganMs
  let nextTotalsMs = beganMs
  let refreshedMs = Number.NEGATIVE_INFINITY
  let lookedMinute = Math.floor(beganMs / MINUTE_MS)
  let looksDue = LOOKS_AFTER_NEWS
  let isFresh = true
  const tellEvents = (): void => {
    for (const event of tail.takeEvents()) {
      isFresh = true
      view.event(event)
      onEvent(event)
    }
  }
  while (!signal.aborted) {
    if (now() < beganMs) {
      // The clock was set back: what was due by it would wait until it is there again.
      nextIntervalMs = nextInterval()
      nextLookMs = nextTotalsMs = now()
      refreshedMs = Number.NEGATIVE_INFINITY
      lookedMinute = Math.floor(now() / MINUTE_MS)
    }
    beganMs = now()
    let bytes = 0
    do {
      bytes = tail.read()
      if (bytes === 0) break
      looksDue = LOOKS_AFTER_NEWS
      isFresh = true
    } while (bytes > 0 && now() - beganMs < SLICE_MS)
    const isCaughtUp = bytes === 0
    const minute = Math.floor(now() / MINUTE_MS)
    // When a minute is over, silence may have become news.
    if ((looksDue > 0 || minute > lookedMinute) && now() >= nextLookMs && isCaughtUp) {
      const lookMs = now()
      tail.look()
      lookedMinute = minute
      looksDue = Math.max(0, looksDue - 1)
      nextLookMs = now() + Math.max(LOOK_EVERY_MS, (now() - lookMs) * LOOK_SHARE)
      for (const { event, text } of check(measuresOfSnapshot(tail.snapshot({ isLast: false })), now())) tail.tell(event, text)
    }
    tellEvents()
    if (now() >= nextIntervalMs) {
      view.interval(tail.snapshot({ isLast: true }))
      // After a stop (^Z, a laptop that slept) the intervals in between were not watched.
      nextIntervalMs = nextInterval()
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
  // What was written before the end is part of the run, and the last interval is shorter.
  const endMs = now()
  while (tail.read() > 0 && now() - endMs < LAST_READ_MS);
  tellEvents()
  view.interval(tail.snapshot({ isLast: true }))
}
