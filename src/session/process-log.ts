import type { ErrorRecord } from '../error-log/record.ts'
import type { Message } from '../error-log/messages.ts'

export type ProcessEventKind = NonNullable<Message['process']>

/** What nginx itself did, as its error log tells it. */
export interface ProcessEvent {
  /** ms since the epoch, a whole second. */
  readonly atMs: number
  readonly kind: ProcessEventKind
  /** The process that wrote the line. */
  readonly pid: number
  /** The process or signal that the line names; -1: none. */
  readonly detail: number
}

/** A reload a second for three hours. Of more the latest are kept: a tail may run for years. */
const MAX_EVENTS = 50_000

/** State in JSON: a row an event. */
export interface ProcessLogJson {
  readonly dropped: number
  readonly events: readonly (readonly [atMs: number, kind: ProcessEventKind, pid: number, detail: number])[]
}

/** What nginx's processes did: start, reload, stop, crash. */
export class ProcessLog {
  readonly events: ProcessEvent[] = []
  /** Earlier ones that were let go. */
  dropped = 0

  /** @returns the event that an entry tells of, kept or not. */
  add({ message, pid, detail }: ErrorRecord, atMs: number): ProcessEvent | undefined {
    const kind = message?.process
    if (kind === undefined) return undefined
    const event = { atMs, kind, pid, detail }
    if (this.events.length >= MAX_EVENTS) this.dropped += this.events.splice(0, MAX_EVENTS / 2).length
    this.events.push(event)
    return event
  }

  /** Adds another log to this one: in the order of time, those of one moment in the order in which they came. */
  merge(other: ProcessLog): void {
    this.events.push(...other.events)
    this.events.sort((a, b) => a.atMs - b.atMs)
    this.dropped += other.dropped
    if (this.events.length > MAX_EVENTS) this.dropped += this.events.splice(0, this.events.length - MAX_EVENTS).length
  }

  toJSON(): ProcessLogJson {
    return { dropped: this.dropped, events: this.events.map(({ atMs, kind, pid, detail }) => [atMs, kind, pid, detail]) }
  }

  static fromJSON({ dropped, events }: ProcessLogJson): ProcessLog {
    const log = new ProcessLog()
    log.dropped = dropped
    log.events.push(...events.map(([atMs, kind, pid, detail]) => ({ atMs, kind, pid, detail })))
    return log
  }

  /** Those at or after a moment, ms since the epoch, as a log of their own. */
  since(fromMs: number): ProcessLog {
    const log = new ProcessLog()
    log.events.push(...this.events.slice(this.events.findLastIndex(({ atMs }) => atMs < fromMs) + 1))
    return log
  }

  /** Those of a kind within `[fromMs, toMs]`. */
  between(kind: ProcessEventKind, fromMs: number, toMs: number): ProcessEvent[] {
    return this.events.filter((event) => event.kind === kind && event.atMs >= fromMs && event.atMs <= toMs)
  }
}
