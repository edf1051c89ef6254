import { loadKnownFormats } from '../../src/input/formats.ts'
import { DURATION_EDGES_SECONDS } from '../../src/live/duration-edges.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { Tail, type TailOptions } from '../../src/run/tail.ts'

/** A clock that stands still until it is set; ms since the epoch. */
export interface TestClock {
  ms: number
}



const UTC = { name: 'UTC', offsetAt: () => 0 }

/** A tail as the command makes it, on a clock of the test's. */
export const tailOf = async (clock: TestClock, options: Pick<TailOptions, 'files'> & Partial<TailOptions>): Promise<Tail> => {
  const known = await loadKnownFormats()
  return new Tail({
    errorFiles: [], formats: known.map(({ format }) => format), filters: NO_FILTERS, isQueryKept: false, isAnonymized: false, readTimeoutMs: undefined, isFromStart: false,
    zone: undefined, systemZone: UTC, zoneNameOf: (minutes) => (minutes === 0 ? 'UTC' : `UTC${minutes / 60}`), top: 10, edges: DURATION_EDGES_SECONDS, countedFields: [], version: '0.0.0', now: () => clock.ms,
    ...options,
  })
}

/** Reads all that is there. */
export const readAll = (tail: Tail): void => {
  while (tail.read() > 0);
}
