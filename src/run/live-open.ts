import type { LiveEvent } from '../live/snapshot.ts'
import type { Loss } from '../session/losses.ts'
import { MAX_OPEN, OpenSessions, type OpenState } from '../session/open-sessions.ts'
import type { ProcessEvent, ProcessLog } from '../session/process-log.ts'
import { applyLosses } from './lost-sessions.ts'

const TOP = 50
const MAX_GAP_MS = 10_000
/** Counting takes a twentieth of the time at most. */
const COUNT_SHARE = 20
const MAX_LOSSES = 1000

const DETAILS: Readonly<Record<Loss['how'], string>> = {
  stop: 'nginx was stopped: these sessions ended without a line',
  crash: 'a worker was killed or crashed: its sessions ended without a line',
  numbers: 'nginx counts its connections from 1 again: it was started anew, and these sessions ended without a line',
}

/** The sessions that are open by the markers of a tail, and those that nginx ended without a line. */
export class LiveOpen {
  readonly sessions: OpenSessions
  readonly #startedAtMs: number
  readonly #now: () => number
  /** What nginx did, as far as open sessions have not been held against it. */
  #due: ProcessEvent[] = []
  readonly #losses: Loss[] = []
  #told = 0
  #lostBefore = 0
  #counted: { readonly state: OpenState; readonly atMs: number; readonly nextMs: number } | undefined

  /** `tellsOfStops`: an error log will. `startedAtMs`: what was lost before is not of this run. */
  constructor({ tellsOfStops, startedAtMs, now }: { readonly tellsOfStops: boolean; readonly startedAtMs: number; readonly now: () => number }) {
    this.#startedAtMs = startedAtMs
    this.sessions = new OpenSessions({ maxOpen: MAX_OPEN, infersRestarts: !tellsOfStops })
    this.#now = now
  }

  /** All that were lost in the run; undefined: not known, without markers. */
  get losses(): readonly Loss[] | undefined {
    return this.#isKnown ? this.#losses : undefined
  }

  /** Sessions in the losses that were told of, never less than before; null: not known. */
  get told(): number | null {
    return this.#isKnown ? this.#told : null
  }

  /** What the error log says that nginx did. */
  add(event: ProcessEvent): void {
    this.#due.push(event)
  }

  /** Gives up what nginx ended up to a moment to which the access logs have been read; tells of each loss once. */
  settle(readToMs: number, { process, tell }: { readonly process: ProcessLog; readonly tell: (event: LiveEvent['event'], loss: { atMs: number; sessions: number; detail: string }) => void }): void {
    const due = this.#due.filter(({ atMs }) => atMs <= readToMs)
    if (due.length > 0) {
      this.#due = this.#due.filter(({ atMs }) => atMs > readToMs)
      applyLosses(this.sessions, due, process)
    }
    for (const loss of this.sessions.takeLosses()) {
      if (loss.atMs < this.#startedAtMs) {
        this.#lostBefore += loss.sessions
        continue
      }
      this.#told += loss.sessions
      this.#losses.push(loss)
      if (this.#losses.length > MAX_LOSSES) this.#losses.shift()
      tell('sessions-lost', { atMs: loss.atMs, sessions: loss.sessions, detail: DETAILS[loss.how] })
    }
  }

  /** What was read before the run is over: what was lost then is not of this run. */
  begin(): void {
    this.sessions.takeLosses()
    this.#lostBefore = this.sessions.lost
  }

  /** Null without markers, or where the lines of ends cannot be told to belong to them. Of a million sessions it may be some seconds old. */
  state(): OpenState | null {
    if (!this.#isKnown) return null
    const nowMs = this.#now()
    const known = this.#counted
    if (known !== undefined && nowMs >= known.atMs && nowMs < known.nextMs) return known.state
    const all = this.sessions.state(nowMs, TOP)
    const state = { ...all, lost: Math.max(0, all.lost - this.#lostBefore) }
    const endMs = this.#now()
    this.#counted = { state, atMs: nowMs, nextMs: endMs + Math.min(MAX_GAP_MS, (endMs - nowMs) * COUNT_SHARE) }
    return state
  }

  /** Markers were seen, and the lines of ends can be told to belong to them. */
  get #isKnown(): boolean {
    return this.sessions.hasMarkers && this.sessions.canMatch
  }
}
