import type { SessionCause } from '../cause/cause.ts'
import { endingVerdict, type Verdict, verdictByNumber } from '../cause/verdict.ts'
import { type HandshakeRows, Kind } from '../session/handshake-rows.ts'
import { Protocol } from '../session/protocol.ts'
import type { HandshakeEvent, SessionEvent } from '../session/session.ts'
import { type AgeClass, ageClassOf } from './ages.ts'

/** 16 bytes each, 25 MB in all. */
const MAX_ROWS = 3 << 19
const CHUNK_ROWS = 1 << 16
const WORDS = 3
/** Sessions that do not fit into a row, and times that do not follow the one before. */
const MAX_ODD = 1 << 15
const MAX_JUMPS = 1 << 17
/** In the place of a step in time: it is among the jumps. */
const JUMP = 0xffff
const UNKNOWN_DURATION = 0xffff_ffff

// The first word is the duration. The second: client 17 bits, upstream 8, age class 2, completion 2, verdict 3; the third: path 17, host 8, linger 7.
const ID_BITS = 17
const IDS = 1 << ID_BITS
const FEW_IDS = 1 << 8
const USER_AGENTS = 1 << 16
const VERDICTS = 1 << 3
const LINGERS = 1 << 7

/** Bytes that stand for all of an age class: a row knows no more. */
const CLASSES: readonly AgeClass[] = ['untold', 'silent', 'closed', 'busy']
const BYTES_OF_CLASS = [-1, 0, 4, 5] as const

interface Chunk {
  readonly words: Uint32Array
  /** Milliseconds since the end before. */
  readonly steps: Uint16Array
  readonly userAgents: Uint16Array
}

/**
 * The sessions that no error line explains, in a few bytes each: what all of them together say of each can then be said
 * without reading the logs once more. Up to a million and a half; of more there are none.
 */
export class SessionRows {
  #chunks: Chunk[] = []
  #count = 0
  #lastMs = 0
  #jumps: number[] = []
  #odd: SessionEvent[] = []
  readonly #verdicts: Verdict<SessionCause>[] = []
  #isWhole = true

  /** All sessions are here. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Takes the sessions among them that no error line explains. */
  addRows(rows: HandshakeRows): void {
    for (let row = 0; row < rows.count && this.#isWhole; row++) if (rows.kind(row) === Kind.session && !rows.isExplained(row)) this.#add(rows, row)
  }

  #add(rows: HandshakeRows, row: number): void {
    const endedAtMs = rows.endedAtMs[row]!
    const durationMs = rows.durationMs[row]!
    const client = rows.client[row]!
    const host = rows.host[row]!
    const path = rows.path[row]!
    const upstream = rows.upstream[row]!
    const userAgent = rows.userAgent[row]!
    const lingerMs = endedAtMs - rows.startedAtMs[row]! - (durationMs >= 0 ? durationMs : 0)
    const duration = durationMs >= 0 ? durationMs : UNKNOWN_DURATION
    const verdict = this.#verdictNumber(verdictByNumber(rows.verdict[row]!) as Verdict<SessionCause>)
    const isUsual = duration >>> 0 === duration && durationMs !== UNKNOWN_DURATION && lingerMs >= 0 && lingerMs < LINGERS && (lingerMs | 0) === lingerMs && client < IDS && path < IDS && host < FEW_IDS && upstream < FEW_IDS && userAgent < USER_AGENTS && verdict < VERDICTS
    if (!isUsual) this.#odd.push(rows.read(row) as SessionEvent)
    else {
      if (this.#count === this.#chunks.length * CHUNK_ROWS) this.#chunks.push({ words: new Uint32Array(CHUNK_ROWS * WORDS), steps: new Uint16Array(CHUNK_ROWS), userAgents: new Uint16Array(CHUNK_ROWS) })
      const { words, steps, userAgents } = this.#chunks.at(-1)!
      const at = this.#count++ % CHUNK_ROWS
      const isComplete = rows.isComplete(row)
      words[at * WORDS] = duration
      words[at * WORDS + 1] = client | (upstream << 17) | (CLASSES.indexOf(ageClassOf(rows.bytesToClient[row]!)) << 25) | ((isComplete === undefined ? 0 : isComplete ? 1 : 2) << 27) | (verdict << 29)
      words[at * WORDS + 2] = path | (host << 17) | (lingerMs << 25)
      steps[at] = this.#step(endedAtMs)
      userAgents[at] = userAgent
    }
    if (this.#count > MAX_ROWS || this.#odd.length > MAX_ODD || this.#jumps.length > MAX_JUMPS) this.giveUp()
  }

  /** Forgets all: there were too many, or numbers of names are about to change. */
  giveUp(): void {
    this.#isWhole = false
    this.#chunks = []
    this.#count = 0
    this.#jumps = []
    this.#odd = []
  }

  /** Every session for which `isOfInterest`; its `bytesToClient` tells no more than its age class, and it is valid during the call. */
  each(isOfInterest: (endedAtMs: number, durationMs: number) => boolean, take: (event: SessionEvent) => void): void {
    for (const event of this.#odd) if (isOfInterest(event.endedAtMs, event.durationMs)) take({ ...event })
    const event: HandshakeEvent = {
      endedAtMs: 0, startedAtMs: 0, durationMs: 0, status: 101, bytesToClient: 0, client: 0, host: 0, path: 0, upstream: 0, userAgent: 0, isUpstreamKnown: true,
      tries: 1, isComplete: undefined, verdict: endingVerdict('closed', 'guess'), isExplained: false, protocol: Protocol.unknown, cluster: -1,
    }
    let endedAtMs = 0
    let jumps = 0
    for (let index = 0; index < this.#count; index++) {
      const { words, steps, userAgents } = this.#chunks[Math.floor(index / CHUNK_ROWS)]!
      const row = index % CHUNK_ROWS
      const step = steps[row]!
      endedAtMs = step === JUMP ? this.#jumps[jumps++]! : endedAtMs + step
      const duration = words[row * WORDS]!
      const durationMs = duration === UNKNOWN_DURATION ? Number.NaN : duration
      if (!isOfInterest(endedAtMs, durationMs)) continue
      const second = words[row * WORDS + 1]!
      const third = words[row * WORDS + 2]!
      event.endedAtMs = endedAtMs
      event.durationMs = durationMs
      event.startedAtMs = endedAtMs - (durationMs >= 0 ? durationMs : 0) - (third >>> 25)
      event.client = second & (IDS - 1)
      event.upstream = (second >>> 17) & (FEW_IDS - 1)
      event.bytesToClient = BYTES_OF_CLASS[(second >>> 25) & 3]!
      event.isComplete = [undefined, true, false][(second >>> 27) & 3]
      event.verdict = this.#verdicts[second >>> 29]!
      event.path = third & (IDS - 1)
      event.host = (third >>> 17) & (FEW_IDS - 1)
      event.userAgent = userAgents[row]!
      take(event as SessionEvent)
    }
  }

  #step(endedAtMs: number): number {
    const step = endedAtMs - this.#lastMs
    this.#lastMs = endedAtMs
    if (step >= 0 && step < JUMP && (step | 0) === step) return step
    this.#jumps.push(endedAtMs)
    return JUMP
  }

  #verdictNumber(verdict: Verdict<SessionCause>): number {
    const known = this.#verdicts.indexOf(verdict)
    return known >= 0 ? known : this.#verdicts.push(verdict) - 1
  }
}
