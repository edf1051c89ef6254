import { PathCensus } from '../aggregate/path-census.ts'
import type { AccessRecord } from '../log-format/record.ts'
import type { FailureEvent, HandshakeEvent, NameTables, SessionEvent } from '../session/session.ts'
import type { PartsConsumer } from './read-parts.ts'

/** Hears every handshake of every part. */
export interface PartsListener {
  startLog(path: string): void
  handshake(event: HandshakeEvent, names: NameTables, record: AccessRecord): void
}

/** Tells a listener of every handshake; nothing is counted. */
export class Announcing implements PartsConsumer {
  /** Stays empty. */
  readonly census = new PathCensus()
  readonly #listener: PartsListener

  constructor(listener: PartsListener) {
    this.#listener = listener
  }

  startLog({ path }: { readonly path: string }): void {
    this.#listener.startLog(path)
  }

  session(event: SessionEvent, names: NameTables, record: AccessRecord): void {
    this.#listener.handshake(event, names, record)
  }

  failure(event: FailureEvent, names: NameTables, record: AccessRecord): void {
    this.#listener.handshake(event, names, record)
  }

  endLog(): void {}
  covered(): void {}
  other(): void {}
  undecided(): void {}
  settle(): void {}
}
