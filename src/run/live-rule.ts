import type { Summary } from '../aggregate/summary.ts'
import { type HandshakeRule, isSameRule, WORDS_ONLY } from '../session/handshake-rule.ts'
import { ruleOfLogs } from './rule-of-logs.ts'

/** Fewer lines take nothing back of what those showed that were looked at before. */
const MIN_LINES = 64

/** Which lines are handshakes, where the format does not say it: a rule that gets better the more lines have come. */
export class LiveRule {
  #rule: HandshakeRule
  readonly #undecided = new Map<string, { lines: number; switched: number }>()
  /** Lines that the rule rests on. */
  #lines = 0

  /** `isNamed`: `--path` says it. */
  constructor({ isNamed }: { readonly isNamed: boolean }) {
    this.#rule = { ...WORDS_ONLY, isNamed }
  }

  get rule(): HandshakeRule {
    return this.#rule
  }

  /** Lines of a log that were read, of a format that does not say it, and those of them with status 101. */
  count(path: string, { lines, switched }: { readonly lines: number; readonly switched: number }): void {
    const known = this.#undecided.get(path) ?? { lines: 0, switched: 0 }
    this.#undecided.set(path, { lines: known.lines + lines, switched: known.switched + switched })
  }

  /** Adds what lines show that are not counted yet. @returns whether that changed the rule. */
  learn(rule: HandshakeRule): boolean {
    return this.#follow(both(this.#rule, rule))
  }

  /** Whether so many more lines have come that they may say something else. */
  get isDue(): boolean {
    if (this.#rule.isNamed) return false
    const lines = this.#countLines()
    return lines > 0 && lines >= this.#lines * 2
  }

  /** Makes the rule anew from all lines so far, which must be settled. @returns whether that changed it. */
  relearn(run: Summary): boolean {
    this.#lines = this.#countLines()
    const rule = ruleOfLogs(Array.from(this.#undecided, ([path, counts]) => ({ path, ...counts })), run)
    return this.#follow(this.#lines < MIN_LINES ? both(this.#rule, rule) : rule)
  }

  #countLines(): number {
    let sum = 0
    for (const { lines } of this.#undecided.values()) sum += lines
    return sum
  }

  #follow(rule: HandshakeRule): boolean {
    if (this.#rule.isNamed || isSameRule(rule, this.#rule)) return false
    this.#rule = rule
    return true
  }
}

const both = (a: HandshakeRule, b: HandshakeRule): HandshakeRule => ({ isNamed: a.isNamed, ownLogs: new Set([...a.ownLogs, ...b.ownLogs]), prefixes: new Set([...a.prefixes, ...b.prefixes]) })
