import type { SampledHandshake } from '../aggregate/handshake-sample.ts'

/** Where nginx lines belong; a location is named by what {@link locationOf} gives. */
export type NginxContext = 'the main context' | 'the events block' | 'http' | 'the server' | `the location of ${string}`

/** Lines to paste, each group under a comment that says where. */
export const nginxLines = (...groups: readonly { readonly into: NginxContext; readonly lines: readonly string[] }[]): string =>
  groups.map(({ into, lines }) => [`# in ${into}`, ...lines].join('\n')).join('\n')

const PLACEHOLDER = '/ws/'
/** Paths are what clients send: only harmless ones get into lines that people paste. */
const HARMLESS = /^\/[\w./-]{0,40}$/

/** The location that most of them asked for, by the first part of its path. */
export const locationOf = (rows: readonly Pick<SampledHandshake, 'path'>[]): `the location of ${string}` => {
  const counts = new Map<string, number>()
  for (const { path } of rows) {
    const [bare] = path.split('?', 1)
    const place = /^\/[^/]*\//.exec(bare!)?.[0] ?? bare!
    if (HARMLESS.test(place)) counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return `the location of ${most?.[0] ?? PLACEHOLDER}`
}
