import { fstatSync } from 'node:fs'
import { WslogError } from '../../errors.ts'
import { LF } from '../../log-format/chars.ts'
import { bytesAt } from '../bytes-at.ts'
import { chunksOf, hold, wholeLines } from '../chunks.ts'
import { closeFile, type FilePart } from '../file.ts'
import { readPart } from '../part.ts'
import { SAMPLE, tailOf } from '../sample.ts'
import type { LogSource } from '../source.ts'
import { beginsWith, type Fingerprint, fingerprintOf } from './fingerprint.ts'
import type { LogFile } from './log-file.ts'
import { fingerprintBefore } from './plain-content.ts'
import type { KnownLog } from './recognise.ts'
import type { RememberedFile } from './remembered-file.ts'

/** A log, and what of it nobody has read yet. */
export interface UnreadLog {
  /** Its `read` gives the unread lines, again and again; `sample` is from the beginning of the file, for finding its format. Where nothing is unread, `sample` and `tail` are empty and `size` is 0. */
  readonly source: LogSource
  /** What was known of it, so that a caller finds what it keeps beside that; undefined: the log is new. */
  readonly remembered: RememberedFile | undefined
  /** Whether there is anything to read. */
  readonly hasUnread: boolean
  /**
   * What to keep once the unread lines were read to their end, as this log's; undefined: there is nothing to know it by. To be called before the source is closed.
   * @throws WslogError `input` when the log was truncated or written anew while it was read: nothing that was read in this run may then be kept.
   */
  remember(): RememberedFile | undefined
}

/** How far a log is to be read: uncompressed bytes. */
export interface Reach {
  readonly to: number
  readonly isFinal: boolean
  /** It is read as another log. */
  readonly isCopy: boolean
}

export const unreadLog = async ({ file, content, remembered, from }: KnownLog, { to, isFinal, isCopy }: Reach): Promise<UnreadLog> => {
  const hasUnread = to > from
  // Taken before the lines are read, and compared afterwards: what was in between was then there as well.
  const before = to === remembered?.offset ? remembered.before : content.fingerprintBefore(to)
  const head = headOf(to, { content, remembered })
  return {
    source: hasUnread ? await sourceOf(file, content.sample, { from, to }) : emptySource(file),
    remembered,
    hasUnread,
    remember: () => {
      if (file.size === 0 || (to === 0 && file.compression !== 'none')) return undefined
      // Half a line is not enough to know it by; it will be compared again.
      if (isCopy && content.head?.subarray(0, to).includes(LF) !== true) return undefined
      refuseChanged(file, { to, before, head })
      return {
        path: file.path,
        dev: String(file.id.dev),
        ino: String(file.id.ino),
        head,
        before,
        offset: to,
        size: file.size,
        mtimeNs: String(file.mtimeNs),
        compression: file.compression,
        isReadOut: to === content.length && content.damage === undefined,
        isFinal,
        isAbsent: false,
      }
    },
  }
}

const headOf = (to: number, { content, remembered }: Pick<KnownLog, 'content' | 'remembered'>): Fingerprint =>
  content.head === undefined ? remembered!.head : fingerprintOf(content.head.subarray(0, to))

const refuseChanged = (file: LogFile, { to, before, head }: { readonly to: number; readonly before: Fingerprint; readonly head: Fingerprint }): void => {
  const { size, mtimeNs } = fstatSync(file.fd, { bigint: true })
  // The head was looked at first of all, so with it all that was found out later is of the same file.
  const isIntact = file.compression === 'none' ? beginsWith(bytesAt(file.fd, 0, head.bytes), head) && fingerprintBefore(file.fd, to).sha256 === before.sha256 : Number(size) === file.size && mtimeNs === file.mtimeNs
  if (!isIntact) throw new WslogError('input', `${file.name}: was truncated or written anew while it was read, so what was read of it is not kept; run this again`)
}

const sourceOf = async (file: LogFile, sample: Buffer, { from, to }: { readonly from: number; readonly to: number }): Promise<LogSource> => {
  const { fd, name: path, compression } = file
  const isPlain = compression === 'none'
  // Compressed bytes are all read, wherever the lines begin.
  const part: FilePart = isPlain
    ? { path, fd, compression, size: to, from, to, uncompressed: { from, to } }
    : { path, fd, compression, size: file.size, from: 0, to: file.size, uncompressed: { from, to } }
  return {
    path,
    size: part.to - part.from,
    part,
    canReadAgain: true,
    sample: isPlain ? wholeLines(Buffer.concat(await hold(chunksOf(part), SAMPLE))) : sample,
    tail: isPlain ? await tailOf(fd, to) : Buffer.alloc(0),
    read: (blocks, options) => readPart(part, blocks, options),
    close: () => closeFile(fd),
  }
}

const emptySource = ({ fd, name: path, compression }: LogFile): LogSource => {
  const part: FilePart = { path, fd, compression, size: 0, from: 0, to: 0, uncompressed: { from: 0, to: 0 } }
  return { path, size: 0, part, canReadAgain: true, sample: Buffer.alloc(0), tail: Buffer.alloc(0), read: (blocks, options) => readPart(part, blocks, options), close: () => closeFile(fd) }
}
