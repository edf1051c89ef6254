/**
 * How it is decided which lines are handshakes, where the format has no `$http_upgrade` to tell:
 * - `own-log`: at least half of the lines are 101, so the log is one of WebSockets and every line counts
 * - `paths`: lines under a path that has had a 101, or whose path bears a word such as `ws`
 */
export type HandshakeRule = { readonly kind: 'own-log' } | { readonly kind: 'paths'; readonly prefixes: ReadonlySet<string> }

export const isSameRule = (a: HandshakeRule, b: HandshakeRule): boolean =>
  a.kind === 'own-log' || b.kind === 'own-log' ? a.kind === b.kind : a.prefixes.size === b.prefixes.size && [...a.prefixes].every((prefix) => b.prefixes.has(prefix))

/** Whether the path is one of the prefixes or below one: `/ws` covers `/ws` and `/ws/room`, not `/wsx`. */
export const isUnder = (path: string, prefixes: ReadonlySet<string>): boolean => {
  if (prefixes.has(path)) return true
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
    if (prefixes.has(path.slice(0, slash + 1)) || prefixes.has(path.slice(0, slash))) return true
  }
  return false
}
