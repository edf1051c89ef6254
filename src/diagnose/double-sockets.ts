import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import { startsBy } from './by-client.ts'
import { shareOfSessions } from './endings.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, percent } from './wording.ts'

/** Two sockets of one start, to the same path; without milliseconds in the log a start is known to a second. */
const TOGETHER_MS = 1500
/** So many times a client has to do so, out of nearly all: users behind one address meet by chance only. */
const MIN_STARTS = 3
const NEARLY_ALWAYS = 0.8
const MIN_SHARE = 0.05
const MIN_SESSIONS = 20
/** Where one of the two ends so soon again, it was never wanted. */
const WASTED_MS = 5000
const WASTED_SHARE = 0.5

/** Clients open two sockets where one would do. Only where every session is at hand: a sample parts the pairs. */
export const doubleSockets: Rule = (facts) => {
  const { sessionSample: sample } = facts.summary
  if (sample.share < 1) return undefined
  const pairs = [...startsBy(sample.rows.filter(({ client }) => client !== ''), ({ client, path }) => `${client} ${path}`).values()].map(startsOf).filter(isDoubling)
  const doubles = pairs.flat().filter((start) => start.length === 2)
  const sessions = doubles.length
  const share = shareOfSessions(facts, sessions)
  if (sessions < MIN_SESSIONS || share < MIN_SHARE) return undefined
  const wasted = doubles.filter((start) => start.some(({ durationMs }) => durationMs <= WASTED_MS) && start.some(({ durationMs }) => durationMs > WASTED_MS)).length
  const isWaste = wasted >= sessions * WASTED_SHARE
  return {
    code: 'double-sockets',
    severity: isWaste ? 'warning' : 'info',
    layer: 'client',
    title: `${counted(pairs.length, 'client')} open${pairs.length === 1 ? 's' : ''} two sockets at a time to the same path`,
    detail: `${counted(sessions, 'time')} a second socket followed within ${TOGETHER_MS / 1000} s: ${percent(share)} of all sessions may be one too many.${wasted > 0 ? ` ${counted(wasted, 'time')} one of the two ended within ${WASTED_MS / 1000} s while the other stayed.` : ''}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { clients: pairs.length, doubles: sessions, oneEndedSoon: wasted },
    fix: { text: 'Look whether the client connects twice: an effect that runs twice, a reconnect timer beside the reconnect of the library, an onclose and an onerror handler that both reconnect. Two tabs of one user look the same.', nginx: '' },
    source: 'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
  }
}

/** Sessions that began together. */
const startsOf = (rows: readonly SampledHandshake[]): SampledHandshake[][] => {
  const starts: SampledHandshake[][] = []
  for (const one of rows) {
    const last = starts.at(-1)
    if (last !== undefined && one.startedAtMs - last[0]!.startedAtMs <= TOGETHER_MS) last.push(one)
    else starts.push([one])
  }
  return starts
}

const isDoubling = (starts: readonly (readonly SampledHandshake[])[]): boolean => starts.length >= MIN_STARTS && starts.filter((start) => start.length === 2).length >= starts.length * NEARLY_ALWAYS
