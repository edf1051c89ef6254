import { INGRESS, type LineFormat, WS, WS_JSON, WS_PLUS } from './access-line.ts'

/** A kind of log that the benchmark makes. */
export interface LogKind {
  readonly name: string
  readonly about: string
  readonly format: LineFormat
  /** As logrotate leaves it: compressed by gzip, and the error log too. */
  readonly isCompressed: boolean
  readonly isDistinct: boolean
  /** Whether it is one of those that a run takes without being asked. */
  readonly isUsual: boolean
}

const plain = (format: LineFormat): LogKind => ({ name: format.name, about: `the format ${format.name}`, format, isCompressed: false, isDistinct: false, isUsual: true })

/** What `--format` knows. */
export const LOG_KINDS: readonly LogKind[] = [
  plain(WS),
  plain(WS_PLUS),
  plain(WS_JSON),
  plain(INGRESS),
  { ...plain(WS), name: 'gzip', about: 'the format ws, compressed by gzip; sizes are those before', isCompressed: true },
  { ...plain(WS), name: 'distinct', about: 'the format ws, no client and no path twice', isDistinct: true, isUsual: false },
]

/** A log that was made, and what is in it. */
export interface Logs {
  readonly kind: LogKind
  readonly access: string
  readonly errors: string
  /** Of the access log before compression. */
  readonly bytes: number
  readonly errorBytes: number
  readonly lines: number
  /** Lines of status 101. */
  readonly sessions: number
}
