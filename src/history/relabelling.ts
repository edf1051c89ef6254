import type { HandshakeSample } from '../aggregate/handshake-sample.ts'
import { PathCensus } from '../aggregate/path-census.ts'
import { Summary, type SummaryJson } from '../aggregate/summary.ts'
import type { SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import type { PartsConsumer } from '../run/read-parts.ts'
import type { NameTables, SessionEvent } from '../session/session.ts'
import { hourOf } from './hours.ts'
import { Pieces } from './pieces.ts'

/** A segment whose sample does not hold all of its sessions. */
export interface Overfull {
  readonly name: string
  /** Tells which sessions are in the sample; it holds none itself. */
  readonly limit: HandshakeSample
}

/** Segments that are open for differences at once; others are packed. */
const MAX_OPEN = 2

/** Takes, on a second look, the better verdicts on sessions that no sample holds: what they change in each segment. */
export class Relabelling implements PartsConsumer {
  readonly census = new PathCensus()
  readonly #segmentOf: (hour: number) => Overfull | undefined
  /** The one that was asked for last is the last. */
  readonly #open = new Map<string, Summary>()
  #last: string | undefined
  readonly #packed = new Pieces<string>()

  constructor(segmentOf: (hour: number) => Overfull | undefined) {
    this.#segmentOf = segmentOf
  }

  hasDifferenceOf(name: string): boolean {
    return this.#open.has(name) || this.#packed.countOf(name) > 0
  }

  /** What changes in a segment, in parts, and takes it out. */
  *takeDifferencesOf(name: string): Generator<Summary> {
    for (const json of this.#packed.take(name)) yield Summary.fromJSON(json as SummaryJson)
    const open = this.#open.get(name)
    this.#open.delete(name)
    if (open !== undefined) yield open
  }

  relabelled(event: SessionEvent, counted: Verdict<SessionCause>, names: NameTables): void {
    const segment = this.#segmentOf(hourOf(event.endedAtMs))
    if (segment !== undefined && !segment.limit.holds(event)) this.#differenceOf(segment.name, names).relabelled(event, counted, names)
  }

  settle(names: NameTables): void {
    for (const difference of this.#open.values()) difference.settle(names)
  }

  #differenceOf(name: string, names: NameTables): Summary {
    if (name === this.#last) return this.#open.get(name)!
    this.#last = name
    const difference = this.#open.get(name) ?? new Summary()
    this.#open.delete(name)
    this.#open.set(name, difference)
    for (const [oldest, settled] of this.#open) {
      if (this.#open.size <= MAX_OPEN) break
      settled.settle(names)
      this.#packed.add(oldest, settled)
      this.#open.delete(oldest)
    }
    return difference
  }

  startLog(): void {}
  endLog(): void {}
  covered(): void {}
  session(): void {}
  failure(): void {}
  other(): void {}
  undecided(): void {}
}
