import { isSocketIo } from '../session/socket-path.ts'

const MAX_PATHS = 1 << 16
/** One plain answer speaks as much against a folder of sockets as so many 101s for it. */
const PLAIN_WEIGHT = 4

/**
 * What logs without `$http_upgrade` show about their paths: enough to tell, once all is known, under which of
 * them a line asks for a WebSocket. A mergeable summary. Bounded: beyond 65,536 of a kind the first ones seen
 * count, so a path that had its first 101 later stands for nothing, and a folder of pages goes unnoticed.
 */
export class PathCensus {
  readonly #switchedPaths = new Map<string, number>()
  readonly #plainFolders = new Map<string, number>()

  /** A path that had a 101. Socket.IO's is told by its query, never by its path. */
  addSwitched(path: string, times: number): void {
    if (path !== '' && !isSocketIo(path)) count(this.#switchedPaths, path, times)
  }

  /** A line that was answered as a plain page (2xx, 304): what speaks against a folder of sockets. */
  addPlainAnswer(path: string, times: number): void {
    count(this.#plainFolders, path.slice(0, path.lastIndexOf('/') + 1), times)
  }

  /**
   * The paths under which a line asks for a WebSocket. A path that had a 101 stands for the highest folder above
   * it in which hardly anything else is answered, else for itself.
   */
  prefixes(): Set<string> {
    const switched = sumByFolder(this.#switchedPaths)
    const plain = sumByFolder(this.#plainFolders)
    const isOpen = (folder: string): boolean => (plain.get(folder) ?? 0) * PLAIN_WEIGHT <= switched.get(folder)!
    return new Set(Array.from(this.#switchedPaths.keys(), (path) => foldersOf(path).find(isOpen) ?? path))
  }

  merge(other: PathCensus): void {
    for (const [path, times] of other.#switchedPaths) count(this.#switchedPaths, path, times)
    for (const [folder, times] of other.#plainFolders) count(this.#plainFolders, folder, times)
  }

  toJSON(): { switchedPaths: [string, number][]; plainFolders: [string, number][] } {
    return { switchedPaths: [...this.#switchedPaths].sort(byName), plainFolders: [...this.#plainFolders].sort(byName) }
  }

  static fromJSON(json: ReturnType<PathCensus['toJSON']>): PathCensus {
    const census = new PathCensus()
    for (const [path, times] of json.switchedPaths) count(census.#switchedPaths, path, times)
    for (const [folder, times] of json.plainFolders) count(census.#plainFolders, folder, times)
    return census
  }
}

/** `/a/b/c` lies in `/a/` and `/a/b/`; the root is no folder of sockets, whatever was seen at it. */
const foldersOf = (path: string): string[] => {
  const folders: string[] = []
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) folders.push(path.slice(0, slash + 1))
  return folders
}

const byName = ([a]: [string, number], [b]: [string, number]): number => (a < b ? -1 : 1)

const sumByFolder = (paths: Iterable<readonly [string, number]>): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const [path, times] of paths) for (const folder of foldersOf(path)) sums.set(folder, (sums.get(folder) ?? 0) + times)
  return sums
}

const count = (map: Map<string, number>, key: string, times: number): void => {
  const known = map.get(key)
  if (known !== undefined) map.set(key, known + times)
  else if (map.size < MAX_PATHS) map.set(key, times)
}
