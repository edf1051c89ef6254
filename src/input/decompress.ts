import type { Duplex } from 'node:stream'
import * as zlib from 'node:zlib'
import { WslogError } from '../errors.ts'

/** What zlib gives at once, and what it loses at most where the data is damaged. */
const CHUNK = 1 << 16
/** Compressed bytes at once: of logs they make some 300 kB, of the worst that can be made 16 MB. */
const PIECE = 1 << 14

export type Compression = 'none' | 'gzip' | 'zstd'

/** What the first bytes say; the name of a file says nothing (`access.log.1` may be either). */
export const compressionOf = (head: Buffer): Compression => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2f_b528) return 'zstd'
  return 'none'
}

/** zlib has Zstandard since Node 22.15. */
const createZstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Duplex }).createZstdDecompress

/**
 * The plain bytes; a gzip file may have several members, as nginx's `access_log … gzip` writes it.
 * @throws WslogError `input` where the data is cut off or damaged; what came before has been given.
 */
export async function* decompressed({ path, kind, chunks }: { path: string; kind: Compression; chunks: AsyncIterable<Buffer> }): AsyncGenerator<Buffer> {
  if (kind === 'none') {
    yield* chunks
    return
  }
  if (kind === 'zstd' && createZstd === undefined) {
    throw new WslogError('input', `${path}: is Zstandard, which Node ${process.versions.node} cannot read; use Node 22.15 or later, or zstd -dc ${path} | wslog analyze -`)
  }
  const options = { chunkSize: CHUNK }
  try {
    yield* pumped(kind === 'gzip' ? zlib.createGunzip(options) : createZstd!(options), chunks)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (typeof code !== 'string' || !/^(?:Z_|ZSTD_)/.test(code)) throw error
    const what = code === 'Z_BUF_ERROR' ? 'ends in the middle' : `is damaged (${code})`
    throw new WslogError('input', `${path}: the ${kind} data ${what}; what came before was read, but for up to ${CHUNK / 1024} kB`, { cause: error })
  }
}

/**
 * Gives all that an engine makes of one piece before it gets the next. Read in the common way, a stream that fails drops what waits to
 * be read: how much of a damaged file comes would then depend on how fast it is read, and the lines of two readings would differ.
 */
async function* pumped(engine: Duplex, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const out: Buffer[] = []
  let failure: unknown
  let isDone = (): void => {}
  const done = (start: () => void): Promise<void> => new Promise((resolve) => {
    isDone = resolve
    if (failure === undefined) start()
    else resolve()
  })
  engine.on('data', (bytes: Buffer) => out.push(bytes))
  engine.on('end', () => isDone())
  engine.on('error', (error: unknown) => {
    failure ??= error
    isDone()
  })
  try {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += PIECE) {
        await done(() => engine.write(chunk.subarray(from, from + PIECE), () => isDone()))
        yield* out.splice(0)
        if (failure !== undefined) throw failure
      }
    }
    await done(() => engine.end())
    yield* out.splice(0)
    if (failure !== undefined) throw failure
  } finally {
    engine.destroy()
  }
}
