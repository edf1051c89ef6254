import { Summary } from '../aggregate/summary.ts'
import { WslogError } from '../errors.ts'
import type { InputFailure, ReadOptions } from '../input/source.ts'
import { LF } from '../log-format/chars.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { addTallies, LogReader, type ReadTally } from '../log-format/reader.ts'
import type { Filters } from '../session/filter.ts'
import { type HandshakeRule, isSameRule } from '../session/handshake-rule.ts'
import { SessionReader } from '../session/session-reader.ts'
import { type LineExample, MAX_EXAMPLES_PER_FILE } from './line-example.ts'
import type { OpenInput } from './open-inputs.ts'
import { planParts } from './plan.ts'
import type { Part, PartResult, Reading } from './read-parts.ts'
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
}

/** What the logs held, and how it was read. */
export interface ReadInputs {
  readonly summary: Summary
  readonly rule: HandshakeRule
  readonly logs: readonly { readonly input: OpenInput; readonly tally: ReadTally; readonly formats: readonly LogFormat[] }[]
  readonly examples: readonly LineExample[]
  readonly failures: readonly InputFailure[]
}

/** The rule settles in two passes; a third one is for logs in which it changes what was counted for it. */
const MAX_PASSES = 3

/**
 * Reads all logs into one summary. Which lines are handshakes is known for sure only at the end, where the
 * format does not say it: the samples give a first rule, and when the whole calls for another one, files are
 * read once more. A pipe is not: its rule is that of its first 32 MiB.
 */
export const readInputs = async (options: ReadInputsOptions): Promise<ReadInputs> => {
  // What `--path` keeps are sockets: the user says so.
  if (options.filters.paths.length > 0) return readOnce(options, { kind: 'own-log' })
  let rule = ruleOfSamples(options)
  for (let pass = 1; ; pass++) {
    const result = await readOnce(options, rule)
    const next = result.summary.census.rule()
    const isSettled = isSameRule(next, rule) || pass === MAX_PASSES || options.signal.aborted
    if (isSettled || options.inputs.some(({ source }) => source.part === undefined)) return result
    rule = next
  }
}

const ruleOfSamples = (options: ReadInputsOptions): HandshakeRule => {
  const summary = new Summary()
  const sessions = new SessionReader({ ...options, rule: { kind: 'paths', prefixes: new Set() }, consumer: summary, onSkipped: () => {} })
  for (const { source, detection } of options.inputs) {
    const envelope = detection?.envelope === undefined ? undefined : ENVELOPES.get(detection.envelope)!()
    const { sample } = source
    if (sample.at(-1) === LF) new LogReader({ formats: detection?.formats ?? [], envelope, sink: sessions }).readBlock(sample, 0, sample.length)
  }
  sessions.settle()
  return summary.census.rule()
}

const readOnce = async (options: ReadInputsOptions, rule: HandshakeRule): Promise<ReadInputs> => {
  const { filters, isQueryKept, isAnonymized } = options
  const reading: Reading = { rule, filters, isQueryKept, isAnonymized }
  const parts = options.inputs.map((input, index) => partOf(input, index, options.otherFormats))
  const { summary, results } = await readInThreads(planParts(parts, options.threads), reading, options)
  const logs = options.inputs.flatMap((input, index) => {
    const own = results.filter((result) => result.input === index)
    if (own.length === 0) return []
    const tally = own.map((result) => result.tally).reduce(addTallies)
    const formats = [...(input.detection?.formats ?? []), ...options.otherFormats]
    return [{ input, tally, formats: tally.formats.map((name) => formats.find((format) => format.name === name)!) }]
  })
  return { summary, rule, logs, examples: examplesOf(results), failures: failuresOf(results, options.inputs) }
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
