import { availableParallelism } from 'node:os'
import type { PathCensus } from '../aggregate/path-census.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { Patterns } from '../cluster/patterns.ts'
import { type AccessLogRead, type LineExample, MAX_EXAMPLES_PER_FILE } from '../digest/logs-read.ts'
import { WslogError } from '../errors.ts'
import type { InputFailure, ReadOptions } from '../input/source.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { addTallies } from '../log-format/read-tally.ts'
import type { JoinCounts } from '../session/error-index.ts'
import type { Filters } from '../session/filter.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import { MAX_OPEN, OpenSessions } from '../session/open-sessions.ts'
import { applyLosses, tellsOfStops } from './lost-sessions.ts'
import { isMarked, type OpenInput } from './open-inputs.ts'
import type { ReadErrors } from './read-errors.ts'
import { type Part, type PartResult, type PartsConsumer, type Reading, readParts } from './read-parts.ts'
import type { Remembering } from './remembering.ts'
import { ruleOfLogs, type UndecidedLines } from './rule-of-logs.ts'
import { ReadingThread } from './threads.ts'

/** A compressed byte is worth about so many plain ones. */
const COMPRESSED_WEIGHT = 8
/** Below it, what it costs to start a thread, and to compile in both what each runs, is more than is saved. */
const MIN_BYTES = 1 << 27

export interface ReadOnceOptions extends ReadOptions {
  readonly inputs: readonly OpenInput[]
  /** Formats to try beside the detected ones, for a log that changes its format in the middle. */
  readonly otherFormats: readonly LogFormat[]
  readonly filters: Filters
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** 1: all is done in this thread; more: a second one reads while this one adds up; `auto`: where there is enough to read, and the machine has the cores. */
  readonly threads: number | 'auto'
  /** What the error logs hold; undefined: there are none. */
  readonly errors: ReadErrors | undefined
}

export interface Pass {
  readonly rule: HandshakeRule
  readonly patterns?: Patterns
  /** Takes what is read instead of the summary, which stays empty. */
  readonly consumer?: (PartsConsumer & { readonly census: PathCensus }) | undefined
  /** Sessions that are known to be open before the first line; undefined: none are. */
  readonly open?: OpenSessions | undefined
  readonly isSecondLook?: boolean
  /** Sessions are remembered, so that patterns need no second look. */
  readonly isRemembered?: boolean
  /** Of the summary only patterns are asked for. */
  readonly isForPatterns?: boolean
  /** One that was started for this reading; undefined: it is started where it is worth it. */
  readonly thread?: ReadingThread | undefined
}

/** What one reading of all logs came to. */
export interface Look {
  readonly summary: Summary
  /** The sessions, where they were to be remembered. */
  readonly remembering: Remembering | undefined
  readonly rule: HandshakeRule
  readonly undecided: readonly UndecidedLines[]
  /** The rule that all lines together call for. */
  readonly ruleOfAll: HandshakeRule
  readonly logs: readonly AccessLogRead[]
  readonly examples: readonly LineExample[]
  readonly failures: readonly InputFailure[]
  /** How well the error lines found their handshakes. */
  readonly joined: JoinCounts | undefined
  /** What is open after the last line, and what was lost; undefined: no line tells of beginnings. */
  readonly open: OpenSessions | undefined
}

/** Reads all logs once. @throws nothing for what cannot be read: it is among the failures. */
export const readOnce = async (options: ReadOnceOptions, { rule, patterns, consumer, open: known, isSecondLook = false, isRemembered = false, isForPatterns = false, thread }: Pass): Promise<Look> => {
  const { filters, isQueryKept, isAnonymized, errors } = options
  const reading: Reading = { rule, filters, isQueryKept, isAnonymized, patterns: patterns === undefined ? undefined : { cuts: patterns.cuts, clusters: patterns.clusters }, isSecondLook, isRemembered, isForPatterns }
  const parts = options.inputs.map((input, index) => partOf(input, index, options.otherFormats))
  const other = thread ?? (consumer === undefined ? otherThread(options) : undefined)
  let read = await other?.read(parts, reading, options)
  // Beginnings and ends must come to one place, and a marker may turn up anywhere.
  if (!options.signal.aborted && read?.results.some(({ tally }) => hasMarkers(tally, options)) === true) read = undefined
  const open = read !== undefined || isSecondLook ? undefined : (known ?? new OpenSessions({ maxOpen: MAX_OPEN, infersRestarts: errors === undefined || !tellsOfStops(errors) }))
  const { summary, remembering, results } = read ?? (await readParts(parts, reading, { ...options, consumer, open }))
  const logs = options.inputs.flatMap((input, index) => {
    const own = results.filter((result) => result.input === index)
    if (own.length === 0) return []
    const tally = own.map((result) => result.tally).reduce(addTallies)
    const formats = [...(input.detection?.formats ?? []), ...options.otherFormats]
    return [{ path: input.source.path, envelope: input.detection?.envelope, tally, formats: tally.formats.map((name) => formats.find((format) => format.name === name)!) }]
  })
  const undecided = results.map((result) => ({ path: options.inputs[result.input]!.source.path, ...result.undecided }))
  return { summary, remembering, rule, undecided, ruleOfAll: ruleOfLogs(undecided, consumer ?? summary), logs, examples: examplesOf(results), failures: failuresOf(results, options.inputs), joined: errors?.window.index.counts, open: settled(open, errors) }
}

/** A thread to read these logs in, where one is worth it; it starts while its caller does something else. */
export const otherThread = (options: ReadOnceOptions): ReadingThread | undefined =>
  options.errors === undefined && !options.inputs.some(isMarked) && isWorthAThread(options) ? ReadingThread.start() : undefined

/** A pipe cannot go to another thread. */
const isWorthAThread = ({ inputs, threads }: ReadOnceOptions): boolean => {
  if (threads === 1 || inputs.length === 0 || inputs.some(({ source }) => source.part === undefined)) return false
  if (threads !== 'auto') return true
  const bytes = inputs.reduce((sum, { source: { part } }) => sum + part!.size * (part!.compression === 'none' ? 1 : COMPRESSED_WEIGHT), 0)
  return bytes >= MIN_BYTES && availableParallelism() > 1
}

const hasMarkers = ({ formats }: PartResult['tally'], { inputs, otherFormats }: ReadOnceOptions): boolean =>
  [...otherFormats, ...inputs.flatMap(({ detection }) => detection?.formats ?? [])].some(({ name, isOpenMarker }) => isOpenMarker && formats.includes(name))

/** Undefined where nothing is known: no marker, or ends that no beginning can be found by. */
const settled = (open: OpenSessions | undefined, errors: ReadErrors | undefined): OpenSessions | undefined => {
  if (open === undefined || !open.hasMarkers || !open.canMatch) return undefined
  if (errors !== undefined) applyLosses(open, errors.process.events, errors.process)
  return open
}

const partOf = ({ source, detection }: OpenInput, input: number, otherFormats: readonly LogFormat[]): Part => {
  const detected = detection?.formats ?? []
  const formats = [...detected, ...otherFormats.filter((format) => !detected.includes(format))]
  return { input, source, formats: formats.map(({ name, directive }) => ({ name, directive })), envelope: detection?.envelope }
}

/** The first few of each log, their line numbers counted from its beginning. */
const examplesOf = (results: readonly PartResult[]): LineExample[] => {
  const linesBefore = new Map<number, number>()
  const shown = new Map<number, number>()
  return results.flatMap(({ input, tally, examples }) => {
    const before = linesBefore.get(input) ?? 0
    const rest = MAX_EXAMPLES_PER_FILE - (shown.get(input) ?? 0)
    linesBefore.set(input, before + tally.counts.read)
    shown.set(input, (shown.get(input) ?? 0) + examples.length)
    return examples.slice(0, Math.max(0, rest)).map((example) => ({ ...example, line: example.line + before }))
  })
}

const failuresOf = (results: readonly PartResult[], inputs: readonly OpenInput[]): InputFailure[] => {
  const failures = new Map<number, string>()
  for (const { input, failure } of results) if (failure !== undefined && !failures.has(input)) failures.set(input, failure)
  return Array.from(failures, ([input, message]) => ({ path: inputs[input]!.source.path, error: new WslogError('input', message) }))
}
