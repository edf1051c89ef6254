import { createHash } from 'node:crypto'
import { WslogError } from '../errors.ts'
import { isFileOfSegment, isSegmentName } from './names.ts'
import { damaged } from './state-error.ts'

/** Segments of 1 hold rankings of an object a row, those of 2 of a list a field, those of 3 user agents, too: who knows 3 reads all. */
const VERSION = 3
const headOf = (version: number): string => `{"schema":"wslog.state/${version}","sha256":"`
const HEAD = headOf(VERSION)
const HASH_LENGTH = 64

/** The largest segment as JSON, bytes: the longest string of V8. */
export const MAX_SEGMENT_BYTES = 0x1fff_ffe8

/** A file that holds a segment. */
export interface SegmentFile {
  /** Its name in the folder of the segments. */
  readonly file: string
  /** Its size. */
  readonly bytes: number
  /** The size of its JSON when unpacked. */
  readonly jsonBytes: number
  /** Of the file, hex. */
  readonly sha256: string
}

/** What is kept, as of one moment. */
export interface Manifest {
  /** Grows by one with each commit; 0: nothing was committed yet. */
  readonly generation: number
  readonly committedAtMs: number
  /** JSON of the caller; undefined: new. */
  readonly meta: unknown
  readonly segments: ReadonlyMap<string, SegmentFile>
}

/** The bytes of a manifest, with a checksum of all its other bytes in it. */
export const encodeManifest = ({ generation, committedAtMs, meta, segments }: Manifest): Buffer => {
  const body = { generation, committedAt: new Date(committedAtMs).toISOString(), segments: [...segments].map(([name, file]) => ({ name, ...file })), meta }
  const tail = `",${JSON.stringify(body).slice(1)}\n`
  return Buffer.from(`${HEAD}${hashOf(Buffer.from(HEAD), Buffer.from(tail))}${tail}`)
}

/**
 * The manifest that the bytes hold. `path` is for the message only.
 * @throws WslogError `state`: it is of another program, of a newer version, or damaged
 */
export const decodeManifest = (bytes: Buffer, path: string): Manifest => {
  const json = parse(bytes, path)
  const schema = isObject(json) ? json['schema'] : undefined
  const version = typeof schema === 'string' ? /^wslog\.state\/(\d{1,9})$/.exec(schema)?.[1] : undefined
  if (!isObject(json) || version === undefined) throw new WslogError('state', `${path}: is not a state of wslog; nothing was changed. Name a folder of its own`)
  if (Number(version) > VERSION) throw new WslogError('state', `${path}: was written by a newer wslog (state ${version}, this one knows ${VERSION}); nothing was changed. Use that wslog, or name another folder`)
  const head = headOf(Number(version))
  const end = head.length + HASH_LENGTH
  if (bytes.toString('latin1', 0, head.length) !== head || json['sha256'] !== hashOf(bytes.subarray(0, head.length), bytes.subarray(end)) || json['sha256'] !== bytes.toString('latin1', head.length, end)) {
    throw damaged(path, 'its checksum is not that of its content')
  }
  const manifest = read(json)
  if (manifest === undefined) throw damaged(path, 'it holds what no wslog writes')
  return manifest
}

const parse = (bytes: Buffer, path: string): unknown => {
  try {
    return JSON.parse(bytes.toString())
  } catch (error) {
    throw damaged(path, bytes.length === 0 ? 'it is empty' : 'it is no JSON', error)
  }
}

/** The checksum holds, so this is only ever undefined for what someone made by hand. */
const read = (json: Readonly<Record<string, unknown>>): Manifest | undefined => {
  const { generation, committedAt, segments: rows } = json
  const committedAtMs = typeof committedAt === 'string' ? Date.parse(committedAt) : NaN
  if (!isSize(generation, Number.MAX_SAFE_INTEGER) || Number.isNaN(committedAtMs) || !Array.isArray(rows)) return undefined
  const segments = new Map<string, SegmentFile>()
  for (const row of rows as unknown[]) {
    if (!isObject(row)) return undefined
    const { name, file, bytes, jsonBytes, sha256 } = row
    if (typeof name !== 'string' || !isSegmentName(name) || segments.has(name)) return undefined
    if (typeof file !== 'string' || !isFileOfSegment(file, name)) return undefined
    if (!isSize(bytes, Number.MAX_SAFE_INTEGER) || !isSize(jsonBytes, MAX_SEGMENT_BYTES)) return undefined
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined
    segments.set(name, { file, bytes, jsonBytes, sha256 })
  }
  return { generation, committedAtMs, meta: Object.hasOwn(json, 'meta') ? json['meta'] : undefined, segments }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isSize = (value: unknown, max: number): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max

const hashOf = (...parts: readonly Buffer[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
