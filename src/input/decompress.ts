import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { WslogError } from '../errors.ts'

/** What zlib gives at once, and what it loses at most where the data is damaged. */
const CHUNK = 1 << 16

export type Compression = 'none' | 'gzip' | 'zstd'

/** What the first bytes say; the name of a file says nothing (`access.log.1` may be either). */
export const compressionOf = (head: Buffer): Compression => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2f_b528) return 'zstd'
  return 'none'
}

/** zlib has Zstandard since Node 22.15. */
const createZstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => NodeJS.ReadWriteStream }).createZstdDecompress

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
  const plain = Readable.from(chunks).pipe(kind === 'gzip' ? zlib.createGunzip(options) : createZstd!(options)) as AsyncIterable<Buffer>
  try {
    yield* plain
  } catch (error) {
    const code = String((error as { code?: unknown }).code)
    const what = code === 'Z_BUF_ERROR' ? 'ends in the middle' : `is damaged (${code})`
    throw new WslogError('input', `${path}: the ${kind} data ${what}; what came before was read, but for up to ${CHUNK / 1024} kB`, { cause: error })
  }
}
