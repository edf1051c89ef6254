import { fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { WslogError } from '../errors.ts'
import { chain, hold } from './chunks.ts'
import { compressionOf, decompressed } from './decompress.ts'
import { closeFile, openForReading } from './file.ts'
import { inputError } from './input-error.ts'
import { streamOf } from './stream-of.ts'

/** A report over a year has half a million minutes, in 80 MB; what is larger is none, and would take all memory. */
const MAX_BYTES = 256 * 1024 * 1024

/**
 * The JSON document in a file, plain or compressed; `-`: standard input.
 * @throws WslogError `input` when it cannot be read, is too large, or is no JSON
 */
export const readDocument = async (path: string, { maxBytes = MAX_BYTES }: { readonly maxBytes?: number } = {}): Promise<unknown> => {
  const name = path === '-' ? 'standard input' : path
  const text = await textOf(path, name, maxBytes)
  if (text.trim() === '') throw new WslogError('input', `${name}: is empty; write a report with wslog analyze <log> -o report.json`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new WslogError('input', `${name}: is not JSON (${error instanceof Error ? shorten(error.message) : 'cannot be parsed'}); write a report with wslog analyze <log> -o report.json`, { cause: error })
  }
}

const textOf = async (path: string, name: string, maxBytes: number): Promise<string> => {
  const source = path === '-' ? process.stdin : await openDocument(path, name)
  try {
    const chunks = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    const first = await hold(chunks, 4)
    const plain = decompressed({ path: name, kind: compressionOf(Buffer.concat(first)), chunks: chain(first, chunks), again: undefined })
    const held: Buffer[] = []
    let size = 0
    for await (const chunk of plain) {
      size += chunk.length
      if (size > maxBytes) throw new WslogError('input', `${name}: is more than ${Math.round(maxBytes / 1024 / 1024)} MB of text; a report is smaller: name the file that wslog analyze -o wrote`)
      held.push(chunk)
    }
    // A byte order mark is what an editor left there.
    return Buffer.concat(held).toString('utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw inputError(name, error)
  } finally {
    source.destroy()
  }
}

const openDocument = async (path: string, name: string): Promise<Readable> => {
  try {
    const fd = await openForReading(path)
    const stats = fstatSync(fd)
    if (!stats.isDirectory()) return await streamOf(path, { fd, stats })
    await closeFile(fd)
  } catch (error) {
    throw inputError(name, error)
  }
  throw new WslogError('input', `${name}: is a folder; name the report in it`)
}

const MAX_SHOWN = 120

const shorten = (message: string): string => (message.length > MAX_SHOWN ? `${message.slice(0, MAX_SHOWN)}…` : message)
