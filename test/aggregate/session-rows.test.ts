import { describe, expect, it } from 'vitest'
import { ageClassOf } from '../../src/aggregate/ages.ts'
import { SessionRows } from '../../src/aggregate/session-rows.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { Kind, oneRow } from '../../src/session/handshake-rows.ts'
import { Protocol } from '../../src/session/protocol.ts'
import type { SessionEvent } from '../../src/session/session.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const VERDICTS = [endingVerdict('closed', 'guess'), endingVerdict('closed', 'likely')] as const
const START_MS = Date.UTC(2026, 10, 21)

const session = (parts: Partial<SessionEvent> = {}): SessionEvent => {
  const endedAtMs = parts.endedAtMs ?? START_MS
  const durationMs = parts.durationMs ?? 60_000
  return {
    endedAtMs, durationMs, startedAtMs: endedAtMs - (durationMs >= 0 ? durationMs : 0), status: 101, bytesToClient: 0, client: 1, host: 2, path: 3, upstream: 4, userAgent: 5, isUpstreamKnown: true, tries: 1,
    isComplete: undefined, verdict: VERDICTS[0], isExplained: false, protocol: Protocol.unknown, cluster: -1, ...parts,
  }
}

const add = (rows: SessionRows, event: SessionEvent): void => rows.addRows(oneRow(Kind.session, event))

/** What patterns look at. */
const told = ({ endedAtMs, startedAtMs, durationMs, bytesToClient, client, host, path, upstream, userAgent, isComplete, verdict }: SessionEvent): unknown =>
  ({ endedAtMs, startedAtMs, durationMs, ageClass: ageClassOf(bytesToClient), client, host, path, upstream, userAgent, isComplete, verdict })

const allOf = (rows: SessionRows): unknown[] => {
  const all: unknown[] = []
  rows.each(() => true, (event) => all.push(told(event)))
  return all
}

const inAnyOrder = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort()

describe('SessionRows', () => {
  it.each([
    ['a usual one', {}],
    ['of no known duration', { durationMs: Number.NaN }],
    ['of 0 ms', { durationMs: 0 }],
    ['of 49 days and more', { durationMs: 2 ** 32 + 5 }],
    ['of the duration that stands for none', { durationMs: 2 ** 32 - 1 }],
    ['of fractions of a millisecond', { durationMs: 0.25 }],
    ['that nginx let linger', { startedAtMs: START_MS - 60_126 }],
    ['for long', { startedAtMs: START_MS - 90_000 }],
    ['shorter than its upstream took', { startedAtMs: START_MS - 59_990 }],
    ['of the last numbers that fit', { client: 131_071, path: 131_071, host: 255, upstream: 255, userAgent: 65_535 }],
    ['of a client that does not fit', { client: 131_072 }],
    ['of a path that does not fit', { path: 131_072 }],
    ['of a host that does not fit', { host: 256 }],
    ['of an upstream that does not fit', { upstream: 256 }],
    ['that nginx let linger a ms too long to fit', { startedAtMs: START_MS - 60_128 }],
    ['that nginx let linger as long as fits', { startedAtMs: START_MS - 60_127 }],
    ['that nginx let linger for half a ms', { startedAtMs: START_MS - 60_000.5 }],
    ['of numbers that do not', { client: 131_072, path: 131_072, host: 256, upstream: 256 }],
    ['of a user agent that does not fit', { userAgent: 65_536 }],
    ['complete', { isComplete: true }],
    ['cut short', { isComplete: false }],
    ['before 1970', { endedAtMs: -5000 }],
    ['in the year 9999', { endedAtMs: Date.UTC(9999, 11, 31) }],
    ...[-1, 0, 3, 4, 5, 1e9].map((bytesToClient): [string, Partial<SessionEvent>] => [`with ${bytesToClient} bytes`, { bytesToClient }]),
  ] satisfies [string, Partial<SessionEvent>][])('gives back a session %s', (_, parts) => {
    const rows = new SessionRows()
    add(rows, session(parts))
    expect(allOf(rows)).toEqual([told(session(parts))])
  })

  it.each([0, 1, 0.5, -1, 65_534, 65_535, 65_536, 1e9, -1e9])('gives back what ended %d ms after another', (stepMs) => {
    const rows = new SessionRows()
    const events = [0, stepMs, stepMs + 7].map((ms) => session({ endedAtMs: START_MS + ms }))
    for (const event of events) add(rows, event)
    expect(allOf(rows)).toEqual(events.map(told))
  })

  it('gives back 70,000 usual ones in their order', () => {
    const rows = new SessionRows()
    for (let index = 0; index < 70_000; index++) add(rows, session({ endedAtMs: START_MS + index * 3, durationMs: index, client: index, path: index % 1000, host: index % 200, upstream: index % 100 }))
    expect(rows.isWhole).toBe(true)
    let at = 0
    rows.each(() => true, ({ endedAtMs, durationMs, client, path, host, upstream }) => {
      if (endedAtMs !== START_MS + at * 3 || durationMs !== at || client !== at || path !== at % 1000 || host !== at % 200 || upstream !== at % 100) throw new Error(`another session at ${at}`)
      at++
    })
    expect(at).toBe(70_000)
  })

  it('gives back as many verdicts as there are', () => {
    const verdicts = (['closed', 'idle-timeout', 'client-stalled', 'client-reset', 'client-lost', 'upstream-reset', 'upstream-lost', 'upstream-restart', 'worker-shutdown', 'edge-idle-timeout'] as const).map((cause) => endingVerdict(cause, 'likely'))
    const rows = new SessionRows()
    for (const verdict of verdicts) add(rows, session({ verdict }))
    expect(inAnyOrder(allOf(rows))).toEqual(inAnyOrder(verdicts.map((verdict) => told(session({ verdict })))))
  })

  it('takes no failed handshakes', () => {
    const rows = new SessionRows()
    rows.addRows(oneRow(Kind.failure, session({ status: 502 } as unknown as Partial<SessionEvent>)))
    expect(allOf(rows)).toEqual([])
  })

  it('gives back 200,000 random ones, in and out of order', () => {
    const random = new Seeded(3)
    const rows = new SessionRows()
    let atMs = START_MS
    const events = times(200_000, () => {
      atMs += random.pick([0, 0, 1, 1000, 1000, 60_000, 70_000, -3000])
      return session({ endedAtMs: atMs, durationMs: random.int(0, 1e7), bytesToClient: random.pick([-1, 0, 4, 9]), client: random.int(0, 140_000), path: random.int(0, 500), host: random.int(0, 3), upstream: random.int(0, 260), userAgent: random.int(0, 70_000), isComplete: random.pick([true, false, undefined]), verdict: random.pick(VERDICTS) })
    })
    for (const event of events) add(rows, event)
    expect(rows.isWhole).toBe(true)
    expect(inAnyOrder(allOf(rows))).toEqual(inAnyOrder(events.map(told)))
  })

  it('leaves out what an error line explains, and what is of no interest', () => {
    const rows = new SessionRows()
    for (const parts of [{ isExplained: true }, { durationMs: 1 }, { durationMs: 0.5 }, { durationMs: 2 }]) add(rows, session(parts))
    const found: number[] = []
    rows.each((endedAtMs, durationMs) => endedAtMs === START_MS && durationMs === 2, ({ durationMs }) => found.push(durationMs))
    expect(found).toEqual([2])
  })

  it('holds none when there are more than it has room for', () => {
    const rows = new SessionRows()
    for (let count = 0; count <= 3 << 19; count++) add(rows, session())
    expect(rows.isWhole).toBe(false)
  })

  it.each([
    ['that do not fit', 1 << 15, { durationMs: 0.5 }],
    ['that jump in time', 1 << 17, {}],
  ])('nor when too many come %s', (_, most, parts) => {
    const rows = new SessionRows()
    for (let count = 0; count <= most; count++) add(rows, session({ endedAtMs: START_MS + (count % 2) * 1e6, ...parts }))
    expect(rows.isWhole).toBe(false)
    expect(allOf(rows)).toEqual([])
  })
})
