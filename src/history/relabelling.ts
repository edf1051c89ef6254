import type { HandshakeSample } from '../aggregate/handshake-sample.ts'
import { PathCensus } from '../aggregate/path-census.ts'
import { Summary } from '../aggregate/summary.ts'
import type { SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import type { PartsConsumer } from '../run/read-parts.ts'
import type { NameTables, SessionEvent } from '../session/session.ts'
import { hourOf } from './hours.ts'

/** A segment whose sample does not hold all of its sessions. */
export interface Overfull {
  readonly name: string
  /** Tells which sessions are in the sample; it holds none itself. */
  readonly limit: HandshakeSample
}

/** Takes, on a second look, the better verdicts on sessions that no sample holds: what they change in each segment. */
export class Relabelling implements PartsConsumer {
  readonly census = new PathCensus()
  readonly #segmentOf: (hour: number) => Overfull | undefined
  readonly #differences = new Map<string, Summary>()

  constructor(segmentOf: (hour: number) => Overfull | undefined) {
    this.#segmentOf = segmentOf
  }

  differenceOf(name: string): Summary {
    let difference = this.#differences.get(name)
    if (difference === undefined) this.#differences.set(name, (difference = new Summary()))
    return difference
  }

  relabelled(event: SessionEvent, counted: Verdict<SessionCause>, names: NameTables): void {
    const segment = this.#segmentOf(hourOf(event.endedAtMs))
    if (segment !== undefined && !segment.limit.holds(event)) this.differenceOf(segment.name).relabelled(event, counted, names)
  }

  settle(names: NameTables): void {
    for (const difference of this.#differences.values()) difference.settle(names)
  }

  startLog(): void {}
  endLog(): void {}
  covered(): void {}
  session(): void {}
  failure(): void {}
  other(): void {}
  undecided(): void {}
}
