import { basename, dirname, resolve } from 'node:path'
import { WslogError } from '../../errors.ts'
import { isSameFile } from '../file-id.ts'
import { inputError } from '../input-error.ts'
import type { InputFailure } from '../source.ts'
import { compressedContent } from './compressed-content.ts'
import type { Content } from './content.ts'
import { findCopies } from './copies.ts'
import { isRotation } from './log-family.ts'
import { closeLogFile, isUnchanged, type LogFile, openLogFile } from './log-file.ts'
import { plainContent } from './plain-content.ts'
import { type KnownLog, recognise } from './recognise.ts'
import type { RememberedFile } from './remembered-file.ts'
import { type Reach, type UnreadLog, unreadLog } from './unread-log.ts'

/*
 * How a log is known again
 *
 * Between two runs a log may be renamed, copied and truncated, compressed, deleted; its inode may be given to another.
 * What stays is what is in it. So a log is remembered by its content: a hash of its first bytes, a place, and a hash of the
 * bytes right before that place, all counted as if it were not compressed. A log that has both goes on at the place,
 * whatever its name and its inode. A log that has not is a new one, though its name and inode be the same.
 *
 * The inode decides only between two logs that have the same bytes, and the names after it. It also tells that nobody wrote to
 * a file since (same size, same time of the last write): a compressed one is then not even decompressed.
 *
 * Two logs with the same beginning, one of them new: a copy beside its original, or two logs whose first lines are alike.
 * If their names may belong to one log (`access.log`, `access.log.1`), their bytes are compared as far as both go. If all
 * are the same, the shorter is a copy, and only the longer is read.
 *
 * A line that has no end yet is left for the next run, for it may be completed. Once nobody writes to the file any more
 * (compressed; or unchanged since the last run, and rotated or an hour old) it is read as it is. Should it be completed even so, the rest is passed over,
 * as is the rest of a line that runs on from the part before.
 *
 * All is said of open descriptors, never of names: a file that gets another name meanwhile is read once, or left for the next run.
 */

/** A remembered file that is not there now. It may come back, compressed or from an archive, so it is to be kept. */
interface AbsentLog {
  readonly remembered: RememberedFile
  /** It was written to when it was seen last, so there may have been more. */
  readonly mayHaveMissed: boolean
}

export interface OpenUnread {
  /** The logs that the paths show, in their order, each file once; also those in which nothing is unread. */
  readonly logs: readonly UnreadLog[]
  readonly absent: readonly AbsentLog[]
  /** What a person should know, a sentence each, said once. */
  readonly notes: readonly string[]
  /** Paths that could not be opened, and logs that are damaged; the lines before the damage can be read. */
  readonly failures: readonly InputFailure[]
}

/**
 * Opens logs to read what no run has read before. What to keep until the next run is what the logs {@link UnreadLog.remember}, of one that could not be read what was
 * remembered of it, and the absent ones.
 * @throws what the signal was aborted with
 */
export const openUnread = async (paths: readonly string[], remembered: readonly RememberedFile[], signal: AbortSignal, nowMs = Date.now()): Promise<OpenUnread> => {
  const { files, failures } = openFiles(paths)
  try {
    const withBytes = remembered.filter(({ offset }) => offset > 0)
    const looked: { file: LogFile; content: Content }[] = []
    for (const file of files) {
      signal.throwIfAborted()
      try {
        looked.push({ file, content: file.compression === 'none' ? plainContent(file, withBytes) : await compressedContent(file, withBytes, signal) })
      } catch (error) {
        if (signal.aborted) throw error
        failures.push({ path: file.name, error: inputError(file.name, error) })
      }
    }
    const known = await recognise(looked, withBytes)
    const copies = await findCopies(known, signal)
    const reaches = reachesOf(known, copies, { remembered, nowMs })
    const logs: UnreadLog[] = []
    for (const log of known) {
      const { damage } = log.content
      if (damage !== undefined && !copies.has(log)) failures.push({ path: log.file.name, error: damage })
      logs.push(await unreadLog(log, reaches.get(log)!))
    }
    for (const file of files) if (!known.some((log) => log.file === file)) closeLogFile(file)
    return { logs, failures, ...absentOf(withBytes, known, failures) }
  } catch (error) {
    for (const file of files) closeLogFile(file)
    throw error
  }
}

/** Each file once, whatever names lead to it. While it is open, its number is no other's. */
const openFiles = (paths: readonly string[]): { files: LogFile[]; failures: InputFailure[] } => {
  const files: LogFile[] = []
  const failures: InputFailure[] = []
  for (const path of paths) {
    try {
      const file = openLogFile(path)
      if (files.some(({ id }) => isSameFile(id, file.id))) closeLogFile(file)
      else files.push(file)
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failures.push({ path, error })
    }
  }
  return { files, failures }
}

/** A log of a name that is no rotated one, in which nobody wrote for so long, is one that nobody writes to any more. */
const LEFT_MS = 3_600_000

const reachesOf = (logs: readonly KnownLog[], copies: ReadonlyMap<KnownLog, KnownLog>, { remembered, nowMs }: { readonly remembered: readonly RememberedFile[]; readonly nowMs: number }): ReadonlyMap<KnownLog, Reach> => {
  const reaches = new Map<KnownLog, Reach>()
  const reachOf = (log: KnownLog): Reach => {
    const found = reaches.get(log)
    if (found !== undefined) return found
    const { file, content } = log
    const isRotated = logs.some((other) => other !== log && dirname(other.file.path) === dirname(file.path) && isRotation(file.path, other.file.path))
    // Two runs may come at once, and a writer may take its time in the middle of a line.
    const isLeft = isRotated || nowMs - Number(file.mtimeNs / 1_000_000n) >= LEFT_MS
    const isFinished = file.compression !== 'none' || (isLeft && remembered.some((one) => isUnchanged(one, file)))
    const isFinal = isFinished || isRotated
    const original = copies.get(log)
    // Of a copy all is read that is read of the original.
    if (original !== undefined) log.from = Math.max(log.from, Math.min(content.length, reachOf(original).to))
    const isWhole = isFinished && content.damage === undefined
    const reach: Reach = { to: original !== undefined ? log.from : isWhole ? content.length : Math.max(log.from, content.linesTo), isFinal, isCopy: original !== undefined }
    reaches.set(log, reach)
    return reach
  }
  for (const log of logs) reachOf(log)
  return reaches
}

const absentOf = (remembered: readonly RememberedFile[], logs: readonly KnownLog[], failures: readonly InputFailure[]): Pick<OpenUnread, 'absent' | 'notes'> => {
  const present = new Set(logs.flatMap(({ past }) => past))
  const absent: AbsentLog[] = []
  const notes: string[] = []
  for (const one of remembered) {
    if (present.has(one)) continue
    const mayHaveMissed = !one.isFinal || !one.isReadOut
    // Without the right to read a log, nobody can say that it is gone.
    const isHidden = failures.some(({ path, error }) => one.path === resolve(path) && (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT')
    const isNews = !one.isAbsent && !isHidden
    if (isNews && mayHaveMissed) notes.push(`${one.path}: was read to byte ${one.offset}, and what was read is gone; what was written behind it since, if anything, is not counted. Name what it is rotated to as well, such as ${basename(one.path)}*`)
    absent.push({ remembered: { ...one, isAbsent: one.isAbsent || isNews }, mayHaveMissed })
  }
  return { absent, notes }
}
