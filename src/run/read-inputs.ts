import type { Summary } from '../aggregate/summary.ts'
import { ErrorEvidence } from '../cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../cluster/patterns.ts'
import { WslogError } from '../errors.ts'
import type { InputFailure, ReadOptions } from '../input/source.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { addTallies } from '../log-format/read-tally.ts'
import type { JoinCounts } from '../session/error-index.ts'
import type { Filters } from '../session/filter.ts'
import { type HandshakeRule, isSameRule, WORDS_ONLY } from '../session/handshake-rule.ts'
import { MAX_OPEN, OpenSessions } from '../session/open-sessions.ts'
import { type LineExample, MAX_EXAMPLES_PER_FILE } from './line-example.ts'
import type { AccessLogRead } from './logs-read.ts'
import { applyLosses, tellsOfStops } from './lost-sessions.ts'
import { isMarked, type OpenInput } from './open-inputs.ts'
import { planParts } from './plan.ts'
import type { ReadErrors } from './read-errors.ts'
import type { PartsListener } from './announcing.ts'
import type { Part, PartResult, Reading } from './read-parts.ts'
import { ruleOfLogs, ruleOfSamples } from './rule-of-logs.ts'
import { readInThreads } from './threads.ts'

export interface ReadInputsOptions extends ReadOptions {
  readonly inputs: readonly OpenInput[]
  /** Formats to try beside the detected ones, for a log that changes its format in the middle. */
  readonly otherFormats: readonly LogFormat[]
  readonly filters: Filters
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** 1 or more; each further one takes some 60 MB and its share of the time. */
  readonly threads: number
  /** What the error logs hold; undefined: there are none. */
  readonly errors: ReadErrors | undefined
  /** `--read-timeout`, ms; undefined: not known. */
  readonly readTimeoutMs: number | undefined
  /** Hears of every handshake, with its final verdict. */
  readonly listener?: PartsListener | undefined
}

/** What the logs held, and how it was read. */
export interface ReadInputs {
  readonly summary: Summary
  readonly rule: HandshakeRule
  /** The rule that all lines together call for. */
  readonly ruleOfAll: HandshakeRule
  readonly logs: readonly AccessLogRead[]
  readonly examples: readonly LineExample[]
  readonly failures: readonly InputFailure[]
  /** How well the error lines found their handshakes. */
  readonly joined: JoinCounts | undefined
  /** What is open after the last line, and what was lost; undefined: no line tells of beginnings. */
  readonly open: OpenSessions | undefined
  /** What the sessions have in common: the ages and moments of their ends. */
  readonly patterns: Patterns
}

/** What one reading of all logs came to. */
type Look = Omit<ReadInputs, 'patterns'>

/**
 * Reads all logs into one summary, and once more where the whole says what a line alone does not:
 *
 * - Which lines are handshakes, where the format does not say it. The samples give a first rule.
 * - At which ages and moments sessions end together. What no error line explains is labelled by that.
 *
 * A pipe of more than 32 MiB comes once: with one among the logs the rule is that of its beginning, and sessions
 * keep the verdict that their own lines give.
 */
export const readInputs = async (options: ReadInputsOptions): Promise<ReadInputs> => {
  const canReadAgain = options.inputs.every(({ source }) => source.canReadAgain)
  const isNamed = options.filters.paths.length > 0
  let rule: HandshakeRule = isNamed ? { ...WORDS_ONLY, isNamed } : ruleOfSamples(options.inputs.map(({ source: { path, sample }, detection }) => ({ path, sample, detection })), options)
  let read = await readOnce(options, { rule })
  if (!canReadAgain) return { ...read, patterns: patternsOf(read, options) }
  if (!isNamed && !isSameRule(read.ruleOfAll, rule) && !options.signal.aborted) {
    rule = read.ruleOfAll
    read = await readOnce(options, { rule })
  }
  const patterns = patternsOf(read, options)
  const whole = { ...read, patterns }
  if (options.signal.aborted) return whole
  if (options.listener !== undefined) return { ...(await readOnce(options, { rule, patterns, listener: options.listener })), patterns }
  if (!patterns.isSaying) return whole
  const { summary: difference } = await readOnce(options, { rule, patterns, isSecondLook: true })
  read.summary.merge(difference)
  read.summary.sessionSample.relabel((one) => (one.isExplained ? undefined : patterns.judge(one, one).verdict))
  return whole
}

const patternsOf = ({ summary }: { readonly summary: Summary }, { errors, readTimeoutMs }: ReadInputsOptions): Patterns =>
  findPatterns(summary, { errors: errors === undefined ? undefined : new ErrorEvidence(errors), readTimeoutMs })

interface Pass {
  readonly rule: HandshakeRule
  readonly patterns?: Patterns
  readonly listener?: PartsListener | undefined
  readonly isSecondLook?: boolean
}

const readOnce = async (options: ReadInputsOptions, { rule, patterns, listener, isSecondLook = false }: Pass): Promise<Look> => {
  const { filters, isQueryKept, isAnonymized, errors } = options
  const reading: Reading = { rule, filters, isQueryKept, isAnonymized, patterns: patterns === undefined ? undefined : { cuts: patterns.cuts, clusters: patterns.clusters }, isSecondLook }
  // The index of error lines stays in this thread, and beginnings and ends must come to one place.
  const threads = errors === undefined && listener === undefined && !options.inputs.some(isMarked) ? options.threads : 1
  const open = threads > 1 || isSecondLook ? undefined : new OpenSessions({ maxOpen: MAX_OPEN, infersRestarts: errors === undefined || !tellsOfStops(errors) })
  const parts = options.inputs.map((input, index) => partOf(input, index, options.otherFormats))
  const { summary, results } = await readInThreads(planParts(parts, threads), reading, { ...options, listener, open })
  const logs = options.inputs.flatMap((input, index) => {
    const own = results.filter((result) => result.input === index)
    if (own.length === 0) return []
    const tally = own.map((result) => result.tally).reduce(addTallies)
    const formats = [...(input.detection?.formats ?? []), ...options.otherFormats]
    return [{ path: input.source.path, envelope: input.detection?.envelope, tally, formats: tally.formats.map((name) => formats.find((format) => format.name === name)!) }]
  })
  const ruleOfAll = ruleOfLogs(results.map(({ input, undecided }) => ({ path: options.inputs[input]!.source.path, ...undecided })), summary)
  return { summary, rule, ruleOfAll, logs, examples: examplesOf(results), failures: failuresOf(results, options.inputs), joined: errors?.window.index.counts, open: settled(open, errors) }
}

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
