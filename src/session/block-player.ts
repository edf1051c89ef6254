import { endingVerdict, type Verdict, verdictOf } from '../cause/verdict.ts'
import type { SessionCause } from '../cause/cause.ts'
import { type Columns, columnsOf, COMPLETE, EXPLAINED, type HandshakeBlock, INCOMPLETE, Kind, KIND_MASK, PROTOCOL_SHIFT, Real, REALS, UPSTREAM_KNOWN, Whole, WHOLES } from './handshake-block.ts'
import type { Name, NameTable } from './names.ts'
import { Protocol } from './protocol.ts'
import { type FailureEvent, type HandshakeConsumer, type HandshakeEvent, type NameTables, RANKED_FIELDS, type SessionEvent } from './session.ts'

/** A consumer that looks at no record: there is none where blocks are played. */
export interface BlockConsumer extends Omit<HandshakeConsumer, 'session' | 'failure'> {
  session(event: SessionEvent, names: NameTables): void
  failure(event: FailureEvent, names: NameTables): void
}

/** The names of another thread by their number. */
class ToldNames implements NameTable {
  generation = 0
  #names: Name[] = [{ label: '', isKept: true }]

  get size(): number {
    return this.#names.length
  }

  at(number: number): Name {
    return this.#names[number]!
  }

  clear(): void {
    this.generation++
    this.#names = this.#names.slice(0, 1)
  }

  add(label: string): void {
    this.#names.push({ label, isKept: true })
  }
}

/** Tells a consumer what the writer of the blocks was told: to be given all of one writer's, in their order. */
export class BlockPlayer {
  readonly #consumer: BlockConsumer
  readonly #names = { upstreams: new ToldNames(), hosts: new ToldNames(), paths: new ToldNames(), clients: new ToldNames() }
  /** By the number that the writer's thread gives them. */
  readonly #verdicts: Verdict[] = []
  readonly #event: HandshakeEvent = {
    endedAtMs: 0, startedAtMs: 0, durationMs: 0, status: 0, bytesToClient: 0, client: 0, host: 0, path: 0, upstream: 0, isUpstreamKnown: false,
    tries: 1, isComplete: undefined, verdict: endingVerdict('closed', 'guess'), isExplained: false, protocol: Protocol.unknown, cluster: -1,
  }

  constructor(consumer: BlockConsumer) {
    this.#consumer = consumer
  }

  play(block: HandshakeBlock): void {
    const consumer = this.#consumer
    for (const field of RANKED_FIELDS) {
      const { isCleared, labels } = block.names[field]
      if (isCleared) this.#names[field].clear()
      for (const label of labels) this.#names[field].add(label)
    }
    for (const { cause, layer, confidence } of block.verdicts) this.#verdicts.push(verdictOf(cause, layer, confidence))
    if (block.fromMs <= block.toMs) {
      consumer.covered(block.fromMs)
      consumer.covered(block.toMs)
    }
    for (let count = 0; count < block.plain; count++) consumer.other('plain')
    for (let count = 0; count < block.polling; count++) consumer.other('polling')
    const columns = columnsOf(block.buffer)
    for (let at = 0; at < block.undecided * 2; at += 2) consumer.undecided(columns.undecided[at]!, columns.undecided[at + 1]!)
    for (let row = 0; row < block.rows; row++) this.#playRow(columns, row)
    if (block.isSettled) consumer.settle(this.#names)
  }

  #playRow({ reals, wholes }: Columns, row: number): void {
    const event = this.#event
    const real = row * REALS
    event.endedAtMs = reals[real + Real.endedAtMs]!
    event.startedAtMs = reals[real + Real.startedAtMs]!
    event.durationMs = reals[real + Real.durationMs]!
    event.bytesToClient = reals[real + Real.bytesToClient]!
    event.status = reals[real + Real.status]!
    const whole = row * WHOLES
    event.client = wholes[whole + Whole.client]!
    event.host = wholes[whole + Whole.host]!
    event.path = wholes[whole + Whole.path]!
    event.upstream = wholes[whole + Whole.upstream]!
    event.tries = wholes[whole + Whole.tries]!
    const flags = wholes[whole + Whole.flags]!
    event.isUpstreamKnown = (flags & UPSTREAM_KNOWN) !== 0
    event.isExplained = (flags & EXPLAINED) !== 0
    event.isComplete = (flags & COMPLETE) !== 0 ? true : (flags & INCOMPLETE) !== 0 ? false : undefined
    event.protocol = (flags >>> PROTOCOL_SHIFT) as Protocol
    event.verdict = this.#verdicts[wholes[whole + Whole.verdict]!]!
    const kind = flags & KIND_MASK
    if (kind === Kind.session) this.#consumer.session(event as SessionEvent, this.#names)
    else if (kind === Kind.failure) this.#consumer.failure(event as FailureEvent, this.#names)
    else this.#consumer.relabelled?.(event as SessionEvent, this.#verdicts[wholes[whole + Whole.counted]!] as Verdict<SessionCause>, this.#names)
  }
}
