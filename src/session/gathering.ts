import type { SessionCause } from '../cause/cause.ts'
import type { Verdict } from '../cause/verdict.ts'
import { HandshakeRows, Kind } from './handshake-rows.ts'
import type { FailureEvent, HandshakeConsumer, HandshakeEvent, NameTables, SessionEvent } from './session.ts'

/** The columns of so many handshakes stay in the processor's cache. */
const ROWS = 2048

/** Takes handshakes many at a time; the rest of what a log consists of as it comes. */
export interface RowsConsumer extends Pick<HandshakeConsumer, 'covered' | 'other' | 'undecided' | 'settle'> {
  /** The rows are valid during the call. */
  rows(rows: HandshakeRows, names: NameTables): void
}

/** Gathers the handshakes of a log for one who takes many at a time. */
export class Gathering implements HandshakeConsumer {
  readonly #consumer: RowsConsumer
  readonly #rows = new HandshakeRows(ROWS)
  #names: NameTables | undefined

  constructor(consumer: RowsConsumer) {
    this.#consumer = consumer
  }

  session(event: SessionEvent, names: NameTables): void {
    this.#add(Kind.session, event, event.verdict, names)
  }

  failure(event: FailureEvent, names: NameTables): void {
    this.#add(Kind.failure, event, event.verdict, names)
  }

  relabelled(event: SessionEvent, counted: Verdict<SessionCause>, names: NameTables): void {
    this.#add(Kind.relabelled, event, counted, names)
  }

  covered(atMs: number): void {
    this.#consumer.covered(atMs)
  }

  other(kind: 'plain' | 'polling'): void {
    this.#consumer.other(kind)
  }

  undecided(status: number, path: number): void {
    this.#consumer.undecided(status, path)
  }

  settle(names: NameTables): void {
    this.flush()
    this.#consumer.settle(names)
  }

  /** Gives on what has been gathered. */
  flush(): void {
    if (this.#rows.count > 0) this.#consumer.rows(this.#rows, this.#names!)
    this.#rows.count = 0
  }

  #add(kind: Kind, event: HandshakeEvent, counted: Verdict, names: NameTables): void {
    this.#names = names
    this.#rows.push(kind, event, counted)
    if (this.#rows.isFull) this.flush()
  }
}
