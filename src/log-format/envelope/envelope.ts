/** One nginx line without what a container runtime or a syslog daemon wrapped around it. */
interface Unwrapped {
  readonly bytes: Buffer
  readonly from: number
  readonly end: number
  /** When the wrapper says it was written, ms since the epoch; NaN when it does not say. */
  readonly timeMs: number
  /** `stderr` is where a containerised nginx writes its error log. */
  readonly stream: 'stdout' | 'stderr'
}

/** What became of one physical line: a whole nginx line, a piece of one that goes on, or not of this envelope. */
export type Unwrapping = Unwrapped | 'piece' | undefined

/** Takes a wrapper off, line by line. Has a memory: a long nginx line comes in pieces. One a file. */
export interface Envelope {
  unwrap(bytes: Buffer, from: number, end: number): Unwrapping
}

/** The longest nginx line that is put together from pieces, in bytes; longer ones count as broken. */
const MAX_JOINED = 1 << 20

/** Puts the pieces of a long line together, each output stream for itself. */
export class PieceJoiner {
  readonly #held = new Map<string, Buffer[]>()
  readonly #overlong = new Set<string>()

  hold(stream: string, piece: Buffer): void {
    const pieces = this.#held.get(stream) ?? []
    const size = pieces.reduce((sum, { length }) => sum + length, piece.length)
    if (size <= MAX_JOINED && !this.#overlong.has(stream)) pieces.push(Buffer.from(piece))
    else this.#overlong.add(stream)
    this.#held.set(stream, pieces)
  }

  /** The whole line, `last` being its end. The common case, nothing held, costs no copy. */
  join(stream: string, last: Buffer): Buffer {
    const pieces = this.#held.get(stream)
    if (pieces === undefined) return last
    this.#held.delete(stream)
    const line = Buffer.concat([...pieces, last])
    return this.#overlong.delete(stream) || line.length > MAX_JOINED ? Buffer.alloc(0) : line
  }
}
