import { Summary } from '../aggregate/summary.ts'
import { WslogError } from '../errors.ts'
import { LineBlocks } from '../input/line-blocks.ts'
import type { InputFailure } from '../input/source.ts'
import { LF } from '../log-format/chars.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { explainLine } from '../log-format/explain.ts'
import { LogReader, MAX_LINE, type SkippedLine } from '../log-format/reader.ts'
import type { Filters } from '../session/filter.ts'
import { type HandshakeRule, isSameRule } from '../session/handshake-rule.ts'
import { SessionReader } from '../session/session-reader.ts'
import type { OpenInput } from './open-inputs.ts'

export interface ReadInputsOptions {
  readonly inputs: readonly OpenInput[]
  /** Formats to try beside the detected ones, for a log that changes its format in the middle. */
  readonly otherFormats: readonly LogFormat[]
  readonly filters: Filters
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** Hears of bytes as they lie on disk; a second pass tells them again. */
  readonly onRead: (bytes: number) => void
  readonly signal: AbortSignal
}

/** What the logs held, and how it was read. */
export interface ReadInputs {
  readonly summary: Summary
  readonly rule: HandshakeRule
  readonly readers: readonly { readonly input: OpenInput; readonly reader: LogReader }[]
  readonly examples: readonly LineExample[]
  readonly failures: readonly InputFailure[]
}

/** A line that nginx cannot have written: where it stands, and where it breaks. No text of it: tokens live in log lines. */
export interface LineExample {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly reason: string
}

const MAX_EXAMPLES_PER_FILE = 3
const MAX_EXPLAINED_LENGTH = 1 << 16
/** The rule settles in two passes; a third one is for logs in which it changes what was counted for it. */
const MAX_PASSES = 3

/**
 * Reads all logs into one summary. Which lines are handshakes is known for sure only at the end, where the
 * format does not say it: the samples give a first rule, and when the whole calls for another one, files are
 * read once more. A pipe is not: its rule is that of its first 32 MiB.
 */
export const readInputs = async (options: ReadInputsOptions): Promise<ReadInputs> => {
  if (options.filters.paths.length > 0) return readOnce(options, { kind: 'own-log' })
  let rule = ruleOfSamples(options)
  for (let pass = 1; ; pass++) {
    const result = await readOnce(options, rule)
    const next = result.summary.census.rule()
    const isSettled = isSameRule(next, rule) || pass === MAX_PASSES || options.signal.aborted
    if (isSettled || options.inputs.some(({ source }) => !source.isRereadable)) return result
    rule = next
  }
}

const ruleOfSamples = (options: ReadInputsOptions): HandshakeRule => {
  const summary = new Summary()
  for (const input of options.inputs) {
    const sessions = new SessionReader({ ...options, rule: { kind: 'paths', prefixes: new Set() }, consumer: summary, onSkipped: () => {} })
    const { sample } = input.source
    const reader = readerOf(input, options.otherFormats, sessions)
    if (sample.at(-1) === LF) reader.readBlock(sample, 0, sample.length)
    sessions.settle()
  }
  return summary.census.rule()
}

const readOnce = async (options: ReadInputsOptions, rule: HandshakeRule): Promise<ReadInputs> => {
  const summary = new Summary()
  const examples: LineExample[] = []
  const failures: InputFailure[] = []
  const readers: ReadInputs['readers'][number][] = []
  let onSkipped: (line: SkippedLine) => void = () => {}
  const sessions = new SessionReader({ ...options, rule, consumer: summary, onSkipped: (line) => onSkipped(line) })
  for (const input of options.inputs) {
    if (options.signal.aborted) break
    const { path } = input.source
    let count = 0
    onSkipped = (line) => {
      if (count++ < MAX_EXAMPLES_PER_FILE) examples.push(exampleOf(path, input.detection?.formats[0], line))
    }
    const reader = readerOf(input, options.otherFormats, sessions)
    readers.push({ input, reader })
    try {
      await input.source.read(new LineBlocks(reader), options)
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failures.push({ path, error })
    }
  }
  sessions.settle()
  return { summary, rule, readers, examples, failures }
}

const readerOf = ({ detection }: OpenInput, otherFormats: readonly LogFormat[], sink: SessionReader): LogReader => {
  const detected = detection?.formats ?? []
  const formats = [...detected, ...otherFormats.filter((format) => !detected.includes(format))]
  const envelope = detection?.envelope === undefined ? undefined : ENVELOPES.get(detection.envelope)!()
  return new LogReader({ formats, envelope, sink })
}

const exampleOf = (path: string, format: LogFormat | undefined, { bytes, from, end, lineNumber, why }: SkippedLine): LineExample => {
  const at = { path, line: lineNumber }
  if (why === 'overlong') return { ...at, column: MAX_LINE + 1, reason: 'longer than 1 MiB' }
  const length = end - from
  if (length === 0) return { ...at, column: 1, reason: 'an empty line' }
  const explanation = format === undefined ? undefined : explainLine(format, bytes.toString('latin1', from, Math.min(end, from + MAX_EXPLAINED_LENGTH)))
  if (why === 'cut-off') return { ...at, column: length + 1, reason: 'the file ends in the middle of this line' }
  if (explanation === undefined || !('column' in explanation)) return { ...at, column: 1, reason: 'not in its wrapper' }
  return { ...at, column: explanation.column, reason: `${explanation.format}: expected ${explanation.expected}, found ${explanation.found}` }
}
