import type { Seeded } from '../helpers/seeded.ts'
import { INTERESTING } from './interesting.ts'

type Json = unknown
type Container = Record<string | number, Json>

const STRANGE: readonly Json[] = [null, true, false, '', 'x', 0, -1, 0.5, 1, 1e300, -1e300, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 2 ** 53 - 1, 8.64e15, 8.64e15 + 1, -8.64e15, 253402300800000, [], [[]], [null], {}, { a: 1 }, '1970-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', 'Europe/Berlin', 'Nowhere/Nowhere']

/** The text of a document with one to four of its values changed, moved, doubled or gone. */
export const mutatedJson = (random: Seeded, text: string): string => {
  let document = JSON.parse(text) as Json
  for (let left = random.pick([1, 1, 1, 2, 3, 4]); left > 0; left--) document = changed(random, document)
  return JSON.stringify(document)
}

const changed = (random: Seeded, document: Json): Json => {
  let at = document
  for (;;) {
    if (typeof at !== 'object' || at === null) return document
    const keys = Object.keys(at)
    if (keys.length === 0) return document
    const key = random.pick(keys)
    const inner = (at as Container)[key]
    const isDeeper = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && random.next() < 0.9
    if (!isDeeper) {
      change(random, at as Container, { key, inner })
      return document
    }
    at = inner
  }
}

const change = (random: Seeded, holder: Container, { key, inner }: { readonly key: string; readonly inner: Json }): void => {
  switch (random.int(0, 6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      return
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(inner))
      else Object.defineProperty(holder, random.pick(['__proto__', 'constructor', 'x', random.pick(Object.keys(holder))]), { value: structuredClone(inner), enumerable: true, writable: true, configurable: true })
      return
    case 2:
      holder[key] = structuredClone(holder[random.pick(Object.keys(holder))])
      return
    case 3:
      holder[key] = typeof inner === 'number' ? random.pick([inner + 1, inner - 1, -inner, inner * 10, inner / 2, inner * 1e9, random.int(0, 1e6)]) : structuredClone(random.pick(STRANGE))
      return
    case 4:
      holder[key] = typeof inner === 'string' ? random.pick([inner + random.pick(INTERESTING), inner.slice(1), random.pick(INTERESTING)]) : structuredClone(random.pick(STRANGE))
      return
    default:
      holder[key] = structuredClone(random.pick(STRANGE))
  }
}

/** Documents with a value less, from the top down. */
export const smallerJson = function* (text: string): Generator<string> {
  const places: (readonly string[])[] = []
  const walk = (value: Json, place: readonly string[], depth: number): void => {
    if (typeof value !== 'object' || value === null || depth === 0) return
    for (const key of Object.keys(value)) places.push([...place, key])
    for (const [key, inner] of Object.entries(value)) walk(inner, [...place, key], depth - 1)
  }
  walk(JSON.parse(text), [], 5)
  for (const place of places) {
    const document = JSON.parse(text) as Container
    let at = document
    for (const key of place.slice(0, -1)) at = at[key] as Container
    const last = place.at(-1)!
    if (Array.isArray(at)) at.splice(Number(last), 1)
    else delete at[last]
    yield JSON.stringify(document)
  }
}
