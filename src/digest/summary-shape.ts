import { AGE_CLASSES } from '../aggregate/ages.ts'
import type { LogHistogramJson } from '../aggregate/log-histogram.ts'
import type { RankingJson } from '../aggregate/ranking.ts'
import { RANKED_FIELDS } from '../session/session.ts'
import { Summary, type SummaryJson } from '../aggregate/summary.ts'
import { HANDSHAKE_CAUSES, isFault, LAYER_OF, SESSION_CAUSES } from '../cause/cause.ts'
import { Protocol } from '../session/protocol.ts'
import { both, count, either, fields, flag, list, numeric, oneOf, orAbsent, orNull, type Shape, sum, text, time, tuple, where, whole } from './shape.ts'

/** Of what has a fixed capacity, more than a summary ever holds. */
const MANY = 1 << 17
const MINUTES = 60
const SECONDS = 3600
const MAX_HOURS = 10_000
const MAX_MOMENTS = 4096
const MAX_UPSTREAMS_OF_MOMENT = 64
const MAX_SAMPLE = (1 << 14) - 1
const KEYS = 2 ** 32
const CONFIDENCES = ['confirmed', 'likely', 'guess']

const confidence = oneOf(CONFIDENCES)
const layer = oneOf(Object.values(LAYER_OF))
const status = whole(0, 999)
const hour = whole(-2_400_000_000, 2_400_000_000)
const second = whole(-8.64e12, 8.64e12)

const sessionCause = oneOf(SESSION_CAUSES)
const isOwnLayer = where<{ cause: keyof typeof LAYER_OF; layer: string }>('with the layer of its cause', (value) => LAYER_OF[value.cause] === value.layer)

const pairs = (first: Shape, other: Shape, { atMost }: { readonly atMost: number }): Shape => (value, at) => {
  list(() => {}, { atMost: atMost * 2 })(value, at)
  const cells = value as readonly unknown[]
  where('in pairs', () => cells.length % 2 === 0)(value, at)
  cells.forEach((cell, index) => (index % 2 === 0 ? first : other)(cell, `${at}[${index}]`))
}

/** The last cell is that of the largest whole number. */
const histogram = (bits: number): Shape => {
  const cells = (54 - bits) * 2 ** bits
  return both(
    fields({ bits: oneOf([bits]), min: sum, max: sum, sum, cells: pairs(whole(0, cells - 1), count, { atMost: cells }) }),
    where<LogHistogramJson>('a histogram with its least first', ({ min, max }) => min <= max),
  )
}

const countOf = ({ cells }: LogHistogramJson): number => cells.reduce((total, cell, index) => total + (index % 2 === 0 ? 0 : cell), 0)

const minutes = list(count, { atMost: MINUTES })
const column = both(minutes, where<readonly number[]>('of 60 minutes', ({ length }) => length === MINUTES))

const causesOfHour: Shape = (value, at) => {
  list((row, place) => {
    list(() => {}, { atMost: 2 + MINUTES * 2 })(row, place)
    const [cause, how, ...cells] = row as readonly unknown[]
    sessionCause(cause, `${place}[0]`)
    confidence(how, `${place}[1]`)
    pairs(whole(0, MINUTES - 1), count, { atMost: MINUTES })(cells, place)
  }, { atMost: SESSION_CAUSES.length * CONFIDENCES.length })(value, at)
}

const timeline = fields({
  unplaced: count,
  hours: list(fields({
    hour, attempts: column, succeeded: column, drops: column, faults: column, causes: causesOfHour,
    changes: pairs(whole(0, SECONDS - 1), whole(-(2 ** 31), 2 ** 31 - 1), { atMost: SECONDS }),
  }), { atMost: MAX_HOURS }),
})

const sampled = (verdict: readonly Shape[]): Shape => fields({
  limit: whole(1, KEYS),
  rows: list(either((row) => Array.isArray(row) && row.length === FIELDS_BEFORE_USER_AGENT, { ifSo: tuple(sampledRow(verdict)), ifNot: tuple([...sampledRow(verdict), text]) }), { atMost: MAX_SAMPLE }),
})

const sampledRow = (verdict: readonly Shape[]): readonly Shape[] => [
  whole(0, KEYS - 1), status, time, time, orNull(numeric(0, Number.MAX_SAFE_INTEGER)), whole(-1, Number.MAX_SAFE_INTEGER), text, text, text, text,
  whole(0, 1 << 20), orNull(flag), ...verdict, confidence, flag,
]
/** Rows of a sample that was written when user agents were not counted. */
const FIELDS_BEFORE_USER_AGENT = 16

type Sample = SummaryJson['sessionSample']
const isOfSessions = where<Sample>('a sample of sessions', ({ rows }) => rows.every((row) => LAYER_OF[row[12] as keyof typeof LAYER_OF] === row[13]))
/** What a sample that has let nothing go holds is all there is. */
const isWhole = ({ limit, rows }: Sample, handshakes: number): boolean => limit < KEYS ? rows.length <= handshakes : rows.length === handshakes

const moments = list(tuple([second, count, numeric(0, Number.MAX_VALUE), sum, sum, list(tuple([text, count]), { atMost: MAX_UPSTREAMS_OF_MOMENT * 64 })]), { atMost: MAX_MOMENTS * 2 })

const MORE_THAN_ALL = 'with no more faults than sessions, and no more of these than attempts'

/** As large as those of a summary are: a list a field, or, as they were written first, an object a row. */
const rankings = (): Shape => {
  const { rankings: own } = new Summary()
  return fields(Object.fromEntries(RANKED_FIELDS.map((field) => {
    const head = { capacity: whole(1, own[field].capacity), error: count, threshold: count }
    const atMost = own[field].capacity * 2 + 1
    const ofLists = both(
      fields({ ...head, labels: list(text, { atMost }), attempts: list(count, { atMost }), sessions: list(count, { atMost }), faults: list(count, { atMost }), durationsMs: list(tuple([whole(0, atMost), histogram(6)]), { atMost }) }),
      where<RankingJson>('with lists of one length', ({ labels: { length }, attempts, sessions, faults, durationsMs }) => attempts.length === length && sessions.length === length && faults.length === length && durationsMs.every(([row]) => row < length)),
      where<RankingJson>(MORE_THAN_ALL, ({ attempts, sessions, faults }) => attempts.every((all, row) => faults[row]! <= sessions[row]! && sessions[row]! <= all)),
    )
    const ofRows = fields({
      ...head,
      rows: list(both(
        fields({ label: text, attempts: count, sessions: count, faults: count, durationsMs: orNull(histogram(6)) }),
        where<{ attempts: number; sessions: number; faults: number }>(MORE_THAN_ALL, (row) => row.faults <= row.sessions && row.sessions <= row.attempts),
      ), { atMost }),
    })
    const shape = either((value) => typeof value === 'object' && value !== null && Object.hasOwn(value, 'rows'), { ifSo: ofRows, ifNot: ofLists })
    return [field, field === 'userAgents' ? orAbsent(shape) : shape]
  })))
}

const shape = fields({
  fromMs: orNull(time), toMs: orNull(time),
  plainRequests: sum, pollingRequests: sum, sessions: count, quietSessions: count, sessionsWithoutBytes: count, sessionsWithoutDuration: count,
  byStatus: list(tuple([status, count]), { atMost: 1000 }),
  failuresByProtocol: list(tuple([oneOf(Object.values(Protocol)), count]), { atMost: 16 }),
  failures: list(fields({ cause: oneOf(HANDSHAKE_CAUSES), layer, confidence, status, count }), { atMost: MANY }),
  endings: list(both(fields({ cause: sessionCause, layer, confidence, count }), isOwnLayer), { atMost: SESSION_CAUSES.length * CONFIDENCES.length }),
  bytesToClient: histogram(7),
  ages: fields(Object.fromEntries(AGE_CLASSES.map((name) => [name, histogram(13)]))),
  moments,
  sessionSample: both(sampled([sessionCause, layer]), isOfSessions),
  failureSample: sampled([oneOf(HANDSHAKE_CAUSES), layer]),
  timeline,
  census: fields({ switchedPaths: list(tuple([text, sum]), { atMost: MANY }), plainFolders: list(tuple([text, sum]), { atMost: MANY }) }),
  rankings: rankings(),
})

const total = (rows: readonly { readonly count: number }[]): number => rows.reduce((all, row) => all + row.count, 0)
const ofPairs = (rows: readonly (readonly [unknown, number])[]): number => rows.reduce((all, [, times]) => all + times, 0)

/** What says the same thing twice has to agree. */
const agrees = [
  where<SummaryJson>('with both ends of its time', ({ fromMs, toMs }) => (fromMs === null) === (toMs === null) && (fromMs ?? 0) <= (toMs ?? 0)),
  where<SummaryJson>('with endings that add up to its sessions', ({ endings, sessions }) => total(endings) === sessions),
  where<SummaryJson>('with durations of its sessions', ({ ages, sessions, sessionsWithoutDuration }) => AGE_CLASSES.reduce((all, name) => all + countOf(ages[name]), 0) + sessionsWithoutDuration === sessions),
  where<SummaryJson>('with bytes of its sessions', ({ bytesToClient, sessions, sessionsWithoutBytes }) => countOf(bytesToClient) + sessionsWithoutBytes === sessions),
  where<SummaryJson>('with no more quiet sessions than sessions', ({ quietSessions, sessions }) => quietSessions <= sessions),
  where<SummaryJson>('with failures that add up', ({ failures, byStatus, failuresByProtocol }) => total(failures) === ofPairs(byStatus) && total(failures) === ofPairs(failuresByProtocol)),
  where<SummaryJson>('with a sample of its handshakes', ({ sessionSample, failureSample, sessions, failures }) => isWhole(sessionSample, sessions) && isWhole(failureSample, total(failures))),
  where<SummaryJson>('with a timeline of its sessions', ({ timeline: { hours, unplaced }, sessions, endings }) => {
    const isFaulty = new Set<string>(SESSION_CAUSES.filter(isFault))
    const inAll = (column: 'drops' | 'faults'): number => hours.reduce((all, one) => all + one[column].reduce((a, b) => a + b, 0), 0)
    const faults = total(endings.filter(({ cause }) => isFaulty.has(cause)))
    return unplaced > 0 || (inAll('drops') === sessions && inAll('faults') === faults)
  }),
]

/** What {@link Summary.toJSON} gives. */
export const summaryShape: Shape = both(shape, ...agrees)
