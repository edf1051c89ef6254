import type { Transform } from 'node:stream'

/** Compressed bytes at once: of logs they make some 300 kB, of the worst that can be made 16 MB. */
const PIECE = 1 << 14

/** An engine of zlib; `bytesWritten`: bytes of its input that it has used. */
export type Engine = Transform & { readonly bytesWritten: number }

/** A piece in the engine. */
interface Begun {
  readonly piece: Buffer
  /** What the engine had used before it. */
  readonly used: number
  readonly done: Promise<void>
}

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
      start()
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
    const begin = (piece: Buffer): Begun => ({ piece, used: engine.bytesWritten, done: done(() => engine.write(piece, () => isDone())) })
    /** What was made of a piece; until then the engine gets no other. */
    const finish = async ({ piece, used, done }: Begun): Promise<{ readonly made: Buffer[]; readonly failed: unknown }> => {
      await done
      if (failure === undefined) this.taken += piece.length
      if (isOver) this.hasRest ||= hasOther(piece.subarray(engine.bytesWritten - used))
      return { made: out.splice(0), failed: failure }
    }
    try {
      let begun: Begun | undefined
      for await (const piece of pieces) {
        const { made, failed } = begun === undefined ? { made: [], failed: undefined } : await finish(begun)
        begun = undefined
        // Once it is over, an engine neither takes more nor says so. Until then it works while what it made before is read.
        if (isOver) this.hasRest ||= hasOther(piece)
        else if (failed === undefined) begun = begin(piece)
        yield* this.#given(made)
        if (failed !== undefined) throw failed
        if (this.hasRest) return
      }
      if (begun !== undefined) {
        const { made, failed } = await finish(begun)
        yield* this.#given(made)
        if (failed !== undefined) throw failed
        if (this.hasRest) return
      }
      if (!isOver) await done(() => engine.end())
      yield* this.#given(out.splice(0))
      if (failure !== undefined) throw failure
    } finally {
      engine.destroy()
    }
  }

  *#given(made: readonly Buffer[]): Generator<Buffer> {
    for (const bytes of made) {
      this.given += bytes.length
      yield bytes
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
