import { type BigIntStats, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { type FileId, idOf, isSameFile } from './file-id.ts'

/** A regular file beside a log, whose name tells that it may be an older part of it, or a copy. */
export interface Sibling {
  readonly path: string
  readonly id: FileId
  readonly size: number
  readonly mtimeNs: bigint
  /** Like the file that a symbolic link leads to, but for its numbers (`ws-2026-11-21.log`), so it may have been led to. */
  readonly isLinkTarget: boolean
}

/** The siblings at one moment, by folder. A folder that cannot be listed is missing. */
export interface Listing {
  readonly folders: ReadonlyMap<string, { readonly mtimeNs: bigint; readonly files: readonly Sibling[] }>
}

/** `.1`, `-20261121`, `.old`, `~`: but `access.log.error` may be a log of its own. */
const SUFFIX = /^[._~-].*\d|^[._-]?(?:old|bak|backup|prev|previous|last|save|orig|copy|archived?|rotated)$|^~$/i
/** As logrotate's `extension` puts a date before it. */
const DATE = /^[._-]\d{4}-?\d\d-?\d\d[\d._T:Z-]*$/

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** In a log that a link leads to, a file found before its turn counts as new so long, ms. */
const FRESH_MS = 10_000

const MAX_TRIES = 5

/** The files beside a log, and which of them are new since the last look. */
export class Siblings {
  readonly #path: string
  readonly #now: () => number
  /** Where the path leads when it is a link, or what it led to before. */
  #target: string | undefined
  #kept: Listing = { folders: new Map() }
  #firstSeen: { readonly id: FileId; readonly atMs: number }[] = []
  #atStart: readonly Sibling[] = []

  constructor(path: string, now: () => number) {
    this.#path = path
    this.#now = now
  }

  /** Whether files were made, renamed or removed in a folder since the listing that was kept. */
  isChanged(): boolean {
    for (const folder of this.#folders()) if (mtimeOf(folder) !== (this.#kept.folders.get(folder)?.mtimeNs ?? 0n)) return true
    return false
  }

  /** While files are renamed, a listing may pass one over: it is repeated until nothing moved meanwhile, or often enough. */
  list(): Listing {
    this.#findTarget()
    const folders = new Map<string, { mtimeNs: bigint; files: readonly Sibling[] }>()
    for (const folder of this.#folders()) {
      let files: readonly Sibling[] = []
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const mtimeNs = mtimeOf(folder) // before it is listed: what comes meanwhile is seen the next time
        const seen = this.#filesIn(folder)
        if (seen === undefined) break
        files = [...files.filter(({ id }) => !seen.some((file) => isSameFile(file.id, id))), ...seen]
        folders.set(folder, { mtimeNs, files })
        if (mtimeOf(folder) === mtimeNs) break
      }
    }
    return { folders }
  }

  #filesIn(folder: string): Sibling[] | undefined {
    const names = namesIn(folder)
    if (names === undefined) return undefined
    const files: Sibling[] = []
    for (const name of names) {
      const kind = this.#kindOf(folder, name)
      if (kind === undefined) continue
      const stats = statOf(join(folder, name))
      // One that is renamed meanwhile may be met twice.
      if (stats?.isFile() && !files.some(({ id }) => isSameFile(id, idOf(stats)))) files.push({ path: join(folder, name), id: idOf(stats), size: Number(stats.size), mtimeNs: stats.mtimeNs, isLinkTarget: kind === 'target' })
    }
    return files
  }

  /** These are known from now on. What is in the first listing was there before, and is no news ever. */
  keep(listing: Listing): void {
    const files = filesOf(listing)
    const isFirst = this.#kept.folders.size === 0 && this.#firstSeen.length === 0
    if (isFirst) this.#atStart = files
    const nowMs = this.#now()
    this.#firstSeen = files.map(({ id }) => this.#firstSeen.find((seen) => isSameFile(seen.id, id)) ?? { id, atMs: nowMs })
    this.#kept = listing
  }

  /** Those that came after the listing that was kept; all of a folder that nobody looked into before are old. */
  newIn(listing: Listing): Sibling[] {
    const fresh: Sibling[] = []
    for (const [folder, { files }] of listing.folders) {
      const kept = this.#kept.folders.get(folder)?.files
      if (kept !== undefined) fresh.push(...files.filter((file) => this.#isNew(file, kept)))
    }
    return fresh
  }

  /** Size at the start of a file that stood beside the log then. */
  sizeAtStart(id: FileId): number | undefined {
    return this.#atStart.find((file) => isSameFile(file.id, id))?.size
  }

  /** The next to be led to may lie there for a moment before it is; under a rotated name a file comes only from the path. */
  #isNew(file: Sibling, kept: readonly Sibling[]): boolean {
    const known = kept.find(({ id }) => isSameFile(id, file.id))
    if (known === undefined) return true
    if (!file.isLinkTarget || this.sizeAtStart(file.id) !== undefined) return false
    const seen = this.#firstSeen.find(({ id }) => isSameFile(id, file.id))
    return seen !== undefined && this.#now() - seen.atMs < FRESH_MS
  }

  #folders(): Set<string> {
    const folders = new Set([dirname(this.#path)])
    if (this.#target !== undefined) folders.add(dirname(this.#target))
    return folders
  }

  #findTarget(): void {
    try {
      const target = realpathSync(this.#path)
      // A folder above may be the link.
      const own = join(realpathSync(dirname(this.#path)), basename(this.#path))
      this.#target = target === own ? undefined : target
    } catch {
      // Nothing is there now: where it led before is where it may lead again.
    }
  }

  #kindOf(folder: string, name: string): 'rotated' | 'target' | undefined {
    if (this.#target !== undefined && folder === dirname(this.#target)) {
      const base = basename(this.#target)
      if (/\d/.test(base) && new RegExp(`^${base.split(/\d+/).map(escaped).join(String.raw`\d+`)}$`).test(name)) return 'target'
      if (isRotatedName(name, base)) return 'rotated'
    }
    return folder === dirname(this.#path) && isRotatedName(name, basename(this.#path)) ? 'rotated' : undefined
  }
}

export const filesOf = (listing: Listing): Sibling[] => [...listing.folders.values()].flatMap(({ files }) => files)

export const isRotatedName = (name: string, base: string): boolean => {
  if (name.startsWith(base)) return SUFFIX.test(name.slice(base.length))
  const extension = extname(base)
  const stem = base.slice(0, base.length - extension.length)
  return extension !== '' && name.startsWith(stem) && name.endsWith(extension) && DATE.test(name.slice(stem.length, name.length - extension.length))
}

const statOf = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined // no permission, or a link in a circle: no sibling then
  }
}

const mtimeOf = (folder: string): bigint => statOf(folder)?.mtimeNs ?? 0n

const namesIn = (folder: string): string[] | undefined => {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? [] : undefined // what comes in a folder that is yet to be made is all new
  }
}
