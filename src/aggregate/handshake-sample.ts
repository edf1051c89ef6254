import type { Confidence, HandshakeCause, Layer, SessionCause } from '../cause/cause.ts'
import { verdictByNumber, verdictOf, type Verdict } from '../cause/verdict.ts'
import { type HandshakeRows, Kind, oneRow } from '../session/handshake-rows.ts'
import type { HandshakeEvent, NameTables } from '../session/session.ts'

/** Handshakes kept; twice as many before any goes. */
const CAPACITY = 1 << 13
const KEYS = 2 ** 32

/** One handshake, on its own: a session when its status is 101. */
export interface SampledHandshake {
  /** What decides whether it is kept: a hash of its figures, so that no order of lines favours any. */
  readonly key: number
  readonly status: number
  readonly endedAtMs: number
  readonly startedAtMs: number
  /** NaN where the format does not tell. */
  readonly durationMs: number
  /** -1 where the format does not tell. */
  readonly bytesToClient: number
  readonly client: string
  readonly host: string
  readonly path: string
  readonly upstream: string
  /** Empty where the format does not tell. */
  readonly userAgent: string
  readonly tries: number
  /** Of `$request_completion`; undefined where the format does not tell. */
  readonly isComplete: boolean | undefined
  readonly verdict: Verdict<SessionCause | HandshakeCause>
  readonly isExplained: boolean
}

/** A sample's state in JSON: a row a handshake, its key first. */
export interface HandshakeSampleJson {
  readonly limit: number
  readonly rows: readonly (readonly [
    key: number, status: number, endedAtMs: number, startedAtMs: number, durationMs: number | null, bytes: number, client: string, host: string, path: string, upstream: string,
    tries: number, isComplete: boolean | null, cause: SessionCause | HandshakeCause, layer: Layer, confidence: Confidence, isExplained: boolean,
    /** What was written before user agents were counted has none. */
    userAgent?: string,
  ])[]
}

/**
 * A fair sample of handshakes in fixed memory, and a monoid: those with the smallest hashes are kept (a bottom-k
 * sketch: Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007). Up to 16,383 of them are all
 * kept. What many have in common, other than their number, is read from here.
 */
export class HandshakeSample {
  /** Keys below it are kept; {@link KEYS} while all are. */
  #limit = KEYS
  #rows: SampledHandshake[] = []

  /** The share of all that is kept, 0..1. */
  get share(): number {
    return this.#limit / KEYS
  }

  copy(): HandshakeSample {
    const sample = this.emptied()
    sample.#rows = [...this.#rows]
    return sample
  }

  /** One that keeps the same handshakes, and holds none yet. */
  emptied(): HandshakeSample {
    return HandshakeSample.fromJSON({ limit: this.#limit, rows: [] })
  }

  /** Whether a handshake with this key is kept, or would be. */
  keeps(key: number): boolean {
    return key < this.#limit
  }

  /** Whether a handshake is kept, or would be. */
  holds(event: HandshakeEvent): boolean {
    return this.keeps(keyOf(oneRow(Kind.session, event), 0) >>> 0)
  }

  /** In no order. */
  get rows(): readonly SampledHandshake[] {
    return this.#rows
  }

  /** Those of a kind among them. */
  addRows(rows: HandshakeRows, kind: Kind, names: NameTables): void {
    for (let row = 0; row < rows.count; row++) {
      if (rows.kind(row) !== kind) continue
      const key = keyOf(rows, row) >>> 0
      if (key < this.#limit) this.#add(key, rows, row, names)
    }
  }

  #add(key: number, rows: HandshakeRows, row: number, { clients, hosts, paths, upstreams, userAgents }: NameTables): void {
    this.#rows.push({
      key,
      status: rows.status[row]!,
      endedAtMs: rows.endedAtMs[row]!,
      startedAtMs: rows.startedAtMs[row]!,
      durationMs: rows.durationMs[row]!,
      bytesToClient: rows.bytesToClient[row]!,
      tries: rows.tries[row]!,
      isComplete: rows.isComplete(row),
      verdict: verdictByNumber(rows.verdict[row]!),
      isExplained: rows.isExplained(row),
      client: clients.at(rows.client[row]!).label,
      host: hosts.at(rows.host[row]!).label,
      path: paths.at(rows.path[row]!).label,
      upstream: upstreams.at(rows.upstream[row]!).label,
      userAgent: userAgents.at(rows.userAgent[row]!).label,
    })
    this.#prune()
  }

  /** Puts a better verdict in the place of the one that each has. */
  relabel(verdictOf: (one: SampledHandshake) => SampledHandshake['verdict'] | undefined): void {
    this.#rows = this.#rows.map((one) => {
      const verdict = verdictOf(one)
      return verdict === undefined || verdict === one.verdict ? one : { ...one, verdict }
    })
  }

  merge(other: HandshakeSample): void {
    this.#limit = Math.min(this.#limit, other.#limit)
    this.#rows = [...this.#rows, ...other.#rows].filter(({ key }) => key < this.#limit)
    this.#prune()
  }

  /** In the order of their keys, so that the same handshakes give the same text. */
  toJSON(): HandshakeSampleJson {
    const rows = this.#rows.toSorted((a, b) => a.key - b.key || a.endedAtMs - b.endedAtMs || (textOf(a) < textOf(b) ? -1 : 1))
    return {
      limit: this.#limit,
      rows: rows.map((one) => [
        one.key, one.status, one.endedAtMs, one.startedAtMs, Number.isNaN(one.durationMs) ? null : one.durationMs, one.bytesToClient, one.client, one.host, one.path, one.upstream,
        one.tries, one.isComplete ?? null, one.verdict.cause, one.verdict.layer, one.verdict.confidence, one.isExplained, one.userAgent,
      ]),
    }
  }

  static fromJSON(json: HandshakeSampleJson): HandshakeSample {
    const sample = new HandshakeSample()
    sample.#limit = json.limit
    sample.#rows = json.rows.map(([key, status, endedAtMs, startedAtMs, durationMs, bytesToClient, client, host, path, upstream, tries, isComplete, cause, layer, confidence, isExplained, userAgent]) => ({
      key, status, endedAtMs, startedAtMs, durationMs: durationMs ?? Number.NaN, bytesToClient, client, host, path, upstream, tries, isComplete: isComplete ?? undefined, verdict: verdictOf(cause, layer, confidence), isExplained, userAgent: userAgent ?? '',
    }))
    return sample
  }

  /** Keeps the half with the smallest keys, when there are too many; all with the same key stay or go together. */
  #prune(): void {
    if (this.#rows.length < CAPACITY * 2) return
    const keys = Float64Array.from(this.#rows, ({ key }) => key).sort()
    this.#limit = Math.max(1, keys[CAPACITY]!)
    this.#rows = this.#rows.filter(({ key }) => key < this.#limit)
  }
}

const textOf = ({ client, host, path, upstream, userAgent }: SampledHandshake): string => `${client} ${host} ${path} ${upstream} ${userAgent}`

/** 32 bits, with a sign: whoever takes it for a number of 32 bits without one, where it is used, spares an object for each handshake. */
const keyOf = (rows: HandshakeRows, row: number): number => {
  const endedAtMs = rows.endedAtMs[row]!
  let mixed = Math.imul(endedAtMs | 0, 0x9e37_79b1) ^ Math.imul((endedAtMs - rows.startedAtMs[row]!) | 0, 0x85eb_ca77) ^ rows.status[row]!
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ rows.bytesToClient[row]!, 0xc2b2_ae3d)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4_eb2f)
  return mixed ^ (mixed >>> 16)
}
