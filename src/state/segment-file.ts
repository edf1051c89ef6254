import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { WslogError } from '../errors.ts'
import { readRegular, writeFlushed } from './disk.ts'
import { MAX_SEGMENT_BYTES, type SegmentFile } from './manifest.ts'
import { SEGMENTS, segmentFileName } from './names.ts'
import { damaged, errnoOf, orStateError } from './state-error.ts'

const pack = promisify(gzip)
const unpack = promisify(gunzip)
/** A quarter larger than at the usual level, in a third of the time. */
const LEVEL = 2

/** The file of a segment is not there. */
export class SegmentGone extends WslogError {}

/**
 * Writes a segment into a file of its own, flushed; its name in the folder is not flushed yet.
 * @throws WslogError `state`: no space, no permission …; nothing is left of it then
 */
export const writeSegment = async (folder: string, name: string, json: unknown): Promise<SegmentFile> => {
  const text = Buffer.from(JSON.stringify(json))
  if (text.length > MAX_SEGMENT_BYTES) throw new WslogError('state', `${folder}: segment ${name} would be ${text.length} bytes, and ${MAX_SEGMENT_BYTES} is the most`)
  const packed = await pack(text, { level: LEVEL })
  const file = segmentFileName(name)
  const path = join(folder, SEGMENTS, file)
  await orStateError(path, () => writeFlushed(path, packed))
  return { file, bytes: packed.length, jsonBytes: text.length, sha256: createHash('sha256').update(packed).digest('hex') }
}

/**
 * What a segment holds: exactly what was written, or an error.
 * @throws SegmentGone, or another WslogError `state`: it is damaged or cannot be read
 */
export const readSegment = async (folder: string, { file, bytes, jsonBytes, sha256 }: SegmentFile): Promise<unknown> => {
  const path = join(folder, SEGMENTS, file)
  const packed = await orStateError(path, async () => {
    try {
      return await readRegular(path, bytes)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw gone(path)
      throw error
    }
  })
  if (packed?.length !== bytes) throw damaged(path, `it has not the ${bytes} bytes that ${folder} says`)
  if (createHash('sha256').update(packed).digest('hex') !== sha256) throw damaged(path, 'its checksum is not that of its content')
  try {
    // All at once, into the room that it takes; at least 64 bytes, since zlib takes no less. The length is compared below.
    const chunkSize = Math.max(64, jsonBytes)
    const text = await unpack(packed, { maxOutputLength: chunkSize, chunkSize })
    if (text.length === jsonBytes) return JSON.parse(text.toString())
  } catch (error) {
    throw damaged(path, 'it cannot be unpacked to what was put in', error)
  }
  throw damaged(path, `it unpacks to other than the ${jsonBytes} bytes that were put in`)
}

export const gone = (path: string): SegmentGone => new SegmentGone('state', damaged(path, 'this file is missing').message)
