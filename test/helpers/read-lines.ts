import { LogReader } from '../../src/log-format/reader.ts'
import { type Filters, NO_FILTERS } from '../../src/session/filter.ts'
import { type HandshakeRule, WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { SessionReader, type SessionReaderOptions } from '../../src/session/session-reader.ts'
import { plainEvent, type PlainEvent } from './events.ts'
import { formatOf } from './format.ts'

export const BY_WORDS = WORDS_ONLY

/** The log that {@link readLines} reads. */
export const LOG = 'ws_access.log'

/** What a session reader told its consumer. */
export interface Told {
  readonly sessions: PlainEvent[]
  readonly failures: PlainEvent[]
  readonly others: ('plain' | 'polling')[]
  readonly covered: number[]
  readonly undecided: { readonly status: number; readonly path: string }[]
  /** Sessions that a second look found to have ended of something else, and what they were counted as. */
  readonly relabelled: { readonly session: PlainEvent; readonly counted: string }[]
  /** As the reader counts them from the start of the log on. */
  readonly undecidedLines: { readonly lines: number; readonly switched: number }
  readonly skipped: string[]
  readonly parsed: number
  readonly filtered: number
}

export interface ReadLinesOptions {
  /** A log_format value. */
  readonly format: string
  readonly lines: readonly string[]
  readonly rule?: HandshakeRule
  readonly filters?: Partial<Filters>
  readonly isQueryKept?: boolean
  readonly isAnonymized?: boolean
  /** What error logs say. */
  readonly errors?: SessionReaderOptions['errors']
  readonly patterns?: SessionReaderOptions['patterns']
  readonly isSecondLook?: boolean
  readonly open?: SessionReaderOptions['open']
}

/** Leads lines through the real parser and a session reader, and notes every call. */
export const readLines = ({ format, lines, rule = BY_WORDS, filters = {}, isQueryKept = false, isAnonymized = false, errors, patterns, isSecondLook = false, open }: ReadLinesOptions): Told => {
  const told = { sessions: [] as PlainEvent[], failures: [] as PlainEvent[], others: [] as ('plain' | 'polling')[], covered: [] as number[], undecided: [] as { status: number; path: string }[], relabelled: [] as { session: PlainEvent; counted: string }[], skipped: [] as string[] }
  const undecided: { status: number; path: number }[] = []
  const sink = new SessionReader({
    rule, isQueryKept, isAnonymized, errors, patterns, isSecondLook, open,
    filters: { ...NO_FILTERS, ...filters },
    onSkipped: ({ why }) => told.skipped.push(why),
    consumer: {
      session: (event, names) => told.sessions.push(plainEvent(event, names)),
      relabelled: (event, { cause }, names) => told.relabelled.push({ session: plainEvent(event, names), counted: cause }),
      failure: (event, names) => told.failures.push(plainEvent(event, names)),
      other: (kind) => told.others.push(kind),
      covered: (atMs) => told.covered.push(atMs),
      undecided: (status, path) => undecided.push({ status, path }),
      settle: (names) => told.undecided.push(...undecided.splice(0).map(({ status, path }) => ({ status, path: names.paths.at(path).label }))),
    },
  })
  sink.startLog(LOG)
  const reader = new LogReader({ formats: [formatOf(format)], envelope: undefined, sink })
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1')
  reader.readBlock(bytes, 0, bytes.length)
  sink.settle()
  return { ...told, undecidedLines: { ...sink.undecided }, parsed: reader.counts.parsed, filtered: reader.counts.filtered }
}
