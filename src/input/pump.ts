import type { Transform } from 'node:stream'

/** Compressed bytes at once: of logs they make some 300 kB, of the worst that can be made 16 MB. */
const PIECE = 1 << 14

/** An engine of zlib; `bytesWritten`: bytes of its input that it has used. */
export type Engine = Transform & { readonly bytesWritten: number }

/** How far a {@link Pump} has come; bytes. */
interface Progress {
  /** Compressed bytes before the piece that is in the engine now. */
  readonly taken: number
  /** Plain bytes that were given. */
  readonly given: number
}

/**
 * Gives all that an engine makes of one piece before it gets the next. Read in the common way, a stream that fails drops what waits to
 * be read: how much of a damaged file comes would then depend on how fast it is read, and the lines of two readings would differ.
 */
export class Pump implements Progress {
  taken = 0
  given = 0
  /** Whether bytes but zeros, with which tapes and copies are filled up, stand behind the end of the data. */
  hasRest = false
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async *plain(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const engine = this.#engine
    const out: Buffer[] = []
    let failure: unknown
    let isOver = false
    let isDone = (): void => {}
    const done = (start: () => void): Promise<void> => new Promise((resolve) => {
      isDone = resolve
      if (failure === undefined && !isOver) start()
      else resolve()
    })
    engine.on('data', (bytes: Buffer) => out.push(bytes))
    engine.on('end', () => {
      isOver = true
      isDone()
    })
    engine.on('error', (error: unknown) => {
      failure ??= error
      isDone()
    })
    try {
      for await (const piece of pieces) {
        // Once it is over, an engine neither takes more nor says so.
        if (isOver) this.hasRest ||= hasOther(piece)
        else {
          const used = engine.bytesWritten
          await done(() => engine.write(piece, () => isDone()))
          for (const bytes of out.splice(0)) {
            this.given += bytes.length
            yield bytes
          }
          if (failure !== undefined) throw failure
          if (isOver) this.hasRest = hasOther(piece.subarray(engine.bytesWritten - used))
        }
        if (this.hasRest) return
        this.taken += piece.length
      }
      await done(() => engine.end())
      for (const bytes of out.splice(0)) {
        this.given += bytes.length
        yield bytes
      }
      if (failure !== undefined) throw failure
    } finally {
      engine.destroy()
    }
  }
}

const hasOther = (bytes: Buffer): boolean => bytes.some((byte) => byte !== 0)

/** Chunks, cut for an engine. */
export async function* pieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) for (let from = 0; from < chunk.length; from += PIECE) yield chunk.subarray(from, from + PIECE)
}

/** The same up to `fineFrom`, in which an engine failed; that piece byte by byte, so that all comes which stands before the damage; and no more. */
export async function* finePieces(chunks: AsyncIterable<Buffer>, fineFrom: number): AsyncGenerator<Buffer> {
  let position = 0
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      if (position >= fineFrom + PIECE) return
      const piece = chunk.subarray(from, from + (position < fineFrom ? Math.min(PIECE, fineFrom - position) : 1))
      yield piece
      from += piece.length
      position += piece.length
    }
  }
}
