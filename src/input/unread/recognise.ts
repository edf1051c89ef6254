import { LF } from '../../log-format/chars.ts'
import type { Content } from './content.ts'
import { beginsWith, FINGERPRINT_BYTES } from './fingerprint.ts'
import { isSameFamily } from './log-family.ts'
import { isSameInode, type LogFile } from './log-file.ts'
import type { RememberedFile } from './remembered-file.ts'
import { beginAlike } from './same-content.ts'

/** A log that is there now, with what it holds and how much of that has been read. */
export interface KnownLog {
  readonly file: LogFile
  readonly content: Content
  /** The one that it goes on from; undefined: it is new. */
  remembered: RememberedFile | undefined
  /** All that it has the bytes of, as its own past or a copy's. */
  past: readonly RememberedFile[]
  /** Uncompressed bytes that have been read. */
  from: number
}

/**
 * Finds out which of the remembered files each log goes on from, by content: it has the same beginning, and the same
 * bytes right before the offset. Where several have (a copy beside its original; two sites whose first lines are equal),
 * the inode decides, then the names.
 */
export const recognise = async (logs: readonly { readonly file: LogFile; readonly content: Content }[], remembered: readonly RememberedFile[]): Promise<KnownLog[]> => {
  const owners = new Map<RememberedFile, KnownLog>()
  const known = logs.map((log): KnownLog => ({ ...log, remembered: undefined, past: [], from: 0 }))
  for (const log of known) {
    const own = farthest(log.content.matches.filter((one) => isSameInode(one, log.file)))
    if (own !== undefined) owners.set(own, log)
  }
  for (const log of known) await goOn(log, owners)
  const taken = new Set(known.flatMap(({ past }) => past))
  for (const log of known) if (log.past.length === 0) adopt(log, taken, remembered)
  return known
}

/** With what was read of it, under this name or another of its family. */
const goOn = async (log: KnownLog, owners: ReadonlyMap<RememberedFile, KnownLog>): Promise<void> => {
  const past: RememberedFile[] = []
  for (const one of log.content.matches) {
    const owner = owners.get(one)
    const isOwn = owner === log || (hasLine(log, one) && isSameFamily((owner?.file ?? one).path, log.file.path) && (owner === undefined || isLong(one) || (await beginAlike(log.content, owner.content))))
    if (isOwn) past.push(one)
  }
  settle(log, past)
}

const adopt = (log: KnownLog, taken: Set<RememberedFile>, remembered: readonly RememberedFile[]): void => {
  // Moved to another disk, or renamed altogether. Few lines may be alike by chance.
  const moved = farthest(log.content.matches.filter((one) => isLong(one) && !taken.has(one)))
  if (moved !== undefined) {
    taken.add(moved)
    settle(log, [moved])
    return
  }
  // A copy that was made before the last run, or one that is cut off: shorter than what was read, so all of it was.
  const { content: { head, length }, file } = log
  const longer = head && remembered.find((one) => isLong(one) && one.offset > length && beginsWith(head, one.head) && isSameFamily(one.path, file.path))
  if (longer !== undefined) log.from = length
}

/** The lines of a log all begin alike: half of one says nothing. */
const hasLine = ({ content: { head, length } }: KnownLog, { offset }: RememberedFile): boolean => length === offset || head?.subarray(0, offset).includes(LF) === true

const settle = (log: KnownLog, past: readonly RememberedFile[]): void => {
  log.past = past
  log.remembered = farthest(past)
  log.from = log.remembered?.offset ?? 0
}

const isLong = ({ head }: RememberedFile): boolean => head.bytes === FINGERPRINT_BYTES

const farthest = (files: readonly RememberedFile[]): RememberedFile | undefined => files.reduce<RememberedFile | undefined>((best, one) => (best === undefined || one.offset > best.offset ? one : best), undefined)
