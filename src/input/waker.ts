import { type BigIntStats, type FSWatcher, lstatSync, realpathSync, statfsSync, statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Between two wakings by events at least so long, ms: a busy log is read in pieces, not in lines. */
const MIN_GAP_MS = 10

/** File systems that other machines write to, or programs, without this one being told: NFS, SMB, CIFS, 9p, FUSE (statfs(2)). */
const REMOTE = new Set([0x6969, 0xfe53_4d42, 0xff53_4d42, 0x0102_1997, 0x6573_5546])

interface Watched {
  readonly watcher: FSWatcher
  readonly id: string
  /** All that is written there is heard of. */
  readonly isLocal: boolean
}

/**
 * Wakes a loop when something changed in the folders of the paths, or when its time is over. Where folders cannot be
 * watched (not there yet, NFS, no watches left) the time alone does it. It keeps no process alive.
 */
export class Waker {
  readonly #paths: readonly string[]
  readonly #onChange: () => void
  readonly #watched = new Map<string, Watched>()
  /** By folder: the names, and beginnings of names, that are ours. */
  #names = new Map<string, Set<string>>()
  #isChanged = false
  #wokenAtMs = 0
  #resume: (() => void) | undefined
  #isClosed = false

  /** `onChange` runs in the event itself when a file of ours came, went or got another name. */
  constructor(paths: readonly string[], onChange: () => void) {
    this.#paths = paths
    this.#onChange = onChange
    this.#watchFolders()
  }

  /** Whether a change to any of the paths is heard of; else only looking shows it. */
  get hearsAll(): boolean {
    return [...this.#names.keys()].every((folder) => this.#watched.get(folder)?.isLocal === true)
  }

  /** Ends after `ms`, or soon after a change; at once after {@link wake}. One wait at a time. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) {
        setImmediate(resolve)
        return
      }
      const timer = setTimeout(() => finish(), ms)
      let soon: NodeJS.Timeout | undefined
      const finish = (): void => {
        clearTimeout(timer)
        clearTimeout(soon)
        this.#resume = undefined
        this.#isChanged = false
        this.#wokenAtMs = performance.now()
        this.#watchFolders()
        resolve()
      }
      this.#resume = (): void => {
        if (soon !== undefined) return
        soon = setTimeout(finish, this.#isClosed ? 0 : Math.max(0, this.#wokenAtMs + MIN_GAP_MS - performance.now()))
      }
      if (this.#isChanged) this.#resume()
    })
  }

  /** Ends the wait, or the next one. */
  wake(): void {
    this.#wokenAtMs = 0
    this.#isChanged = true
    this.#resume?.()
  }

  close(): void {
    this.#isClosed = true
    for (const { watcher } of this.#watched.values()) watcher.close()
    this.#watched.clear()
    this.#resume?.()
  }

  /** A folder may come, be made anew, or be another one since a link leads elsewhere. */
  #watchFolders(): void {
    if (this.#isClosed) return
    this.#names = foldersOf(this.#paths)
    for (const [folder, { watcher, id }] of this.#watched) {
      if (this.#names.has(folder) && idOfFolder(folder) === id) continue
      watcher.close()
      this.#watched.delete(folder)
    }
    for (const folder of this.#names.keys()) if (!this.#watched.has(folder)) this.#watch(folder)
  }

  #watch(folder: string): void {
    const id = idOfFolder(folder)
    if (id === undefined) return
    try {
      const watcher = watch(folder, { persistent: false })
      watcher.on('change', (kind, name) => this.#heard(folder, { kind, name: typeof name === 'string' ? name : undefined }))
      watcher.on('error', () => {
        watcher.close()
        if (this.#watched.get(folder)?.watcher === watcher) this.#watched.delete(folder)
      })
      this.#watched.set(folder, { watcher, id, isLocal: isLocal(folder) })
    } catch {
      // The timer does; it is tried again when it has run.
    }
  }

  #heard(folder: string, { kind, name }: { readonly kind: string; readonly name: string | undefined }): void {
    if (kind === 'change' && this.#isChanged) return
    if (name !== undefined && !this.#isOurs(folder, name)) return
    if (kind !== 'change') this.#onChange()
    this.#isChanged = true
    this.#resume?.()
  }

  #isOurs(folder: string, name: string): boolean {
    for (const own of this.#names.get(folder) ?? []) if (name.startsWith(own)) return true
    return false
  }
}

const foldersOf = (paths: readonly string[]): Map<string, Set<string>> => {
  const names = new Map<string, Set<string>>()
  const add = (path: string): void => {
    const folder = dirname(path)
    const own = names.get(folder) ?? new Set()
    names.set(folder, own.add(basename(path)))
  }
  for (const path of paths) {
    add(path)
    try {
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) add(realpathSync(path))
    } catch {
      // it leads nowhere for now
    }
  }
  return names
}

const idOfFolder = (folder: string): string | undefined => {
  try {
    const stats: BigIntStats | undefined = statSync(folder, { bigint: true, throwIfNoEntry: false })
    return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined
  } catch {
    return undefined
  }
}

const isLocal = (folder: string): boolean => {
  try {
    return !REMOTE.has(statfsSync(folder).type)
  } catch {
    return false
  }
}
