import { type Verdict, verdictByNumber } from '../cause/verdict.ts'
import type { SessionCause } from '../cause/cause.ts'
import type { Protocol } from './protocol.ts'
import type { HandshakeEvent } from './session.ts'

/** What a row tells of. */
export const Kind = { session: 0, failure: 1, relabelled: 2 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

const KIND_MASK = 3
const UPSTREAM_KNOWN = 1 << 2
const EXPLAINED = 1 << 3
const COMPLETE = 1 << 4
const INCOMPLETE = 1 << 5
const PROTOCOL_SHIFT = 8

const REALS = 4
const WHOLES = 10

/**
 * Handshakes as columns of numbers, a row each, in the order of the log: what adds up one figure of thousands of them runs through memory
 * in order, and one buffer goes to another thread without a copy. The columns are those of {@link HandshakeEvent}.
 */
export class HandshakeRows {
  /** Bytes of the columns of so many rows. */
  static bytesOf(capacity: number): number {
    return capacity * (REALS * 8 + WHOLES * 4)
  }

  readonly capacity: number
  count = 0
  readonly endedAtMs: Float64Array
  readonly startedAtMs: Float64Array
  readonly durationMs: Float64Array
  readonly bytesToClient: Float64Array
  readonly client: Int32Array
  readonly host: Int32Array
  readonly path: Int32Array
  readonly upstream: Int32Array
  readonly userAgent: Int32Array
  readonly status: Int32Array
  readonly tries: Int32Array
  /** Numbers of verdicts; `counted`: the one that a relabelled session was told of with before. */
  readonly verdict: Int32Array
  readonly counted: Int32Array
  readonly #flags: Int32Array

  /** `buffer`: of {@link bytesOf} the capacity at least; its first bytes are the columns. */
  constructor(capacity: number, buffer = new ArrayBuffer(HandshakeRows.bytesOf(capacity))) {
    this.capacity = capacity
    const reals = (column: number): Float64Array => new Float64Array(buffer, capacity * column * 8, capacity)
    const wholes = (column: number): Int32Array => new Int32Array(buffer, capacity * (REALS * 8 + column * 4), capacity)
    this.endedAtMs = reals(0)
    this.startedAtMs = reals(1)
    this.durationMs = reals(2)
    this.bytesToClient = reals(3)
    this.client = wholes(0)
    this.host = wholes(1)
    this.path = wholes(2)
    this.upstream = wholes(3)
    this.userAgent = wholes(4)
    this.status = wholes(5)
    this.tries = wholes(6)
    this.verdict = wholes(7)
    this.counted = wholes(8)
    this.#flags = wholes(9)
  }

  get isFull(): boolean {
    return this.count === this.capacity
  }

  /** There must be room. */
  push(kind: Kind, event: HandshakeEvent, counted: Verdict = event.verdict): void {
    const row = this.count++
    this.endedAtMs[row] = event.endedAtMs
    this.startedAtMs[row] = event.startedAtMs
    this.durationMs[row] = event.durationMs
    this.bytesToClient[row] = event.bytesToClient
    this.client[row] = event.client
    this.host[row] = event.host
    this.path[row] = event.path
    this.upstream[row] = event.upstream
    this.userAgent[row] = event.userAgent
    this.status[row] = event.status
    this.tries[row] = event.tries
    this.verdict[row] = event.verdict.number
    this.counted[row] = counted.number
    this.#flags[row] = kind | flagsOf(event)
  }

  kind(row: number): Kind {
    return (this.#flags[row]! & KIND_MASK) as Kind
  }

  isExplained(row: number): boolean {
    return (this.#flags[row]! & EXPLAINED) !== 0
  }

  protocol(row: number): Protocol {
    return (this.#flags[row]! >>> PROTOCOL_SHIFT) as Protocol
  }

  isComplete(row: number): boolean | undefined {
    const flags = this.#flags[row]!
    return (flags & COMPLETE) !== 0 ? true : (flags & INCOMPLETE) !== 0 ? false : undefined
  }

  /** One row as the event that it was pushed as; its `cluster` is none. */
  read(row: number): HandshakeEvent {
    return {
      endedAtMs: this.endedAtMs[row]!, startedAtMs: this.startedAtMs[row]!, durationMs: this.durationMs[row]!, status: this.status[row]!, bytesToClient: this.bytesToClient[row]!,
      client: this.client[row]!, host: this.host[row]!, path: this.path[row]!, upstream: this.upstream[row]!, userAgent: this.userAgent[row]!,
      isUpstreamKnown: (this.#flags[row]! & UPSTREAM_KNOWN) !== 0, tries: this.tries[row]!, isComplete: this.isComplete(row),
      verdict: verdictByNumber(this.verdict[row]!), isExplained: this.isExplained(row), protocol: this.protocol(row), cluster: -1,
    }
  }
}

// Room for an event that comes alone.
const ONE_ROW = new HandshakeRows(1)

/** An event as rows, valid until the next one. */
export const oneRow = (kind: Kind, event: HandshakeEvent, counted?: Verdict): HandshakeRows => {
  ONE_ROW.count = 0
  ONE_ROW.push(kind, event, counted)
  return ONE_ROW
}

/** The verdict that a relabelled session was told of with before. */
export const countedVerdict = (rows: HandshakeRows, row: number): Verdict<SessionCause> => verdictByNumber(rows.counted[row]!) as Verdict<SessionCause>

const flagsOf = ({ isUpstreamKnown, isExplained, isComplete, protocol }: HandshakeEvent): number =>
  (isUpstreamKnown ? UPSTREAM_KNOWN : 0) | (isExplained ? EXPLAINED : 0) | (isComplete === undefined ? 0 : isComplete ? COMPLETE : INCOMPLETE) | (protocol << PROTOCOL_SHIFT)
