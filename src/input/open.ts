import { type FileHandle, open } from 'node:fs/promises'
import { WslogError } from '../errors.ts'
import { chain, chunksOf, hold, wholeLines } from './chunks.ts'
import { compressionOf, decompressed } from './decompress.ts'
import { LineBlocks } from './line-blocks.ts'
import { inputError, type LogSource, type ReadOptions } from './source.ts'

const BLOCK = 1 << 19
/** Enough to see the format, and to guess which lines are handshakes. */
const SAMPLE = 1 << 20
/** Of a pipe, which cannot be read twice, more is held to guess by. */
const PIPE_SAMPLE = 1 << 25

/** Opens a log: a file as it is now (what is written to it later is not read), a FIFO, or `-`. @throws WslogError `input` */
export const openLog = async (path: string): Promise<LogSource> => {
  try {
    if (path === '-') return await openPipe(path, process.stdin)
    const handle = await open(path, 'r')
    const stat = await handle.stat()
    if (stat.isFile()) return await openFile(path, handle, stat.size)
    if (!stat.isDirectory()) return await openPipe(path, handle.createReadStream())
    await handle.close()
  } catch (error) {
    throw inputError(path, error)
  }
  throw new WslogError('input', `${path}: is a folder; name the files in it, such as ${path.replace(/\/$/, '')}/*.log`)
}

const openFile = async (path: string, handle: FileHandle, size: number): Promise<LogSource> => {
  const head = Buffer.alloc(4)
  const { bytesRead } = await handle.read(head, 0, 4, 0)
  const kind = compressionOf(head.subarray(0, bytesRead))
  const plain = (onRead?: ReadOptions['onRead']): AsyncGenerator<Buffer> => decompressed({ path, kind, chunks: chunksOf(handle, size, onRead) })
  const beginning = plain()
  // A compressed file that breaks early is still worth its first lines: reading it will say what is wrong.
  const held = await hold(beginning, SAMPLE).catch((error: unknown) => (error instanceof WslogError && kind !== 'none' ? [] : Promise.reject(error)))
  await beginning.return(undefined)
  return {
    path,
    size,
    isRereadable: true,
    sample: wholeLines(Buffer.concat(held)),
    close: () => handle.close(),
    read: async (blocks, options) => {
      try {
        if (kind === 'none') await readAhead(handle, size, blocks, options)
        else await readChunks(plain(options.onRead), blocks, options.signal)
      } catch (error) {
        throw inputError(path, error)
      } finally {
        blocks.end()
      }
    },
  }
}

const openPipe = async (path: string, stream: AsyncIterable<Buffer>): Promise<LogSource> => {
  const source = stream[Symbol.asyncIterator]()
  const first = await hold(source, 4)
  const plain = decompressed({ path, kind: compressionOf(Buffer.concat(first)), chunks: chain(first, source) })
  const held = await hold(plain, PIPE_SAMPLE)
  return {
    path,
    size: undefined,
    isRereadable: false,
    sample: wholeLines(Buffer.concat(held)),
    close: async () => void (await plain.return(undefined)),
    read: async (blocks, options) => {
      try {
        await readChunks(chain(held, plain), blocks, options.signal, options.onRead)
      } catch (error) {
        throw inputError(path, error)
      } finally {
        blocks.end()
      }
    },
  }
}

/** Two buffers: while the lines of one are read, the system fills the other. */
const readAhead = async (handle: FileHandle, size: number, blocks: LineBlocks, { onRead, signal }: ReadOptions): Promise<void> => {
  const buffers = [LineBlocks.allocate(BLOCK), LineBlocks.allocate(BLOCK)] as const
  const fill = (index: number, position: number) => handle.read(buffers[index]!, LineBlocks.dataFrom, Math.min(BLOCK, size - position), position)
  let position = 0
  let next = fill(0, 0)
  for (let index = 0; ; index = 1 - index) {
    const { bytesRead } = await next
    position += bytesRead
    // Nothing where there was something: cut off by someone else while it is read.
    const isLast = bytesRead === 0 || position >= size || signal.aborted
    if (!isLast) next = fill(1 - index, position)
    if (bytesRead > 0) blocks.take(buffers[index]!, bytesRead)
    onRead(bytesRead)
    if (isLast) return
  }
}

const readChunks = async (chunks: AsyncIterable<Buffer>, blocks: LineBlocks, signal: AbortSignal, onRead: ReadOptions['onRead'] = () => {}): Promise<void> => {
  const buffer = LineBlocks.allocate(BLOCK)
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += BLOCK) {
      const length = chunk.copy(buffer, LineBlocks.dataFrom, from, Math.min(chunk.length, from + BLOCK))
      blocks.take(buffer, length)
    }
    onRead(chunk.length)
    if (signal.aborted) return
  }
}
