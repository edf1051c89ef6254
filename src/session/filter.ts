import { WslogError } from '../errors.ts'
import { cidrMatcher } from './address.ts'

/** Which lines are kept, as plain data. Every list: any of its patterns will do; empty: all are kept. */
export interface Filters {
  /** `[sinceMs, untilMs)` of the moment a line was written, ms since the epoch; infinite when open. */
  readonly sinceMs: number
  readonly untilMs: number
  /** {@link textTest} patterns. */
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
  readonly upstreams: readonly string[]
  /** {@link clientTest} patterns. */
  readonly clients: readonly string[]
}

export type TextTest = (text: string) => boolean

export const NO_FILTERS: Filters = { sinceMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY, paths: [], hosts: [], upstreams: [], clients: [] }

/** A prefix, or, with a `*` in it, a glob over the whole text in which `*` is any text. */
export const textTest = (pattern: string): TextTest => {
  if (!pattern.includes('*')) return (text) => text.startsWith(pattern)
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  const glob = new RegExp(`^${escaped.join('[^]*')}$`)
  return (text) => glob.test(text)
}

/** {@link textTest}, and for a client also an address or a network in CIDR form. */
export const clientTest = (pattern: string): TextTest => {
  const cidr = cidrMatcher(pattern)
  if (cidr !== undefined) return cidr
  if (pattern.includes('/')) {
    throw new WslogError('usage', `--client ${pattern}: not a network; write an address, a prefix (10.1.), a glob (10.*) or CIDR (10.0.0.0/8, 2001:db8::/32)`)
  }
  return textTest(pattern)
}

/** One test for a list of patterns: any will do, none keeps all. */
export const anyTest = (patterns: readonly string[], testOf: (pattern: string) => TextTest): TextTest => {
  const tests = patterns.map(testOf)
  return (text) => tests.length === 0 || tests.some((test) => test(text))
}
