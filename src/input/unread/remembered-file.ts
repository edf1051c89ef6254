import type { Compression } from '../decompress.ts'
import { FINGERPRINT_BYTES, type Fingerprint } from './fingerprint.ts'

/** What is remembered of a log between two runs. Plain JSON. */
export interface RememberedFile {
  /** Where it was last, absolute. */
  readonly path: string
  /** Decimal, as bigints have no JSON. */
  readonly dev: string
  readonly ino: string
  /** Of its first bytes, uncompressed: 4096, or all up to `offset`. */
  readonly head: Fingerprint
  /** Of the bytes right before `offset`, uncompressed: 4096, or all. */
  readonly before: Fingerprint
  /** Uncompressed bytes read. Right behind a line feed, or at the end of a file that no one wrote to any more. 0: nothing but a line that has no end yet. */
  readonly offset: number
  /** Bytes on disk when it was opened last. */
  readonly size: number
  /** When it was written last by then: nanoseconds since 1970, decimal. */
  readonly mtimeNs: string
  readonly compression: Compression
  /** Read to its end: no half line was held back, and no damage was met. */
  readonly isReadOut: boolean
  /** Nobody writes to it any more: compressed, under a rotated name, or unchanged between two runs. */
  readonly isFinal: boolean
  /** It was at none of the paths in the last run, and a person was told if that matters. */
  readonly isAbsent: boolean
}

/** Whether this is what {@link RememberedFile} says, after months on a disk. */
export const isRememberedFile = (value: unknown): value is RememberedFile => {
  if (typeof value !== 'object' || value === null) return false
  const file = value as Partial<Record<keyof RememberedFile, unknown>>
  return typeof file.path === 'string' && file.path !== ''
    && [file.dev, file.ino, file.mtimeNs].every((text) => typeof text === 'string' && /^-?\d{1,20}$/.test(text))
    && isCount(file.offset) && isCount(file.size)
    && [file.head, file.before].every((print) => isFingerprint(print, Math.min(FINGERPRINT_BYTES, file.offset as number)))
    && ['none', 'gzip', 'zstd'].includes(file.compression as string)
    && [file.isReadOut, file.isFinal, file.isAbsent].every((flag) => typeof flag === 'boolean')
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

const isFingerprint = (value: unknown, bytes: number): boolean => {
  if (typeof value !== 'object' || value === null) return false
  const print = value as Partial<Record<keyof Fingerprint, unknown>>
  return print.bytes === bytes && typeof print.sha256 === 'string' && /^[\da-f]{64}$/.test(print.sha256)
}
