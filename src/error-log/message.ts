import type { HandshakeCause, Layer, SessionCause } from '../cause/cause.ts'
import type { LevelName } from './level.ts'

/** What an error-log text stands for. */
export interface Message {
  /** Stable, in kebab case: reports and state files name a message by it. */
  readonly id: string
  /** As nginx writes it, `…` for what varies. An error number is compared by its number, never by its words: they are localised. */
  readonly text: string
  /** The text behind ` while `; undefined when none, or when any will do. */
  readonly action: string | undefined
  /** The levels at which nginx writes it. */
  readonly levels: readonly LevelName[]
  /** `connection`: before there is a request, or between two; no access line tells of it. */
  readonly phase: 'tunnel' | 'handshake' | 'connection' | 'process' | 'other'
  /** Who is to blame. */
  readonly side: Layer
  /** For the phase `tunnel`. */
  readonly sessionCause: SessionCause | undefined
  /** For the phase `handshake`. */
  readonly handshakeCause: HandshakeCause | undefined
  /** The process lines that events are made of: one line an event, though nginx may write two. */
  readonly process: ProcessStep | undefined
  /** Adds to another line and decides nothing by itself. */
  readonly isAside: boolean
  /** Bytes of a client, as it sent them, stand in the text itself: fields can be forged in it. */
  readonly quotesClient: boolean
}

export type ProcessStep =
  | 'reload' | 'graceful-shutdown' | 'worker-exiting' | 'worker-exited' | 'worker-crash' | 'stop' | 'quit' | 'start' | 'start-worker' | 'reopen' | 'binary-upgrade' | 'open-socket-left'
