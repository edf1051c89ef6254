import { isDeepStrictEqual } from 'node:util'

/** Fields of a report that may differ between a kept month and one that is read at once, and why. All others must be equal. */
const MAY_DIFFER: readonly { readonly field: RegExp; readonly why: string }[] = [
  { field: /^generatedAt$/, why: 'the clock' },
  { field: /^inputs(\.|$)/, why: 'the files have other names, and those of a month ago are gone' },
  { field: /^lines\.examples(\.|$)/, why: 'the first that were met, under the names that the files had then' },
]

const MISSING = Symbol('missing')

/** Every value by its path; minutes by their time, so that one which is missing does not move all others. */
const flatten = (value: unknown, path: string, into: Map<string, unknown>): Map<string, unknown> => {
  if (value === null || typeof value !== 'object') return into.set(path, value)
  const entries = Object.entries(value)
  // So that an array which is empty on one side only is seen, too.
  into.set(path === '' ? '()' : `${path}()`, Array.isArray(value) ? value.length : 'object')
  for (const [key, held] of entries) {
    const name = (held as { minute?: string } | null)?.minute ?? key
    flatten(held, path === '' ? name : `${path}.${name}`, into)
  }
  return into
}

const isReport = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

const show = (value: unknown): string => (value === MISSING ? 'nothing' : JSON.stringify(value))

/** Each field in which two reports differ, with both values: `sessions.count: kept 7, whole 8`. */
export const differences = (kept: unknown, whole: unknown, mayDiffer: readonly { readonly field: RegExp }[] = MAY_DIFFER): string[] => {
  // Weeks of minutes that are the same, nearly always, need no names.
  const isSame = (key: string): boolean => isDeepStrictEqual((kept as Record<string, unknown>)[key], (whole as Record<string, unknown>)[key])
  const rest = (value: unknown): unknown => (isReport(kept) && isReport(whole) ? Object.fromEntries(Object.entries(value as object).filter(([key]) => !(key in kept && key in whole && isSame(key)))) : value)
  const left = flatten(rest(kept), '', new Map())
  const right = flatten(rest(whole), '', new Map())
  const found: string[] = []
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.has(path) ? left.get(path) : MISSING, right.has(path) ? right.get(path) : MISSING]
    if (!Object.is(a, b) && !mayDiffer.some(({ field }) => field.test(path.replace(/\(\)$/, '')))) found.push(`${path}: kept ${show(a)}, whole ${show(b)}`)
  }
  return found
}

/** The first of them, and how many more there are in which part. */
export const summarized = (all: readonly string[], most = 60): string => {
  const more = new Map<string, number>()
  for (const line of all.slice(most)) {
    const part = line.split(/[.:(]/, 1)[0]!
    more.set(part, (more.get(part) ?? 0) + 1)
  }
  return [...all.slice(0, most), ...[...more].map(([part, count]) => `… and ${count} more in ${part}`)].join('\n')
}
