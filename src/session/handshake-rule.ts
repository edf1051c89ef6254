/**
 * How it is decided which lines are handshakes, where the format has no `$http_upgrade` to tell:
 * - a log of its own: at least half of its lines are 101, so it is one of WebSockets and every line counts
 * - `--path` names what is kept: every GET of it counts
 * - else lines with 101, under a path that has had one, or whose path bears a word such as `ws`
 */
export interface HandshakeRule {
  /** {@link logFamily} of the logs that are logs of their own. */
  readonly ownLogs: ReadonlySet<string>
  /** The user named the paths with `--path`. */
  readonly isNamed: boolean
  /** Paths and folders, over all logs, that have had a 101. */
  readonly prefixes: ReadonlySet<string>
}

export const WORDS_ONLY: HandshakeRule = { ownLogs: new Set(), isNamed: false, prefixes: new Set() }

export const isSameRule = (a: HandshakeRule, b: HandshakeRule): boolean => a.isNamed === b.isNamed && isSameSet(a.ownLogs, b.ownLogs) && isSameSet(a.prefixes, b.prefixes)

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every((value) => b.has(value))

/** At least half of the lines are 101. */
export const isOwnLog = ({ lines, switched }: { lines: number; switched: number }): boolean => switched > 0 && switched * 2 >= lines

/** The name that a log has before it is rotated: `ws_access.log`, `.log.1`, `.log-20261120.gz` are one log. */
export const logFamily = (path: string): string => path.replace(/(?:[.-]\d+(?:[-_]\d+)*)*(?:\.(?:gz|zst))?$/, '')

/** Whether the path is one of the prefixes or below one: `/ws` covers `/ws` and `/ws/room`, not `/wsx`. */
export const isUnder = (path: string, prefixes: ReadonlySet<string>): boolean => {
  if (prefixes.has(path)) return true
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
    if (prefixes.has(path.slice(0, slash + 1)) || prefixes.has(path.slice(0, slash))) return true
  }
  return false
}
