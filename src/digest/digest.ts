import { Summary, type SummaryJson } from '../aggregate/summary.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import type { Loss } from '../session/losses.ts'
import { ErrorDigest, type ErrorDigestJson } from './error-digest.ts'
import { type AccessLogRead, accessLogFromJson, accessLogToJson, joinAccessLogs, type LineExample } from './logs-read.ts'

/** State in JSON. */
export interface DigestJson {
  readonly summary: SummaryJson
  readonly logs: readonly ReturnType<typeof accessLogToJson>[]
  readonly examples: readonly LineExample[]
  readonly rule: { readonly ownLogs: readonly string[]; readonly isNamed: boolean; readonly prefixes: readonly string[] }
  readonly errors: ErrorDigestJson | null
  readonly losses: readonly Loss[]
}

/** Lines that are shown. */
const MAX_EXAMPLES = 12

/**
 * Everything that a report says, of a stretch of logs, in fixed memory: a monoid, so that hours become days, days a
 * month, and several servers one. Sessions in the sample of its summary are counted with the verdict that their own lines give,
 * and so is what the sample holds: what many sessions have in common is known only when all are together, and is said
 * of each one then. Sessions beyond the sample have the verdict of the time when they were read.
 */
export class Digest {
  readonly summary: Summary
  logs: readonly AccessLogRead[]
  examples: readonly LineExample[]
  rule: HandshakeRule
  /** Undefined: there was no error log. */
  errors: ErrorDigest | undefined
  /** Sessions that ended without a line, where markers told of their beginning. */
  losses: readonly Loss[]

  constructor({ summary, logs, examples, rule, errors, losses }: Pick<Digest, 'summary' | 'logs' | 'examples' | 'rule' | 'errors' | 'losses'>) {
    this.summary = summary
    this.logs = logs
    this.examples = examples
    this.rule = rule
    this.errors = errors
    this.losses = losses
  }

  static empty(): Digest {
    return new Digest({ summary: new Summary(), logs: [], examples: [], rule: { ownLogs: new Set(), isNamed: false, prefixes: new Set() }, errors: undefined, losses: [] })
  }

  /** Another, as if it were added to an empty one, without a copy of its summary: it is not to be used any more. */
  static from(other: Digest): Digest {
    const digest = new Digest({ ...Digest.empty(), summary: other.summary })
    digest.#mergeRest(other)
    return digest
  }

  /** Adds another. */
  merge(other: Digest): void {
    this.summary.merge(other.summary)
    this.#mergeRest(other)
  }

  #mergeRest(other: Digest): void {
    this.logs = joinAccessLogs([...this.logs, ...other.logs])
    this.examples = [...this.examples, ...other.examples].slice(0, MAX_EXAMPLES)
    this.rule = { ownLogs: new Set([...this.rule.ownLogs, ...other.rule.ownLogs]), isNamed: this.rule.isNamed || other.rule.isNamed, prefixes: new Set([...this.rule.prefixes, ...other.rule.prefixes]) }
    this.#mergeErrors(other)
    this.losses = [...this.losses, ...other.losses].sort((a, b) => a.atMs - b.atMs)
  }

  /** Adds of another what patterns are found in, and nothing else. */
  mergeEnds(other: Digest): void {
    this.summary.mergeEnds(other.summary)
    this.#mergeErrors(other)
  }

  #mergeErrors({ errors }: Digest): void {
    if (this.errors === undefined) this.errors = errors === undefined ? undefined : ErrorDigest.fromJSON(errors.toJSON())
    else if (errors !== undefined) this.errors.merge(errors)
  }

  toJSON(): DigestJson {
    const { ownLogs, isNamed, prefixes } = this.rule
    return {
      summary: this.summary.toJSON(), logs: this.logs.map(accessLogToJson), examples: this.examples,
      rule: { ownLogs: [...ownLogs].sort(), isNamed, prefixes: [...prefixes].sort() }, errors: this.errors?.toJSON() ?? null, losses: this.losses,
    }
  }

  static fromJSON({ summary, logs, examples, rule, errors, losses }: DigestJson): Digest {
    return new Digest({
      summary: Summary.fromJSON(summary), logs: logs.map(accessLogFromJson), examples,
      rule: { ownLogs: new Set(rule.ownLogs), isNamed: rule.isNamed, prefixes: new Set(rule.prefixes) }, errors: errors === null ? undefined : ErrorDigest.fromJSON(errors), losses,
    })
  }
}
