import type { WslogError } from '../../errors.ts'
import { type Fingerprint } from './fingerprint.ts'
import type { RememberedFile } from './remembered-file.ts'

/** What a log holds, uncompressed, as far as it takes to know it again. */
export interface Content {
  /** Bytes; of a damaged file those before the damage. */
  readonly length: number
  /** Behind its last line feed. */
  readonly linesTo: number
  /** Its first bytes, up to 4096; undefined: it was not looked into, since nobody wrote to it. */
  readonly head: Buffer | undefined
  /** The first lines of a compressed log, up to about 1 MiB; nothing of another. */
  readonly sample: Buffer
  /** Those of the remembered files whose bytes it has: the same beginning, and the same right before their offset. */
  readonly matches: readonly RememberedFile[]
  /** Why it could not be decompressed to its end. */
  readonly damage: WslogError | undefined
  /** Of the bytes right before a place: the end, the end of the lines, or the offset of a match. */
  fingerprintBefore(place: number): Fingerprint
  /** From its beginning, up to `length`. */
  chunks(): AsyncGenerator<Buffer>
}
