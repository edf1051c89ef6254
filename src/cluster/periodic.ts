import type { SampledHandshake } from '../aggregate/handshake-sample.ts'

const MIN_GAPS = 5
/** A sample leaves some out: then the time between two is a multiple of the period, this near to it as a share of it. */
const TOLERANCE = 0.1
/** Of times that come by chance, a fifth are so near. */
const MIN_EVEN = 0.7
/** Where times are whole seconds, short gaps are multiples of a second anyway. */
const MIN_PERIOD_MS = 4500
/** Whoever is cut and comes back at once begins once in a lifetime of a session, and a little. */
const RECONNECT_FROM = 0.98
const RECONNECT_TO = 1.15

/**
 * Whether sessions of one age begin at even times, all together or those of each address: then a checker made them,
 * which leaves when it likes, and not a timer.
 */
export const isPeriodic = (members: readonly SampledHandshake[]): boolean => {
  if (isEven(members)) return true
  const byClient = new Map<string, SampledHandshake[]>()
  for (const one of members) {
    const own = byClient.get(one.client)
    if (own === undefined) byClient.set(one.client, [one])
    else own.push(one)
  }
  let even = 0
  for (const own of byClient.values()) if (isEven(own)) even += own.length
  return even > members.length / 2
}

const isEven = (sessions: readonly SampledHandshake[]): boolean => {
  if (sessions.length <= MIN_GAPS) return false
  const starts = sessions.map(({ startedAtMs }) => startedAtMs).sort((a, b) => a - b)
  const gaps = starts.slice(1).map((start, index) => start - starts[index]!).sort((a, b) => a - b)
  const period = gaps[Math.floor(gaps.length / 5)]!
  const ageMs = sessions[0]!.durationMs
  if (period < MIN_PERIOD_MS || (period >= ageMs * RECONNECT_FROM && period <= ageMs * RECONNECT_TO)) return false
  const even = gaps.filter((gap) => Math.abs(gap / period - Math.round(gap / period)) <= TOLERANCE).length
  return even >= gaps.length * MIN_EVEN
}
