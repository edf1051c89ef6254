import { unlinkSync } from 'node:fs'
import { lstat, readdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { unique } from './names.ts'

/** A file while it is written, beside the one whose place it will take. */
export interface Draft {
  readonly path: string
  /** It is renamed by now, or of no use any more: then it goes. */
  forget(): void
}

/** Of this process, as long as they are written. */
const own = new Set<string>()

const remove = (path: string): void => {
  own.delete(path)
  try {
    unlinkSync(path)
  } catch {
    // It was renamed, or never made.
  }
}

/** Of this process: to be called where it ends without `exit`, by a signal. */
export const removeOwnDrafts = (): void => own.forEach(remove)

/** A name that nobody can foresee. Should the process end before {@link Draft.forget}, by itself or an interruption, the draft goes with it. */
export const draftFor = (target: string): Draft => {
  const path = join(dirname(target), `.${basename(target)}.${unique()}.tmp`)
  if (own.size === 0) process.on('exit', removeOwnDrafts)
  own.add(path)
  return {
    path,
    forget: () => {
      remove(path)
      if (own.size === 0) process.off('exit', removeOwnDrafts)
    },
  }
}

/** No file is written for so long. */
const OLD_MS = 3_600_000

/**
 * Removes what processes left that were killed while they wrote this file. Those that may still be written, by another process and perhaps on another
 * machine, stay. `atMs`: now, by the clock of the file system.
 */
export const removeOldDrafts = async (target: string, atMs: number): Promise<void> => {
  const folder = dirname(target)
  for (const name of await readdir(folder).catch(() => [])) {
    if (fileOfDraft(name) !== basename(target)) continue
    await removeIfOld(join(folder, name), atMs)
  }
}

/** Removes a draft that nobody writes any more. */
export const removeIfOld = async (path: string, atMs: number): Promise<void> => {
  const stats = await lstat(path).catch(() => undefined)
  if (stats?.isFile() === true && atMs - stats.mtimeMs > OLD_MS) await unlink(path).catch(() => {}) // it does no harm
}

/** The name of the file that this is a draft of; undefined: it is none. */
export const fileOfDraft = (name: string): string | undefined => /^\.(.+)\.[0-9a-f]{16}\.tmp$/.exec(name)?.[1]
