import type { HandshakeSample } from '../aggregate/handshake-sample.ts'
import { ErrorEvidence } from '../cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../cluster/patterns.ts'
import type { InputFailure } from '../input/source.ts'
import { type HandshakeRule, isSameRule, WORDS_ONLY } from '../session/handshake-rule.ts'
import { Announcing, type PartsListener } from './announcing.ts'
import { changedLogs } from './changed-logs.ts'
import { type Look, otherThread, type Pass, readOnce, type ReadOnceOptions } from './read-once.ts'
import { ruleOfSamples } from './rule-of-logs.ts'

export interface ReadInputsOptions extends ReadOnceOptions {
  /** `--read-timeout`, ms; undefined: not known. */
  readonly readTimeoutMs: number | undefined
}

/** What the logs held, and how it was read. */
export interface ReadInputs extends Look {
  /** What the sessions have in common: the ages and moments of their ends. */
  readonly patterns: Patterns
  /** The sample of sessions, with the verdicts that their own lines give. */
  readonly own: HandshakeSample
}

/**
 * Reads all logs into one summary, and once more where the whole says what a line alone does not, and too many lines came to remember them:
 *
 * - Which lines are handshakes, where the format does not say it. The samples give a first rule.
 * - At which ages and moments sessions end together. What no error line explains is labelled by that.
 *
 * A pipe of more than 32 MiB comes once: with one among the logs the rule is that of its beginning, and sessions
 * keep the verdict that their own lines give.
 */
export const readInputs = async (options: ReadInputsOptions): Promise<ReadInputs> => {
  // Patterns name a cause where something beside the ages speaks for it; else remembering costs more than it saves.
  const read = await firstLook(options, { isRemembered: options.errors !== undefined || options.readTimeoutMs !== undefined })
  const { patterns } = read
  const whole = { ...read, own: read.summary.sessionSample.copy() }
  if (!canReadAgain(options) || options.signal.aborted || !patterns.isSaying) return whole
  const remembered = read.remembering?.differenceBy(patterns)
  read.remembering?.forget()
  if (remembered !== undefined) read.summary.merge(remembered)
  else {
    const again = await readOnce(options, { rule: read.rule, patterns, isSecondLook: true })
    const changed = options.signal.aborted ? [] : changedLogs(read, again)
    if (changed.length > 0) return { ...whole, failures: [...read.failures, ...changed.filter(({ path }) => !read.failures.some((one) => one.path === path))] }
    read.summary.merge(again.summary)
  }
  read.summary.sessionSample.relabel((one) => (one.isExplained ? undefined : patterns.judge(one, one).verdict))
  return whole
}

/** Tells a listener of every handshake, with its final verdict; of what comes once, with the verdict that its own lines give. */
export const listInputs = async (options: ReadInputsOptions, listener: PartsListener): Promise<readonly InputFailure[]> => {
  const consumer = new Announcing(listener)
  if (!canReadAgain(options)) return (await readOnce(options, { rule: ruleOfBeginning(options), consumer })).failures
  const { rule, patterns, failures } = await firstLook(options, { isForPatterns: true })
  return options.signal.aborted ? failures : (await readOnce(options, { rule, patterns, consumer })).failures
}

/** Reads all logs by the rule that all their lines call for, as far as they can be read twice, and finds the patterns in them. */
const firstLook = async (options: ReadInputsOptions, wanted: Pick<Pass, 'isRemembered' | 'isForPatterns'>): Promise<Look & Pick<ReadInputs, 'patterns'>> => {
  const thread = otherThread(options)
  let read = await readOnce(options, { ...wanted, rule: ruleOfBeginning(options), thread })
  if (canReadAgain(options) && !isNamed(options) && !isSameRule(read.ruleOfAll, read.rule) && !options.signal.aborted) {
    read.remembering?.forget()
    read = await readOnce(options, { ...wanted, rule: read.ruleOfAll })
  }
  read.summary.findMoments()
  return { ...read, patterns: patternsOf(read, options) }
}

const canReadAgain = ({ inputs }: ReadInputsOptions): boolean => inputs.every(({ source }) => source.canReadAgain)

const isNamed = ({ filters }: ReadInputsOptions): boolean => filters.paths.length > 0

const ruleOfBeginning = (options: ReadInputsOptions): HandshakeRule => (isNamed(options) ? { ...WORDS_ONLY, isNamed: true } : firstRule(options))

/** The rule that the samples call for. */
export const firstRule = (options: ReadOnceOptions): HandshakeRule => ruleOfSamples(options.inputs.map(({ source: { path, sample }, detection }) => ({ path, sample, detection })), options)

const patternsOf = ({ summary }: Pick<Look, 'summary'>, { errors, readTimeoutMs }: ReadInputsOptions): Patterns =>
  findPatterns(summary, { errors: errors === undefined ? undefined : new ErrorEvidence(errors), readTimeoutMs })
