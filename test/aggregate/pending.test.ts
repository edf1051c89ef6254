import { describe, expect, it } from 'vitest'
import { Pending } from '../../src/aggregate/pending.ts'
import { Ranking } from '../../src/aggregate/ranking.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { HandshakeRows, Kind } from '../../src/session/handshake-rows.ts'
import type { NameTable } from '../../src/session/names.ts'
import { type HandshakeEvent, RANKED_FIELDS, type RankedField } from '../../src/session/session.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { times } from '../helpers/seeded.ts'

const PLAIN: PlainEvent = { endedAtMs: 60_000, startedAtMs: 0, durationMs: 60_000, status: 101, bytesToClient: 9, client: 'c', host: 'h', path: '/ws', upstream: 'u' }
const FAULT = endingVerdict('idle-timeout', 'confirmed')

const rankingsOf = (capacity: number) => Object.fromEntries(RANKED_FIELDS.map((field) => [field, new Ranking(capacity)])) as Record<RankedField, Ranking>
const rowsOf = (events: readonly (readonly [Kind, HandshakeEvent])[]): HandshakeRows => {
  const rows = new HandshakeRows(events.length)
  for (const [kind, event] of events) rows.push(kind, event)
  return rows
}

/** Takes in all rows, as often as there is room. */
const take = (pending: Pending, rows: HandshakeRows, rankings: ReturnType<typeof rankingsOf>, names: EventMaker['names']): void => {
  for (let row = 0; row < rows.count; ) {
    row = pending.add(rows, row)
    if (pending.isFull) pending.settle(rankings, names)
  }
}

const told = (ranking: Ranking): unknown[] => ranking.rows().map(({ label, attempts, sessions, faults, durationsMs }) => [label, attempts, sessions, faults, durationsMs?.count ?? 0, durationsMs?.max ?? null])

describe('Pending', () => {
  it('brings into each ranking what its names had: attempts, sessions, faults and durations', () => {
    const maker = new EventMaker()
    const of = (parts: Partial<PlainEvent>, kind: Kind = Kind.session) => [kind, maker.event({ ...PLAIN, ...parts })] as const
    const rows = rowsOf([
      of({}), of({ durationMs: 90_000 }), of({ durationMs: Number.NaN }), of({ durationMs: 0 }),
      of({ verdict: FAULT }), of({ verdict: FAULT, durationMs: Number.NaN }), of({ verdict: FAULT, durationMs: 0 }),
      of({ status: 502 }, Kind.failure), of({ client: '', host: '', upstream: '' }), of({ client: 'd', durationMs: 1 }),
    ])
    const rankings = rankingsOf(8)
    const pending = new Pending()
    take(pending, rows, rankings, maker.names)
    expect(told(rankings.clients), 'not before it is told to').toEqual([])
    pending.settle(rankings, maker.names)
    expect(told(rankings.clients)).toEqual([['c', 8, 7, 3, 5, 90_000], ['d', 1, 1, 0, 1, 1]])
    expect(told(rankings.paths)).toEqual([['/ws', 10, 9, 3, 7, 90_000]])
    expect(told(rankings.upstreams)).toEqual([['u', 9, 8, 3, 6, 90_000]])
    pending.settle(rankings, maker.names)
    expect(told(rankings.paths), 'once').toEqual([['/ws', 10, 9, 3, 7, 90_000]])
  })

  it('counts a session that was counted before only where it has become a fault', () => {
    const maker = new EventMaker()
    const closed = endingVerdict('closed', 'guess')
    const rows = new HandshakeRows(4)
    const relabel = (client: string, verdict: typeof closed, counted: typeof closed): void => rows.push(Kind.relabelled, maker.event({ ...PLAIN, client, verdict }), counted)
    relabel('now a fault', FAULT, closed)
    relabel('a fault as before', FAULT, endingVerdict('edge-idle-timeout', 'likely'))
    relabel('none as before', endingVerdict('closed', 'likely'), closed)
    relabel('none any more', closed, FAULT)
    const rankings = rankingsOf(8)
    const pending = new Pending()
    take(pending, rows, rankings, maker.names)
    pending.settle(rankings, maker.names)
    expect(told(rankings.clients)).toEqual([['now a fault', 0, 0, 1, 0, null]])
  })

  it('has room for a hundred thousand, and says when it has none', () => {
    const maker = new EventMaker()
    const event = maker.event(PLAIN)
    const rows = new HandshakeRows(1 << 17)
    times(1 << 17, () => rows.push(Kind.session, event))
    const pending = new Pending()
    const one = rowsOf([[Kind.session, event]])
    expect([pending.add(one, 0), pending.isFull]).toEqual([1, false])
    expect([pending.add(rows, 0), pending.isFull], 'all but one').toEqual([(1 << 17) - 1, true])
    const rankings = rankingsOf(8)
    pending.settle(rankings, maker.names)
    expect(pending.isFull).toBe(false)
    pending.add(rows, (1 << 17) - 1)
    pending.settle(rankings, maker.names)
    expect(rankings.clients.find('c')).toMatchObject({ attempts: (1 << 17) + 1 })
  })

  it('counts to the right names when there are thousands', () => {
    const maker = new EventMaker()
    const rows = rowsOf(times(9000, (index) => [Kind.session, maker.event({ ...PLAIN, client: `c${(index * 7) % 3000}`, durationMs: (index * 7) % 3000 })] as const))
    const rankings = rankingsOf(4000)
    const pending = new Pending()
    take(pending, rows, rankings, maker.names)
    pending.settle(rankings, maker.names)
    expect(rankings.clients.size).toBe(3000)
    for (const { label, attempts, durationsMs } of rankings.clients.rows()) expect([attempts, durationsMs?.min ?? null, durationsMs?.max ?? null]).toEqual(durationsMs === undefined ? [3, null, null] : [3, Number(label.slice(1)), Number(label.slice(1))])
  })

  it('knows names by what they are, when others have their numbers', () => {
    const pending = new Pending()
    const rankings = rankingsOf(8)
    const settle = (client: string, generation: number): void => {
      const maker = new EventMaker()
      const rows = rowsOf([[Kind.session, maker.event({ ...PLAIN, client })]])
      take(pending, rows, rankings, maker.names)
      const clients: NameTable = { size: maker.names.clients.size, generation, at: (id) => maker.names.clients.at(id) }
      pending.settle(rankings, { ...maker.names, clients })
    }
    settle('a', 0)
    settle('b', 0)
    settle('a', 1)
    expect(told(rankings.clients).map((row) => (row as unknown[]).slice(0, 2))).toEqual([['a', 2], ['b', 1]])
  })

  it('knows them when one table gives its numbers anew', () => {
    const pending = new Pending()
    const rankings = rankingsOf(8)
    const { names } = new EventMaker()
    const clients = { size: 2, generation: 0, label: '', at: (id: number) => ({ label: id === 0 ? '' : clients.label, isKept: true }) }
    const event = { ...new EventMaker().event(PLAIN), client: 1, host: 0, path: 0, upstream: 0 }
    for (const [generation, label] of ['a', 'b', 'a'].entries()) {
      Object.assign(clients, { generation, label })
      pending.add(rowsOf([[Kind.session, event]]), 0)
      pending.settle(rankings, { ...names, clients })
    }
    expect(told(rankings.clients).map((row) => (row as unknown[]).slice(0, 2))).toEqual([['a', 2], ['b', 1]])
  })

  it('counts to no row that a ranking has thrown out', () => {
    const pending = new Pending()
    const rankings = rankingsOf(2)
    const maker = new EventMaker()
    const settle = (...clients: readonly string[]): void => {
      take(pending, rowsOf(clients.map((client) => [Kind.session, maker.event({ ...PLAIN, client })])), rankings, maker.names)
      pending.settle(rankings, maker.names)
    }
    settle('a', 'b', 'b', 'c', 'c', 'd', 'd')
    // A fifth name: the smaller half of four goes.
    settle('e')
    settle('a', 'a', 'a')
    expect(rankings.clients.find('a'), 'counted anew').toMatchObject({ attempts: 3 })
  })
})
