import { fstat, type Stats } from 'node:fs'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { WslogError } from '../errors.ts'
import { chain, chunksOf, hold, untilAborted, wholeLines } from './chunks.ts'
import { compressionOf, decompressed } from './decompress.ts'
import { closeFile, type FilePart, openForReading, readAt, WHOLE } from './file.ts'
import { readChunks, readPart } from './part.ts'
import { inputError } from './input-error.ts'
import { SAMPLE, tailOf } from './sample.ts'
import type { LogSource } from './source.ts'
import { streamOf } from './stream-of.ts'

const statFd = promisify(fstat)

/** Of a pipe, which cannot be read twice, more is held to guess by. */
const PIPE_SAMPLE = 1 << 25
/** At ^C a pipe ends by itself; what has come by then is still read. */
const NEVER = new AbortController().signal

/** Opens a log: a file as it is now (what is written to it later is not read), a FIFO, or `-`. @throws WslogError `input` */
export const openLog = async (path: string, signal: AbortSignal = NEVER): Promise<LogSource> => {
  try {
    if (path === '-') return await openPipe(path, process.stdin, signal)
    const fd = await openForReading(path)
    const stats: Stats = await statFd(fd)
    if (stats.isFile()) return await openFile(path, { fd, size: stats.size }).catch(async (error: unknown) => {
      await closeFile(fd)
      throw error
    })
    if (!stats.isDirectory()) return await openPipe(path, await streamOf(path, { fd, stats }), signal)
    await closeFile(fd)
  } catch (error) {
    throw inputError(path, error)
  }
  throw new WslogError('input', `${path}: is a folder; name the files in it, such as ${path.replace(/\/$/, '')}/*.log`)
}

const openFile = async (path: string, { fd, size }: { fd: number; size: number }): Promise<LogSource> => {
  const head = Buffer.alloc(4)
  const compression = compressionOf(head.subarray(0, await readAt(fd, { buffer: head, offset: 0, length: 4, position: 0 })))
  const part: FilePart = { path, fd, size, compression, from: 0, to: size, uncompressed: WHOLE }
  const beginning = decompressed({ path, kind: compression, chunks: chunksOf(part), again: () => chunksOf(part) })
  // A file that breaks is still worth the lines before: reading it will say what is wrong.
  const held: Buffer[] = []
  await hold(beginning, SAMPLE, held).catch((error: unknown) => (error instanceof WslogError || held.length > 0 ? held : Promise.reject(error)))
  await beginning.return(undefined)
  return {
    path,
    size,
    part,
    canReadAgain: true,
    sample: wholeLines(Buffer.concat(held)),
    tail: compression === 'none' ? await tailOf(fd, size).catch(() => Buffer.alloc(0)) : Buffer.alloc(0),
    close: () => closeFile(fd),
    read: (blocks, options) => readPart(part, blocks, options),
  }
}

/** In one buffer, and the chunks let go: they are as much again. */
const beginningOf = async (plain: AsyncIterator<Buffer>, onBroken: (error: unknown) => void): Promise<Buffer> => {
  const held: Buffer[] = []
  await hold(plain, PIPE_SAMPLE, held).catch(onBroken)
  return Buffer.concat(held)
}

const openPipe = async (path: string, stream: Readable, signal: AbortSignal): Promise<LogSource> => {
  const source = untilAborted(stream[Symbol.asyncIterator](), signal)
  const first = await hold(source, 4)
  const plain = decompressed({ path, kind: compressionOf(Buffer.concat(first)), chunks: chain(first, source), again: undefined })
  let broken: unknown
  const beginning = await beginningOf(plain, (error) => (broken = error)) // said once what came before is read
  return {
    path,
    size: undefined,
    part: undefined,
    canReadAgain: beginning.length < PIPE_SAMPLE,
    sample: wholeLines(beginning),
    tail: Buffer.alloc(0),
    close: async () => {
      await plain.return(undefined)
      stream.destroy() // it may still be waited for
    },
    read: async (blocks, options) => {
      try {
        await readChunks(chain([beginning], plain), blocks, { ...options, signal: NEVER })
        if (broken !== undefined) throw broken
      } catch (error) {
        blocks.end({ isCutShort: true })
        throw inputError(path, error)
      }
      blocks.end()
    },
  }
}
