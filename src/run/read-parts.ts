import { Summary } from '../aggregate/summary.ts'
import { WslogError } from '../errors.ts'
import type { Cut } from '../cluster/cuts.ts'
import type { NamedCluster } from '../cluster/name-clusters.ts'
import { Patterns } from '../cluster/patterns.ts'
import { LineBlocks } from '../input/line-blocks.ts'
import type { FilePart } from '../input/file.ts'
import { readPart } from '../input/part.ts'
import type { LogSource, ReadOptions } from '../input/source.ts'
import { compileFormat, type LogFormat } from '../log-format/compile.ts'
import type { LogFormatDirective } from '../log-format/directive.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import type { ReadTally } from '../log-format/read-tally.ts'
import { LogReader } from '../log-format/reader.ts'
import type { Filters } from '../session/filter.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import type { OpenSessions } from '../session/open-sessions.ts'
import { Gathering } from '../session/gathering.ts'
import type { HandshakeConsumer } from '../session/session.ts'
import { SessionReader } from '../session/session-reader.ts'
import { type LineExample, MAX_EXAMPLES_PER_FILE } from '../digest/logs-read.ts'
import { exampleOf } from './line-example.ts'
import type { ErrorWindow } from './error-window.ts'
import type { ReadErrors } from './read-errors.ts'
import { Remembering } from './remembering.ts'

/** How every line is read: plain data, the same for all threads. */
export interface Reading {
  readonly rule: HandshakeRule
  readonly filters: Filters
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** What was learnt from all sessions; undefined: they are read for the first time. */
  readonly patterns: { readonly cuts: readonly Cut[]; readonly clusters: readonly NamedCluster[] } | undefined
  /** The summary is what the patterns change in that of the first look. */
  readonly isSecondLook: boolean
  /** Sessions are remembered beside the summary: patterns will probably have something to say of them. */
  readonly isRemembered: boolean
  /** Only patterns are asked for: the rankings of the summary are small. */
  readonly isForPatterns: boolean
}

/** What stays in this thread. */
export interface ReadPartsOptions extends ReadOptions {
  readonly errors: ReadErrors | undefined
  /** Takes what opens and closes; undefined: nobody asks, or another look has told. */
  readonly open: OpenSessions | undefined
  /** Takes what is read instead of the summary, which stays empty. */
  readonly consumer?: PartsConsumer | undefined
}

/** Takes what is read part by part. */
export interface PartsConsumer extends HandshakeConsumer {
  /** Before the first line of a log. `tally`: of the lines before the one that is being told of. */
  startLog(log: { readonly path: string; readonly envelope: string | undefined; readonly formats: readonly LogFormat[] }, tally: () => ReadTally): void
  /** After its last line. */
  endLog(): void
}

/** A log, or a part of one, with what it is written in; plain data but for a pipe, which stays in its thread. */
export interface Part {
  /** Which of the inputs it belongs to. */
  readonly input: number
  readonly source: FilePart | LogSource
  /** Formats to try, the detected one first. */
  readonly formats: readonly { readonly name: string; readonly directive: LogFormatDirective }[]
  readonly envelope: string | undefined
}

/** What one part came to; lines of the examples count from the part's first. */
export interface PartResult {
  readonly input: number
  readonly tally: ReadTally
  /** Lines whose format has no `$http_upgrade`, and those of them with status 101. */
  readonly undecided: { readonly lines: number; readonly switched: number }
  readonly examples: readonly LineExample[]
  /** Why it could not be read to its end. */
  readonly failure: string | undefined
}

/** What all parts came to. */
export interface PartsRead {
  readonly summary: Summary
  /** What was added to it, session by session. */
  readonly remembering: Remembering | undefined
  readonly results: PartResult[]
}

/** Reads parts one after the other into one summary; in the order given, and stops between blocks when aborted. */
export const readParts = async (parts: readonly Part[], { patterns, ...reading }: Reading, options: ReadPartsOptions): Promise<PartsRead> => {
  const summary = reading.isForPatterns ? Summary.ofStretch() : new Summary()
  const results: PartResult[] = []
  let examples: LineExample[] = []
  let formats: readonly LogFormat[] = []
  let path = ''
  const { errors, open } = options
  const remembering = options.consumer === undefined && reading.isRemembered ? new Remembering(summary) : undefined
  const gathering = new Gathering(remembering ?? summary)
  const taker = options.consumer ?? gathering
  errors?.window.index.reset()
  const sessions = new SessionReader({
    ...reading,
    open,
    errors: errors === undefined ? undefined : { ...errors, index: errors.window.index },
    patterns: patterns === undefined ? undefined : new Patterns(patterns.cuts, patterns.clusters),
    consumer: taker,
    onSkipped: (line) => {
      if (examples.length < MAX_EXAMPLES_PER_FILE) examples.push(exampleOf(path, formats[0], line))
    },
  })
  for (const part of parts) {
    // Of a pipe, what has come by now is held and still read.
    const isHeld = 'read' in part.source && part.source.part === undefined
    if (options.signal.aborted && !isHeld) continue
    examples = []
    path = part.source.path
    sessions.startLog(path)
    gathering.flush()
    summary.moments.startLog()
    formats = part.formats.map(({ name, directive }) => compileFormat(name, directive))
    const envelope = part.envelope === undefined ? undefined : ENVELOPES.get(part.envelope)!()
    const reader = new LogReader({ formats, envelope, sink: sessions })
    const blocks = new LineBlocks(reader)
    options.consumer?.startLog({ path, envelope: part.envelope, formats }, () => reader.tally)
    let failure: string | undefined
    try {
      const reading = { ...options, beforeBlock: errors === undefined || errors.window.isWhole ? options.beforeBlock : (bytes: Buffer, from: number, to: number) => covering(bytes, from, to, reader, errors.window, options) }
      if ('read' in part.source) await part.source.read(blocks, reading)
      else await readPart(part.source, blocks, reading)
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failure = error.message
    }
    options.consumer?.endLog()
    results.push({ input: part.input, tally: reader.tally, undecided: { ...sessions.undecided }, examples, failure })
  }
  sessions.settle()
  return { summary, remembering, results }
}

/** Waits for the error lines around the times of a block. */
const covering = async (bytes: Buffer, from: number, to: number, reader: LogReader, window: ErrorWindow, options: ReadOptions): Promise<void> => {
  await options.beforeBlock?.(bytes, from, to)
  const times = reader.timesOf(bytes, from, to)
  if (times !== undefined) await window.cover(times.fromMs, times.toMs, options)
}
