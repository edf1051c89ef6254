import type { HandshakeSample } from '../aggregate/handshake-sample.ts'
import { ErrorEvidence } from '../cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../cluster/patterns.ts'
import { type HandshakeRule, isSameRule, WORDS_ONLY } from '../session/handshake-rule.ts'
import type { PartsListener } from './announcing.ts'
import { changedLogs } from './changed-logs.ts'
import { type Look, readOnce, type ReadOnceOptions } from './read-once.ts'
import { ruleOfSamples } from './rule-of-logs.ts'

export interface ReadInputsOptions extends ReadOnceOptions {
  /** `--read-timeout`, ms; undefined: not known. */
  readonly readTimeoutMs: number | undefined
  /** Hears of every handshake, with its final verdict. */
  readonly listener?: PartsListener | undefined
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
  const canReadAgain = options.inputs.every(({ source }) => source.canReadAgain)
  const isNamed = options.filters.paths.length > 0
  let rule: HandshakeRule = isNamed ? { ...WORDS_ONLY, isNamed } : firstRule(options)
  // Patterns name a cause where something beside the ages speaks for it; else remembering costs more than it saves.
  const isRemembered = options.errors !== undefined || options.readTimeoutMs !== undefined
  let read = await readOnce(options, { rule, isRemembered })
  if (canReadAgain && !isNamed && !isSameRule(read.ruleOfAll, rule) && !options.signal.aborted) {
    rule = read.ruleOfAll
    read.remembering?.forget()
    read = await readOnce(options, { rule, isRemembered })
  }
  read.summary.findMoments()
  const patterns = patternsOf(read, options)
  const whole = { ...read, patterns, own: read.summary.sessionSample.copy() }
  if (!canReadAgain || options.signal.aborted) return whole
  if (options.listener !== undefined) return { ...whole, ...(await readOnce(options, { rule, patterns, listener: options.listener })) }
  if (!patterns.isSaying) return whole
  const remembered = read.remembering?.differenceBy(patterns)
  read.remembering?.forget()
  if (remembered !== undefined) read.summary.merge(remembered)
  else {
    const again = await readOnce(options, { rule, patterns, isSecondLook: true })
    const changed = options.signal.aborted ? [] : changedLogs(read, again)
    if (changed.length > 0) return { ...whole, failures: [...read.failures, ...changed.filter(({ path }) => !read.failures.some((one) => one.path === path))] }
    read.summary.merge(again.summary)
  }
  read.summary.sessionSample.relabel((one) => (one.isExplained ? undefined : patterns.judge(one, one).verdict))
  return whole
}

/** The rule that the samples call for. */
export const firstRule = (options: ReadOnceOptions): HandshakeRule => ruleOfSamples(options.inputs.map(({ source: { path, sample }, detection }) => ({ path, sample, detection })), options)

const patternsOf = ({ summary }: Pick<Look, 'summary'>, { errors, readTimeoutMs }: ReadInputsOptions): Patterns =>
  findPatterns(summary, { errors: errors === undefined ? undefined : new ErrorEvidence(errors), readTimeoutMs })
