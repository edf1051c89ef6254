import { LF } from '../log-format/chars.ts'
import { chunksOf, within } from './chunks.ts'
import { cutShort } from './cut-short.ts'
import { decompressed } from './decompress.ts'
import { type FilePart, readAt } from './file.ts'
import { LineBlocks } from './line-blocks.ts'
import { inputError } from './input-error.ts'
import type { ReadOptions } from './source.ts'

const BLOCK = 1 << 19

/** Reads the lines of a part. @throws WslogError `input` when it cannot be read to its end; the lines before it were read. */
export const readPart = async (part: FilePart, blocks: LineBlocks, options: ReadOptions): Promise<void> => {
  try {
    if (part.compression === 'none') await readAhead(part, blocks, options)
    else await readCompressed(part, blocks, options)
  } catch (error) {
    // Half a line is not to be believed: a figure at its end may be half a figure.
    blocks.end({ isCutShort: true })
    throw inputError(part.path, error)
  }
  blocks.end({ isCutShort: options.signal.aborted })
}

const readCompressed = async (part: FilePart, blocks: LineBlocks, options: ReadOptions): Promise<void> => {
  const { from, to } = part.uncompressed
  const plain = decompressed({ path: part.path, kind: part.compression, chunks: chunksOf(part, options.onRead), again: () => chunksOf(part) })
  // As with a plain part: the byte before tells whether a line runs on.
  if (from > 0) blocks.dropUntilLine()
  await readChunks(to > from ? within(plain, { from: Math.max(0, from - 1), to }) : [], blocks, { ...options, onRead: () => {} })
}

/** Two buffers: while the lines of one are read, the system fills the other. */
const readAhead = async ({ path, fd, size, from, to }: FilePart, blocks: LineBlocks, { onRead, signal, beforeBlock }: ReadOptions): Promise<void> => {
  // A line that runs on from the part before belongs there; the byte before tells whether one does.
  let position = Math.max(0, from - 1)
  if (from > 0) blocks.dropUntilLine()
  const buffers = [LineBlocks.allocate(BLOCK), LineBlocks.allocate(BLOCK)] as const
  const fill = (index: number): Promise<number> => {
    const filled = readAt(fd, { buffer: buffers[index]!, offset: LineBlocks.dataFrom, length: Math.min(BLOCK, size - position), position })
    filled.catch(() => {}) // it is waited for later, and may have failed by then
    return filled
  }
  let next = fill(0)
  for (let index = 0; ; index = 1 - index) {
    const length = await next
    const start = position
    position += length
    const own = position < to ? length : endOfPart(buffers[index]!, { start, length, to })
    if (length === 0 && position < size && !signal.aborted) throw cutShort(path)
    const isOver = length === 0 || position >= size || signal.aborted
    const isLast = isOver || own < length || (position >= to && buffers[index]![LineBlocks.dataFrom + own - 1] === LF)
    if (!isLast) next = fill(1 - index)
    if (own > 0) {
      if (beforeBlock !== undefined) await beforeBlock(buffers[index]!, LineBlocks.dataFrom, LineBlocks.dataFrom + own)
      blocks.take(buffers[index]!, own)
    }
    onRead(own)
    if (isLast) return
  }
}

/** How much of a block belongs to the part: up to the end of the line that holds the byte before `to`. */
const endOfPart = (buffer: Buffer, { start, length, to }: { start: number; length: number; to: number }): number => {
  const skip = Math.max(0, to - 1 - start)
  const lineEnd = buffer.subarray(LineBlocks.dataFrom + skip, LineBlocks.dataFrom + length).indexOf(LF)
  return lineEnd < 0 ? length : skip + lineEnd + 1
}

export const readChunks = async (chunks: AsyncIterable<Buffer> | Iterable<Buffer>, blocks: LineBlocks, { onRead, signal, beforeBlock }: ReadOptions): Promise<void> => {
  const buffer = LineBlocks.allocate(BLOCK)
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += BLOCK) {
      const length = chunk.copy(buffer, LineBlocks.dataFrom, from, Math.min(chunk.length, from + BLOCK))
      if (beforeBlock !== undefined) await beforeBlock(buffer, LineBlocks.dataFrom, LineBlocks.dataFrom + length)
      blocks.take(buffer, length)
    }
    onRead(chunk.length)
    if (signal.aborted) return
  }
}
