import { LF } from '../log-format/chars.ts'
import { cutShort } from './cut-short.ts'
import { type ByteRange, type OpenFile, readAt } from './file.ts'

const CHUNK = 1 << 18

/** The bytes that a file had when it was opened, in chunks. @throws WslogError `input` when they are not there any more; those before were given */
export async function* chunksOf({ path, fd, size }: OpenFile & { readonly path: string }, onRead: (bytes: number) => void = () => {}): AsyncGenerator<Buffer> {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - position))
    const length = await readAt(fd, { buffer, offset: 0, length: buffer.length, position })
    if (length === 0) throw cutShort(path)
    position += length
    onRead(length)
    yield buffer.subarray(0, length)
  }
}

/** Takes chunks off an iterator until they hold `limit` bytes or end. */
export const hold = async (iterator: AsyncIterator<Buffer>, limit: number, held: Buffer[] = []): Promise<Buffer[]> => {
  for (let size = 0; size < limit; ) {
    const next = await iterator.next()
    if (next.done === true) break
    held.push(next.value)
    size += next.value.length
  }
  return held
}

/** The chunks that were held, then the rest. */
export async function* chain(held: readonly Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* held
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
}

/** The bytes of a range. A chunk before it comes as an empty one, so that whoever waits can stop waiting. */
export async function* within(chunks: AsyncIterable<Buffer>, { from, to }: ByteRange): AsyncGenerator<Buffer> {
  let position = 0
  if (to <= from) return
  for await (const chunk of chunks) {
    yield chunk.subarray(Math.min(chunk.length, Math.max(0, from - position)), Math.min(chunk.length, to - position))
    position += chunk.length
    if (position >= to) return
  }
}

/** The whole lines at the beginning; all of it when there is no line end. */
export const wholeLines = (bytes: Buffer): Buffer => {
  const end = bytes.lastIndexOf(LF)
  return end < 0 ? bytes : bytes.subarray(0, end + 1)
}

/** What comes until the signal is aborted: a pipe may stay open for ever with nothing in it. */
export async function* untilAborted(iterator: AsyncIterator<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  // Not Promise.race: what never comes would hold on to every chunk that was waited for beside it.
  let stop = (): void => {}
  const onAbort = (): void => stop()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    while (!signal.aborted) {
      const next = await new Promise<IteratorResult<Buffer> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined)
        iterator.next().then(resolve, reject)
      })
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
