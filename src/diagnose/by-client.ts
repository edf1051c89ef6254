import type { SampledHandshake } from '../aggregate/handshake-sample.ts'

/** Sampled sessions with a known start, by a key, each list in the order of starts. */
export const startsBy = (rows: readonly SampledHandshake[], keyOf: (one: SampledHandshake) => string): Map<string, SampledHandshake[]> => {
  const groups = new Map<string, SampledHandshake[]>()
  for (const one of rows) {
    if (Number.isNaN(one.durationMs)) continue
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  for (const group of groups.values()) group.sort((a, b) => a.startedAtMs - b.startedAtMs)
  return groups
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
