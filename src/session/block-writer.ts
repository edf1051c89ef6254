import type { SessionCause } from '../cause/cause.ts'
import { type Verdict, verdictByNumber } from '../cause/verdict.ts'
import { BLOCK_ROWS, Columns, type HandshakeBlock, type NewNames } from './handshake-block.ts'
import { Kind } from './handshake-rows.ts'
import { byField, type FailureEvent, type HandshakeConsumer, type HandshakeEvent, type NameTables, type RankedField, type SessionEvent } from './session.ts'

/** Of a log with hardly a handshake in it: progress is to be seen. */
const MAX_BYTES = 1 << 22

/** Puts what a log consists of into blocks, for another thread that plays them to its consumer. */
export class BlockWriter implements HandshakeConsumer {
  readonly #send: (block: HandshakeBlock) => void
  readonly #takeBuffer: () => ArrayBuffer
  #buffer: ArrayBuffer
  #columns: Columns
  #undecided = 0
  #names: NameTables | undefined
  /** Of each table: which of its numberings was told of, and up to which number. */
  readonly #told = byField(() => ({ generation: 0, size: 1 }))
  /** Verdicts with smaller numbers were told of, and the largest number so far. */
  #verdictsTold = 0
  #lastVerdict = -1
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY
  #plain = 0
  #polling = 0
  #startsLog = false
  #bytes = 0

  /** `takeBuffer` gives a buffer of `BLOCK_BYTES`; with `send` the block's goes away. */
  constructor({ send, takeBuffer }: { send: (block: HandshakeBlock) => void; takeBuffer: () => ArrayBuffer }) {
    this.#send = send
    this.#takeBuffer = takeBuffer
    this.#buffer = takeBuffer()
    this.#columns = new Columns(this.#buffer)
  }

  startLog(): void {
    this.flush()
    this.#startsLog = true
  }

  endLog(): void {}

  covered(atMs: number): void {
    if (atMs < this.#fromMs) this.#fromMs = atMs
    if (atMs > this.#toMs) this.#toMs = atMs
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

  other(kind: 'plain' | 'polling'): void {
    if (kind === 'polling') this.#polling++
    else this.#plain++
  }

  undecided(status: number, path: number): void {
    const at = this.#undecided++ * 2
    this.#columns.undecided[at] = status
    this.#columns.undecided[at + 1] = path
    if (this.#undecided === BLOCK_ROWS) this.flush()
  }

  settle(names: NameTables): void {
    this.#names = names
    this.#write(true)
  }

  /** So many bytes more of the log were read. Blocks wait until they are full, since each costs the same to send; but not for long. */
  read(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes >= MAX_BYTES) this.flush()
  }

  /** Sends what there is. */
  flush(): void {
    this.#write(false)
  }

  #add(kind: Kind, event: HandshakeEvent, counted: Verdict, names: NameTables): void {
    const { rows } = this.#columns
    rows.push(kind, event, counted)
    this.#lastVerdict = Math.max(this.#lastVerdict, event.verdict.number, counted.number)
    this.#names = names
    if (rows.isFull) this.flush()
  }

  #write(isSettled: boolean): void {
    const verdicts: HandshakeBlock['verdicts'][number][] = []
    for (; this.#verdictsTold <= this.#lastVerdict; this.#verdictsTold++) {
      const { cause, layer, confidence } = verdictByNumber(this.#verdictsTold)
      verdicts.push({ cause, layer, confidence })
    }
    const names = byField((field) => this.#newNames(field))
    const block: HandshakeBlock = {
      buffer: this.#buffer, rows: this.#columns.rows.count, undecided: this.#undecided, names, verdicts, fromMs: this.#fromMs, toMs: this.#toMs, plain: this.#plain, polling: this.#polling, startsLog: this.#startsLog, isSettled, bytes: this.#bytes,
    }
    this.#undecided = 0
    this.#fromMs = Number.POSITIVE_INFINITY
    this.#toMs = Number.NEGATIVE_INFINITY
    this.#plain = 0
    this.#polling = 0
    this.#startsLog = false
    this.#bytes = 0
    this.#send(block)
    this.#buffer = this.#takeBuffer()
    this.#columns = new Columns(this.#buffer)
  }

  #newNames(field: RankedField): NewNames {
    const table = this.#names?.[field]
    const told = this.#told[field]
    const isCleared = table !== undefined && table.generation !== told.generation
    const labels: string[] = []
    if (table !== undefined) {
      for (let number = isCleared ? 1 : told.size; number < table.size; number++) labels.push(table.at(number).label)
      told.generation = table.generation
      told.size = table.size
    }
    return { isCleared, labels }
  }
}
