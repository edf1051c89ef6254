import type { ErrorRecord } from '../error-log/record.ts'
import { QUESTION, SLASH, SPACE } from '../log-format/chars.ts'
import { placeOf } from './place.ts'

/** A path as clients asked for it, and as the backend was asked for it. */
export interface Rewrite {
  /** First ones seen. */
  readonly from: string
  readonly to: string
  count: number
}

/** State in JSON: a row a place. */
export type RewritesJson = readonly (readonly [place: string, from: string, to: string, count: number])[]

/** Places kept: a configuration has a few dozen locations, a scanner any number of paths. */
const MAX_PLACES = 256
/** Longer paths are compared no further: one end is enough to see that they differ. */
const MAX_PATH = 512

/**
 * Where nginx asks the backend for another path than the client asked for: error entries name both. By place, so
 * that ids in paths do not count as places of their own.
 */
export class Rewrites {
  readonly #byPlace = new Map<string, Rewrite>()

  get size(): number {
    return this.#byPlace.size
  }

  add({ bytes, requestFrom, requestTo, upstreamFrom, upstreamTo, isCut }: ErrorRecord): void {
    if (isCut || requestTo === requestFrom || upstreamTo === upstreamFrom || isPassedOn({ bytes, requestFrom, requestTo, upstreamFrom, upstreamTo })) return
    const from = pathOfRequest(bytes.toString('latin1', requestFrom, Math.min(requestTo, requestFrom + MAX_PATH)))
    const to = pathOfUpstream(bytes.toString('latin1', upstreamFrom, Math.min(upstreamTo, upstreamFrom + MAX_PATH)))
    if (from === undefined || to === undefined || from === to) return
    this.#count(placeOf(from), { from, to, count: 1 })
  }

  /** Adds another's: of a place that both know, this one's paths stay. */
  merge(other: Rewrites): void {
    for (const [place, rewrite] of other.#byPlace) this.#count(place, rewrite)
  }

  toJSON(): RewritesJson {
    return Array.from(this.#byPlace, ([place, { from, to, count }]) => [place, from, to, count])
  }

  static fromJSON(json: RewritesJson): Rewrites {
    const rewrites = new Rewrites()
    for (const [place, from, to, count] of json) rewrites.#count(place, { from, to, count })
    return rewrites
  }

  #count(place: string, { from, to, count }: Rewrite): void {
    const known = this.#byPlace.get(place)
    if (known !== undefined) known.count += count
    else if (this.#byPlace.size < MAX_PLACES) this.#byPlace.set(place, { from, to, count })
  }

  /** Of a place; undefined where no rewriting was seen. */
  of(place: string): Rewrite | undefined {
    return this.#byPlace.get(place)
  }
}

/** Whether request and upstream name the same path, as they nearly always do: told without making texts of them. */
const isPassedOn = ({ bytes, requestFrom, requestTo, upstreamFrom, upstreamTo }: Pick<ErrorRecord, 'bytes' | 'requestFrom' | 'requestTo' | 'upstreamFrom' | 'upstreamTo'>): boolean => {
  let from = requestFrom
  while (from < requestTo && bytes[from] !== SPACE) from++
  from++
  // The third slash of `http://10.0.0.1:80/ws`.
  let to = upstreamFrom
  for (let slashes = 0; to < upstreamTo; to++) if (bytes[to] === SLASH && ++slashes === 3) break
  for (; from < requestTo && to < upstreamTo; from++, to++) {
    const char = bytes[from]
    if (char !== bytes[to]) return false
    if (char === QUESTION) return true
  }
  return to === upstreamTo && (from === requestTo || bytes[from] === SPACE || bytes[from] === QUESTION)
}

/** `GET /ws?a=1 HTTP/1.1` asks for `/ws`. What is escaped is decoded by nginx on the way: not comparable. */
const pathOfRequest = (request: string): string | undefined => {
  const path = request.split(' ', 2)[1]?.split('?', 1)[0]
  return path?.startsWith('/') === true && !path.includes('%') && !path.includes('//') ? path : undefined
}

/** `http://10.0.0.1:80/ws?a=1` is asked for `/ws`, `http://unix:/p.sock:/ws` too. */
const pathOfUpstream = (upstream: string): string | undefined => {
  const text = upstream.slice(upstream.indexOf('://') + 3)
  const rest = text.startsWith('unix:') ? text.slice(text.indexOf(':', 5) + 1) : text.slice(text.indexOf('/'))
  return rest.startsWith('/') && !rest.includes('%') ? rest.split('?', 1)[0] : undefined
}
