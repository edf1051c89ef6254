import { LF } from '../../log-format/chars.ts'
import { bytesAt } from '../bytes-at.ts'
import { chunksOf } from '../chunks.ts'
import type { Content } from './content.ts'
import { beginsWith, FINGERPRINT_BYTES, type Fingerprint, fingerprintOf } from './fingerprint.ts'
import { lastBehind, type LogFile } from './log-file.ts'
import type { RememberedFile } from './remembered-file.ts'

/** Looks into a plain log at the few places that matter. */
export const plainContent = (file: LogFile, remembered: readonly RememberedFile[]): Content => {
  const { fd, size } = file
  const head = bytesAt(fd, 0, Math.min(FINGERPRINT_BYTES, size))
  return {
    length: size,
    linesTo: lastBehind(fd, { byte: LF, size }),
    head,
    sample: Buffer.alloc(0),
    matches: remembered.filter((one) => size >= one.offset && beginsWith(head, one.head) && fingerprintBefore(fd, one.offset).sha256 === one.before.sha256),
    damage: undefined,
    fingerprintBefore: (place) => fingerprintBefore(fd, place),
    chunks: () => chunksOf(file),
  }
}

/** As it is now: the file may be another's by then. */
export const fingerprintBefore = (fd: number, place: number): Fingerprint => {
  const length = Math.min(FINGERPRINT_BYTES, place)
  return fingerprintOf(bytesAt(fd, place - length, length))
}
