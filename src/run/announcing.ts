import type { AccessRecord } from '../log-format/record.ts'
import type { FailureEvent, HandshakeConsumer, HandshakeEvent, NameTables, SessionEvent } from '../session/session.ts'

/** Hears every handshake of every part. */
export interface PartsListener {
  startLog(path: string): void
  handshake(event: HandshakeEvent, names: NameTables, record: AccessRecord): void
}

/** Tells a listener of every handshake before the consumer takes it. */
export class Announcing implements HandshakeConsumer {
  readonly #consumer: HandshakeConsumer
  readonly #listener: PartsListener

  constructor(consumer: HandshakeConsumer, listener: PartsListener) {
    this.#consumer = consumer
    this.#listener = listener
  }

  session(event: SessionEvent, names: NameTables, record: AccessRecord): void {
    this.#listener.handshake(event, names, record)
    this.#consumer.session(event, names, record)
  }

  failure(event: FailureEvent, names: NameTables, record: AccessRecord): void {
    this.#listener.handshake(event, names, record)
    this.#consumer.failure(event, names, record)
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
    this.#consumer.settle(names)
  }
}
