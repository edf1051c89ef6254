import { compileFormat, type LogFormat } from '../log-format/compile.ts'
import type { LogFormatDirective } from '../log-format/directive.ts'
import { addTallies, type LineCounts, type ReadTally } from '../log-format/read-tally.ts'

/** An access log that was read, or is being followed. */
export interface AccessLogRead {
  readonly path: string
  readonly envelope: string | undefined
  readonly tally: ReadTally
  /** The formats that its lines were read with. */
  readonly formats: readonly LogFormat[]
}

/** An error log that was read, or is being followed; from its first entry to its last, ms since the epoch. */
export interface ErrorLogRead {
  readonly path: string
  readonly envelope: string | undefined
  readonly tally: ReadTally
  readonly fromMs: number
  readonly toMs: number
}

/** A line that nginx cannot have written: where it stands, and where it breaks. No text of it: tokens live in log lines. */
export interface LineExample {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly reason: string
}

export const MAX_EXAMPLES_PER_FILE = 3

/** Times as JSON has them: null where there was no line. */
export interface TallyJson {
  readonly counts: LineCounts
  readonly formats: readonly string[]
  readonly bytes: number
  readonly fromMs: number | null
  readonly toMs: number | null
}

const tallyToJson = ({ counts, formats, bytes, fromMs, toMs }: ReadTally): TallyJson => ({ counts: { ...counts }, formats, bytes, fromMs: Number.isFinite(fromMs) ? fromMs : null, toMs: Number.isFinite(toMs) ? toMs : null })

const tallyFromJson = ({ fromMs, toMs, ...rest }: TallyJson): ReadTally => ({ ...rest, fromMs: fromMs ?? Number.POSITIVE_INFINITY, toMs: toMs ?? Number.NEGATIVE_INFINITY })

export const accessLogToJson = ({ path, envelope, tally, formats }: AccessLogRead) => ({ path, envelope: envelope ?? null, tally: tallyToJson(tally), formats: formats.map(({ name, directive }) => ({ name, directive })) })

export const accessLogFromJson = ({ path, envelope, tally, formats }: ReturnType<typeof accessLogToJson>): AccessLogRead => ({ path, envelope: envelope ?? undefined, tally: tallyFromJson(tally), formats: formats.map(({ name, directive }: { name: string; directive: LogFormatDirective }) => compileFormat(name, directive)) })

export const errorLogToJson = ({ path, envelope, tally, fromMs, toMs }: ErrorLogRead) => ({ path, envelope: envelope ?? null, tally: tallyToJson(tally), fromMs: Number.isFinite(fromMs) ? fromMs : null, toMs: Number.isFinite(toMs) ? toMs : null })

export const errorLogFromJson = ({ path, envelope, tally, fromMs, toMs }: ReturnType<typeof errorLogToJson>): ErrorLogRead => ({ path, envelope: envelope ?? undefined, tally: tallyFromJson(tally), fromMs: fromMs ?? Number.POSITIVE_INFINITY, toMs: toMs ?? Number.NEGATIVE_INFINITY })

/** Puts the logs of one path together, in the order in which the paths came first. */
export const joinAccessLogs = (logs: readonly AccessLogRead[]): AccessLogRead[] =>
  byPath(logs, (a, b) => ({ path: a.path, envelope: b.envelope ?? a.envelope, tally: addTallies(a.tally, b.tally), formats: [...a.formats, ...b.formats.filter(({ name, directive }) => !a.formats.some((known) => known.name === name && known.directive.value === directive.value))] }))

export const joinErrorLogs = (logs: readonly ErrorLogRead[]): ErrorLogRead[] =>
  byPath(logs, (a, b) => ({ path: a.path, envelope: b.envelope ?? a.envelope, tally: addTallies(a.tally, b.tally), fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) }))

const byPath = <Log extends { readonly path: string }>(logs: readonly Log[], join: (a: Log, b: Log) => Log): Log[] => {
  const joined = new Map<string, Log>()
  for (const log of logs) {
    const known = joined.get(log.path)
    joined.set(log.path, known === undefined ? log : join(known, log))
  }
  return [...joined.values()]
}
