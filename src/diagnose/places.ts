import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import { placeOf } from '../session/place.ts'
import type { Facts } from './rule.ts'

const KEYS = 2 ** 32
/** Of what several rules ask about the same facts, each is found once. */
const once = <T extends object>(find: (facts: Facts) => T): ((facts: Facts) => T) => {
  const known = new WeakMap<Facts, T>()
  return (facts) => {
    let found = known.get(facts)
    if (found === undefined) known.set(facts, (found = find(facts)))
    return found
  }
}

/** Sessions and failures in one proportion: the two samples, thinned to the smaller share of both. `share`: of all, 0..1. */
export const handshakesOf = once(({ summary: { sessionSample, failureSample } }): { readonly rows: readonly SampledHandshake[]; readonly share: number } => {
  const share = Math.min(sessionSample.share, failureSample.share)
  return { rows: [...sessionSample.rows, ...failureSample.rows].filter(({ key }) => key < share * KEYS), share }
})

/** {@link placeOf} of the paths of samples, which come again and again. */
export const placesOf = once((): ((path: string) => string) => {
  const places = new Map<string, string>()
  return (path) => {
    let place = places.get(path)
    if (place === undefined) places.set(path, (place = placeOf(path)))
    return place
  }
})

/** Handshakes at one host and place, or in its folder. */
interface Counts {
  sessions: number
  failed: number
}

/** A place works when so many of its handshakes succeed: then its headers pass, and a failure has another reason. */
const WORKING_SHARE = 0.1

/** Tells where handshakes succeed: by host and place, or where the place's folder is not the root, by that. */
export const workingPlaces = once((facts): ((row: SampledHandshake) => boolean) => {
  const placeOf = placesOf(facts)
  const places = new Map<string, Counts>()
  const count = (key: string, isSession: boolean): void => {
    const counts = places.get(key) ?? { sessions: 0, failed: 0 }
    places.set(key, counts)
    if (isSession) counts.sessions++
    else counts.failed++
  }
  for (const row of handshakesOf(facts).rows) for (const key of keysOf(row, placeOf)) count(key, row.status === 101)
  return (row) => keysOf(row, placeOf).some((key) => {
    const { sessions, failed } = places.get(key) ?? { sessions: 0, failed: 0 }
    return sessions > 0 && sessions >= (sessions + failed) * WORKING_SHARE
  })
})

const keysOf = ({ host, path }: SampledHandshake, placeOf: (path: string) => string): string[] => {
  const place = placeOf(path)
  const folder = place.slice(0, place.lastIndexOf('/') + 1)
  return [`${host} ${place}`, ...(folder.length > 1 ? [`${host} ${folder}`] : [])]
}
