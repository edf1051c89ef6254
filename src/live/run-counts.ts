import type { HandshakeCause, Layer, SessionCause } from '../cause/cause.ts'
import { type Verdict, verdictByNumber } from '../cause/verdict.ts'
import { EVENT_FIELD, type EventField, type HandshakeEvent, type NameTables, type RankedField } from '../session/session.ts'
import type { RunTotals } from './snapshot.ts'

/** Values of a field that get a row of their own: a label of a metric must not grow with the internet. */
const MAX_VALUES = 100
const OTHER = 'other'

interface Row {
  succeeded: number
  failed: number
  faults: number
}

/** What a run has counted so far; nothing is ever taken back, so that rates made of it stay true. */
export class RunCounts {
  readonly #edges: readonly number[]
  readonly #buckets: number[]
  #seconds = 0
  #succeeded = 0
  readonly #failures: number[] = []
  readonly #drops: number[] = []
  readonly #by: ReadonlyMap<RankedField, Map<string, Row>>

  /** `edges`: of the durations, seconds ascending; `fields`: what is counted by value as well. */
  constructor({ edges, fields }: { readonly edges: readonly number[]; readonly fields: readonly RankedField[] }) {
    this.#edges = edges
    this.#buckets = [...edges.map(() => 0), 0]
    this.#by = new Map(fields.map((field) => [field, new Map<string, Row>()]))
  }

  session(event: HandshakeEvent, names: NameTables): void {
    this.#succeeded++
    if (event.durationMs >= 0) {
      this.#seconds += event.durationMs / 1000
      this.#buckets[this.#bucketOf(event.durationMs / 1000)]!++
    }
    for (const [field, rows] of this.#by) this.#row(rows, names[field].at(event[EVENT_FIELD[field]]).label).succeeded++
  }

  failure(event: HandshakeEvent, names: NameTables): void {
    count(this.#failures, event.verdict.number)
    for (const [field, rows] of this.#by) this.#row(rows, names[field].at(event[EVENT_FIELD[field]]).label).failed++
  }

  /** How a session ended, once that is said for good. */
  drop(session: { readonly verdict: Verdict<SessionCause> } & Readonly<Record<EventField, string>>): void {
    count(this.#drops, session.verdict.number)
    if (session.verdict.isFault) for (const [field, rows] of this.#by) this.#row(rows, session[EVENT_FIELD[field]]).faults++
  }

  totals(): Omit<RunTotals, 'active' | 'logs' | 'lost'> {
    return {
      succeeded: this.#succeeded,
      failures: merged<HandshakeCause>(this.#failures).map(({ cause, layer, count: failed }) => ({ cause, layer, count: failed })),
      drops: merged<SessionCause>(this.#drops),
      durations: { edges: this.#edges, counts: [...this.#buckets], sum: this.#seconds },
      by: Array.from(this.#by, ([field, rows]) => ({ field, rows: Array.from(rows, ([name, row]) => ({ name, ...row })) })),
    }
  }

  /** The first edge that is not below; edges are upper bounds, as Prometheus has them. */
  #bucketOf(seconds: number): number {
    let low = 0
    let high = this.#edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#edges[middle]! < seconds) low = middle + 1
      else high = middle
    }
    return low
  }

  #row(rows: Map<string, Row>, name: string): Row {
    const key = rows.has(name) || rows.size < MAX_VALUES ? name : OTHER
    const known = rows.get(key)
    if (known !== undefined) return known
    const row = { succeeded: 0, failed: 0, faults: 0 }
    rows.set(key, row)
    return row
  }
}

const count = (counts: number[], number: number): void => {
  while (counts.length <= number) counts.push(0)
  counts[number]!++
}

/** By cause and layer; how sure that is makes no series of its own. */
const merged = <Cause extends SessionCause | HandshakeCause>(counts: readonly number[]): { cause: Cause; layer: Layer; isFault: boolean; count: number }[] => {
  const rows = new Map<string, { cause: Cause; layer: Layer; isFault: boolean; count: number }>()
  counts.forEach((times, number) => {
    if (times === 0) return
    const { cause, layer, isFault } = verdictByNumber(number) as Verdict<Cause>
    const known = rows.get(`${cause} ${layer}`)
    if (known === undefined) rows.set(`${cause} ${layer}`, { cause, layer, isFault, count: times })
    else known.count += times
  })
  return [...rows.values()]
}
