import { createHash } from 'node:crypto'

/** Some bytes by their number and hash: what is kept between two runs holds no line of a log. */
export interface Fingerprint {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** So many bytes of a beginning, and before a place, tell one log from another: some twenty lines, with their times. */
export const FINGERPRINT_BYTES = 4096

export const fingerprintOf = (bytes: Buffer): Fingerprint => ({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })

/** The fingerprint of the first bytes of `begin`, as many as the other has; false: it has fewer. */
export const beginsWith = (begin: Buffer, { bytes, sha256 }: Fingerprint): boolean => begin.length >= bytes && fingerprintOf(begin.subarray(0, bytes)).sha256 === sha256
