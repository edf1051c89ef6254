import { WslogError } from '../errors.ts'
import { type Engine, finePieces, pieces, Pump } from './pump.ts'

/** What zlib gives at once, and what it loses at most where the data is damaged. Of less, it would wait for this thread several times a piece. */
const CHUNK = 1 << 18
const OPTIONS = { chunkSize: CHUNK }

export type Compression = 'none' | 'gzip' | 'zstd'

/** What the first bytes say; the name of a file says nothing (`access.log.1` may be either). */
export const compressionOf = (head: Buffer): Compression => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2f_b528) return 'zstd'
  return 'none'
}

/** What makes engines of this kind; undefined: Node has none. Loaded for compressed logs only. */
const engines = async (kind: 'gzip' | 'zstd'): Promise<(() => Engine) | undefined> => {
  const zlib = await import('node:zlib')
  if (kind === 'gzip') return () => zlib.createGunzip(OPTIONS)
  // Since Node 22.15.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: typeof OPTIONS) => Engine }
  return createZstdDecompress === undefined ? undefined : () => createZstdDecompress(OPTIONS)
}

/** A compressed file or pipe. */
interface Compressed {
  readonly path: string
  readonly kind: Compression
  readonly chunks: AsyncIterable<Buffer>
  /** The same chunks from the beginning, to save what stands before damage; undefined: it is a pipe. */
  readonly again: (() => AsyncIterable<Buffer>) | undefined
}

/**
 * The plain bytes; a gzip file may have several members, as nginx's `access_log … gzip` writes it.
 * @throws WslogError `input` where the data is cut off or damaged, or goes on as something else; what came before has been given.
 */
export async function* decompressed(compressed: Compressed): AsyncGenerator<Buffer> {
  const { path, kind, chunks, again } = compressed
  if (kind === 'none') {
    yield* chunks
    return
  }
  const engine = await engines(kind)
  if (engine === undefined) {
    throw new WslogError('input', `${path}: is Zstandard, which Node ${process.versions.node} cannot read; use Node 22.15 or later, or zstd -dc ${path} | wslog analyze -`)
  }
  const pump = new Pump(engine())
  try {
    yield* pump.plain(pieces(chunks))
  } catch (error) {
    if (!isOfEngine(error)) throw error
    const { code, message } = error
    const isCutOff = code === 'Z_BUF_ERROR'
    const isSaved = !isCutOff && again !== undefined
    if (isSaved) yield* before(engine(), again(), pump)
    const what = isCutOff ? 'ends in the middle' : message === NO_MEMBER ? 'is followed by bytes that are none' : `is damaged (${code})`
    throw new WslogError('input', `${path}: the ${kind} data ${what}; what came before was read${isSaved ? '' : `, but for up to ${CHUNK / 1024} kB`}`, { cause: error })
  }
  if (pump.hasRest) throw new WslogError('input', `${path}: the ${kind} data is followed by bytes that are none; what came before was read`)
}

/** Whether the data is at fault, and not the reading of it. */
const isOfEngine = (error: unknown): error is Error & { readonly code: string } => /^(?:Z_|ZSTD_)/.test(String((error as { code?: unknown } | null)?.code))

/** What zlib says where the first bytes of a member should be; of the first member of all they are there. */
const NO_MEMBER = 'incorrect header check'

/** What an engine that failed had made of its last piece, and took with it. */
async function* before(engine: Engine, chunks: AsyncIterable<Buffer>, { taken, given }: Pump): AsyncGenerator<Buffer> {
  const pump = new Pump(engine)
  try {
    for await (const bytes of pump.plain(finePieces(chunks, taken))) {
      const known = given - (pump.given - bytes.length)
      if (known < bytes.length) yield bytes.subarray(Math.max(0, known))
    }
  } catch (error) {
    // It fails where the first one did, or, with what was cut off behind it, at the end. A disk that fails is another matter.
    if (!isOfEngine(error)) throw error
  }
}
