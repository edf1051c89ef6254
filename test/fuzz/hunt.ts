import { Seeded } from '../helpers/seeded.ts'
import type { Target } from './target.ts'
import type { Watchdog } from './watchdog.ts'

/** An input that breaks a promise, as small as it could be made. */
export class Fault extends Error {}

/** Inputs that are tried to make one smaller, and for how long, ms. */
const MAX_TRIES = 3000
const MAX_SHRINKING_MS = 20_000

export interface Tried {
  readonly cases: number
  /** The case that took longest, ms. */
  readonly slowest: { readonly seed: number; readonly ms: number }
}

export interface Hunt {
  /** Cases with the seeds from this one on. */
  readonly fromSeed: number
  readonly cases: number
  /** ms since the epoch; no case begins after it. */
  readonly untilMs: number
  readonly watchdog: Watchdog
  readonly now: () => number
}

/**
 * Tries a target: each seed makes one case, whatever was tried before, so that any of them can be had again alone.
 * @throws Fault at the first one that breaks its promise
 */
export const hunt = async (target: Target, { fromSeed, cases, untilMs, watchdog, now }: Hunt): Promise<Tried> => {
  let slowest = { seed: fromSeed, ms: 0 }
  let tried = 0
  for (let seed = fromSeed; tried < cases && now() < untilMs; seed++, tried++) {
    const input = target.make(seededFor(target.name, seed))
    const startMs = now()
    watchdog.begin(target.name, seed)
    const wrong = await wrongWith(target, input)
    watchdog.end()
    if (wrong !== undefined) throw await faultOf(target, { seed, input, wrong, watchdog, now })
    const ms = now() - startMs
    if (ms > slowest.ms) slowest = { seed, ms }
  }
  return { cases: tried, slowest }
}

const seededFor = (name: string, seed: number): Seeded => new Seeded([...name].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x0100_0193), seed ^ 0x811c_9dc5))

const wrongWith = async (target: Target, input: unknown): Promise<string | undefined> => {
  try {
    return await target.check(input)
  } catch (error) {
    return `throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

interface Found extends Pick<Hunt, 'watchdog' | 'now'> {
  readonly seed: number
  readonly input: unknown
  readonly wrong: string
}

const faultOf = async (target: Target, { seed, input, wrong, watchdog, now }: Found): Promise<Fault> => {
  const untilMs = now() + MAX_SHRINKING_MS
  let [least, said] = [input, wrong]
  let left = MAX_TRIES
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false
    for (const candidate of target.smaller(least)) {
      if (left-- <= 0 || now() > untilMs) break
      watchdog.begin(target.name, seed)
      const why = await wrongWith(target, candidate)
      watchdog.end()
      if (why === undefined) continue
      ;[least, said] = [candidate, why]
      isSmaller = true
      break
    }
  }
  return new Fault(`${target.name}, seed ${seed}: ${said}\nwith ${shown(least)}\n${againWith(target.name, seed)}`)
}

const shown = (input: unknown): string => JSON.stringify(input, (_, value: unknown) => (Buffer.isBuffer(value) ? value.toString('latin1') : value), 1)

/** How to have one case again. */
export const againWith = (name: string, seed: number | string): string => `Again: WSLOG_FUZZ_TARGET=${name} WSLOG_FUZZ_SEED=${seed} npm run fuzz`
